/** As much of a JSON Schema as the contract uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  [keyword: string]: unknown;
}

/** Two versions of a document, in which references are looked up. */
export interface Versions {
  before: { components?: Record<string, Record<string, unknown>> };
  after: { components?: Record<string, Record<string, unknown>> };
}

/** `said` by callers, who must still be understood; or `answered` to callers, who must still understand. */
export type Side = 'said' | 'answered';

const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
const EXACT = ['pattern', 'format', 'multipleOf'];

/**
 * What breaks callers who keep to the schema before, a sentence for each. New optional fields and new values in answers
 * break nobody: callers are told to overlook what they do not know.
 */
export function schemaBreaks(before: Schema, after: Schema, side: Side, versions: Versions): string[] {
  const underway = new Set<string>();

  const compare = (one: Schema, other: Schema, at: string): string[] => {
    const pair = `${one.$ref} ${other.$ref}`;
    if (underway.has(pair)) return [];
    const isNamed = one.$ref !== undefined && other.$ref !== undefined;
    if (isNamed) underway.add(pair);
    const breaks = compareParts(resolved(one, versions.before), resolved(other, versions.after), at);
    underway.delete(pair);
    return breaks;
  };

  const compareParts = (was: Schema, is: Schema, at: string): string[] => {
    if (alternatives(was) || alternatives(is)) return alternativeBreaks(was, is, at);
    return [
      ...typeBreaks(was, is, at),
      ...valueBreaks(was, is, at),
      ...(side === 'said' ? limitBreaks(was, is, at) : []),
      ...fieldBreaks(was, is, at),
      ...(was.items && is.items ? compare(was.items, is.items, `${at}[]`) : []),
      ...(was.allOf ?? []).flatMap((part, index) => (is.allOf?.[index] ? compare(part, is.allOf[index], at) : [])),
    ];
  };

  /** Whoever speaks must find one of the alternatives as it was; whoever listens must know every one. */
  const alternativeBreaks = (was: Schema, is: Schema, at: string): string[] => {
    const [from, to] = side === 'said' ? [was, is] : [is, was];
    const lost = listOf(from).filter(
      (each) =>
        !listOf(to).some(
          (known) => (side === 'said' ? compare(each, known, at) : compare(known, each, at)).length === 0,
        ),
    );
    return lost.map((each) => `${at} ${side === 'said' ? 'can no longer be' : 'can now be'} ${nameOf(each)}`);
  };

  const typeBreaks = ({ type: was }: Schema, { type: is }: Schema, at: string): string[] => {
    const widened = side === 'said' && was === 'integer' && is === 'number';
    const narrowed = side === 'answered' && was === 'number' && is === 'integer';
    return was === is || widened || narrowed || (side === 'said' && is === undefined)
      ? []
      : [`${at} is ${is ?? 'anything'} instead of ${was ?? 'anything'}`];
  };

  const valueBreaks = (was: Schema, is: Schema, at: string): string[] => {
    const [known, now] = [valuesOf(was), valuesOf(is)];
    if (!now) return known && side === 'answered' ? [`${at} can be anything now`] : [];
    if (!known) return side === 'said' ? [`${at} takes only ${now.join(', ')} now`] : [];
    const gone = known.filter((value) => !now.includes(value));
    return gone.map((value) => `${at} no longer knows ${String(value)}`);
  };

  const fieldBreaks = (was: Schema, is: Schema, at: string): string[] => {
    const [known, now] = [was.properties ?? {}, is.properties ?? {}];
    const gone = Object.keys(known).filter((field) => !(field in now));
    const both = Object.keys(known).filter((field) => field in now);
    const needed = (is.required ?? []).filter((field) => !was.required?.includes(field));
    const unsure = (was.required ?? []).filter((field) => field in now && !is.required?.includes(field));
    const isClosed = side === 'said' && was.additionalProperties !== false && is.additionalProperties === false;
    return [
      ...gone.map((field) => `${under(at, field)} is gone`),
      ...(side === 'said' ? needed.map((field) => `${under(at, field)} is required now`) : []),
      ...(side === 'answered' ? unsure.map((field) => `${under(at, field)} may be missing now`) : []),
      ...(isClosed && was.type === 'object' ? [`${at} takes no further fields now`] : []),
      ...both.flatMap((field) => compare(known[field]!, now[field]!, under(at, field))),
    ];
  };

  return compare(before, after, '');
}

/** Narrower limits on what is said. */
function limitBreaks(was: Schema, is: Schema, at: string): string[] {
  const changed = (keyword: string, isNarrower: (before: number | undefined, now: number) => boolean) =>
    typeof is[keyword] === 'number' && isNarrower(was[keyword] as number | undefined, is[keyword])
      ? [`${at} has ${keyword} ${is[keyword]} now`]
      : [];
  const added = (is.allOf ?? []).filter(
    (part) => ![was, ...(was.allOf ?? [])].some((known) => JSON.stringify(known) === JSON.stringify(part)),
  );
  return [
    ...LOWER_BOUNDS.flatMap((keyword) => changed(keyword, (before, now) => before === undefined || now > before)),
    ...UPPER_BOUNDS.flatMap((keyword) => changed(keyword, (before, now) => before === undefined || now < before)),
    ...EXACT.filter((keyword) => is[keyword] !== undefined && is[keyword] !== was[keyword]).map(
      (keyword) => `${at} has another ${keyword}`,
    ),
    ...((is.allOf?.length ?? 0) > (was.allOf?.length ?? 0) && added.length > 0
      ? [`${at} has a further condition`]
      : []),
  ];
}

/** Follows a reference to a schema, or to whatever else is a component. */
function resolved<Part extends { $ref?: string }>(part: Part, { components }: Versions['before']): Part {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(part.$ref ?? '') ?? [];
  return (components?.[kind]?.[name] as Part | undefined) ?? part;
}

const alternatives = ({ anyOf, oneOf }: Schema): Schema[] | undefined => anyOf ?? oneOf;
const listOf = (schema: Schema): Schema[] => alternatives(schema) ?? [schema];
const valuesOf = ({ enum: values, const: only }: Schema) => values ?? (only === undefined ? undefined : [only]);
const nameOf = ({ $ref, type }: Schema): string => $ref?.split('/').pop() ?? type ?? 'what it was';
const under = (at: string, field: string): string => (at === '' ? field : `${at}.${field}`);
