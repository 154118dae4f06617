import { z } from 'zod';

/** A contract as JSON Schema; each text with a rule of its own carries that rule in words. */
export type Shape = z.core.JSONSchema.JSONSchema;

export interface Field {
  /** Dotted, `projectManager.email`; an item of a list by number, `deliverables.0.name`. */
  path: string;
  needed: string;
  rule: string;
}

const formats: Partial<Record<string, string>> = {
  date: 'day, YYYY-MM-DD',
  datetime: 'instant, YYYY-MM-DDThh:mm:ssZ',
  email: 'e-mail address',
};

const dayAndInstant: Partial<Record<string, string>> = { date: 'date', datetime: 'date-time' };

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, {
    io: 'input',
    // Names that the API's contract gave to schemas would turn them into references.
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.type !== 'string') return;
      // A contract words the rule of a pattern only in its refusal: have it refuse the empty text.
      const issues = z.safeParse(zodSchema, '').error?.issues ?? [];
      const rules = issues.flatMap((issue) =>
        issue.code === 'invalid_format' ? (formats[issue.format] ?? issue.message) : [],
      );
      if (rules.length > 0) jsonSchema.description = rules.join(', ');
      // A format with a rule on top of it is written as patterns alone.
      for (const issue of issues)
        if (issue.code === 'invalid_format') jsonSchema.format ??= dayAndInstant[issue.format];
    },
  });
}

/** The part of a contract a dotted path leads to; undefined when there is none. */
export function shapeAt(shape: Shape, [step, ...rest]: readonly string[]): Shape | undefined {
  if (step === undefined) return shape;
  const next = shape.type === 'array' && /^\d+$/.test(step) ? itemsOf(shape) : propertyOf(shape, step);
  return next && shapeAt(next, rest);
}

/** Every field of a contract in its order, those within others by dotted path. */
export function fieldsOf(shape: Shape, parent = ''): Field[] {
  return Object.keys(shape.properties ?? {}).flatMap((name) => {
    const part = propertyOf(shape, name);
    if (!part) return [];
    const path = parent + name;
    const items = itemsOf(part);
    const needed = shape.required?.includes(name) ? 'required' : 'optional';
    if (part.properties) return within(fieldsOf(part, `${path}.`), needed);
    if (items?.properties) return within(fieldsOf(items, `${path}.0.`), needed);
    return [{ path, needed, rule: items ? `list, comma between: ${ruleOf(items)}${count(part)}` : ruleOf(part) }];
  });
}

const within = (fields: Field[], parentNeeded: string): Field[] =>
  parentNeeded === 'required'
    ? fields
    : fields.map((field) => ({ ...field, needed: `${field.needed} in ${field.path.replace(/\.[^.]+$/, '')}` }));

const asShape = (part: boolean | Shape | undefined): Shape | undefined => (typeof part === 'object' ? part : undefined);
const propertyOf = (shape: Shape, name: string): Shape | undefined =>
  Object.hasOwn(shape.properties ?? {}, name) ? asShape(shape.properties?.[name]) : undefined;
const itemsOf = ({ items }: Shape): Shape | undefined => (Array.isArray(items) ? undefined : asShape(items));

function ruleOf(shape: Shape): string {
  if (shape.const !== undefined) return String(shape.const);
  if (shape.enum) return shape.enum.join(' | ');
  switch (shape.type) {
    case 'integer':
      return `whole number${bounds(shape)}`;
    case 'number':
      return `number${bounds(shape)}`;
    case 'boolean':
      return 'true or false';
    default:
      return shape.description ?? `text${bounds(shape, ' characters')}`;
  }
}

function bounds({ exclusiveMinimum, minimum, maximum, maxLength }: Shape, unit = ''): string {
  const low = exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined && `from ${minimum}`;
  const most = maximum ?? maxLength;
  const limits = [low, most !== undefined && `at most ${most}${unit}`].filter((limit) => limit !== false);
  return limits.length > 0 ? `, ${limits.join(', ')}` : '';
}

const count = ({ minItems = 0, maxItems }: Shape): string =>
  maxItems === undefined ? '' : ` (${minItems} to ${maxItems})`;
