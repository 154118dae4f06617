import { fc } from '@fast-check/jest';
import type { Contract } from './contract';

/** As much of a JSON Schema as the contract uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const MOST_ITEMS = 4;
const LONGEST_TEXT = 60;

/** Values that a schema of the contract allows; about half of the named ones are its examples. */
export function valuesOf({ components }: Contract, schema: Schema): fc.Arbitrary<unknown> {
  const of = (each: Schema): fc.Arbitrary<unknown> => {
    const { $ref, enum: values, anyOf, oneOf, allOf } = each;
    if ($ref !== undefined) return named($ref.split('/').pop()!);
    if (values) return fc.constantFrom(...values);
    if ('const' in each) return fc.constant(each.const);
    const alternatives = anyOf ?? oneOf;
    if (alternatives) return fc.oneof(...alternatives.map(of));
    switch (each.type) {
      case 'object':
        return objects(each);
      case 'array':
        return fc.array(of(each.items ?? {}), { minLength: each.minItems ?? 0, maxLength: MOST_ITEMS });
      case 'integer':
        return fc.integer({ min: each.minimum ?? 1, max: each.maximum ?? 1_000 });
      case 'number':
        return fc.double({ min: each.minimum ?? 0.5, max: each.maximum ?? 1_000, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'string':
        return allOf ? days : texts(each);
      default:
        return fc.jsonValue();
    }
  };

  const named = (name: string): fc.Arbitrary<unknown> => {
    const whole = (components['schemas']?.[name] ?? {}) as Schema;
    const { examples = [], ...own } = whole;
    return examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), of(own)) : of(own);
  };

  const objects = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> =>
    fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, of(each)])), {
      requiredKeys: required,
    });

  return of(schema);
}

/** Days of this century: the only texts with more than one condition. */
const days = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

function texts({ pattern, format, minLength = 0, maxLength = LONGEST_TEXT }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return fc.constantFrom('a@b.example', 'vera.lind+planning@fabrikam.example');
  if (format === 'uri') return fc.constantFrom('https://contoso.example', 'https://contoso.example/a?b=c#d');
  if (format === 'date-time') return fc.constantFrom('2020-08-01T00:00:00Z', '2020-08-01T02:00:00.000+02:00');
  if (pattern !== undefined) return matching(pattern);
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, LONGEST_TEXT) });
}

/** One for each pattern: they are dear to make. */
const made = new Map<string, fc.Arbitrary<string>>();
function matching(pattern: string): fc.Arbitrary<string> {
  const known = made.get(pattern) ?? fc.stringMatching(new RegExp(pattern), { maxLength: LONGEST_TEXT });
  made.set(pattern, known);
  return known;
}
