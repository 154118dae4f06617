import { shapeAt, type Shape } from '../../wording/fields';

/** What a form says: each value under its name, several under one name as a list. */
export type Said = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The payload in a form, by the shape of its contract. What is left empty is left out, a list of rows is an empty one; text that does not fit its type stays
 * text, so that the contract refuses it in its own words.
 */
export function payloadIn(shape: Shape, said: Said): Record<string, unknown> {
  return objectAt(shape, '', said) ?? {};
}

function objectAt(shape: Shape, path: string, said: Said): Record<string, unknown> | undefined {
  const entries = Object.keys(shape.properties ?? {}).flatMap((name): [string, unknown][] => {
    const part = shapeAt(shape, [name]);
    const value = part && valueAt(part, path + name, said);
    return value === undefined ? [] : [[name, value]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function valueAt(shape: Shape, path: string, said: Said): unknown {
  if (shape.properties) return objectAt(shape, `${path}.`, said);
  if (shape.type === 'array') return listAt(shape, path, said);
  const text = textsOf(said[path])[0]?.trim() ?? '';
  return text === '' ? undefined : valueOf(shape, text);
}

function listAt(shape: Shape, path: string, said: Said): unknown[] | undefined {
  const item = shapeAt(shape, ['0']) ?? {};
  if (!item.properties) {
    const texts = textsOf(said[path]).flatMap((text) => text.split(','));
    const items = texts.map((text) => text.trim()).filter((text) => text !== '');
    return items.length > 0 ? items : undefined;
  }
  return rowsIn(said, path).flatMap((row) => objectAt(item, `${path}.${row}.`, said) ?? []);
}

/** The numbers of the rows that a form has of a list, in their order. */
export const rowsIn = (said: Said, path: string): number[] => {
  const rows = Object.keys(said).flatMap((name) => {
    const row = name.startsWith(`${path}.`) ? /^\d{1,3}/.exec(name.slice(path.length + 1)) : null;
    return row ? [Number(row[0])] : [];
  });
  return [...new Set(rows)].sort((one, other) => one - other);
};

function valueOf(shape: Shape, text: string): unknown {
  if (shape.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (shape.type === 'integer' || shape.type === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  if (shape.format === 'date-time') return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}Z` : text;
  return text.replaceAll('\r\n', '\n');
}

export const textsOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());

/** A payload as a form says it: the reverse of `payloadIn`. */
export function saidIn(payload: unknown, path = ''): Record<string, string | string[]> {
  if (typeof payload === 'string') return { [path]: payload };
  if (typeof payload === 'number' || typeof payload === 'boolean') return { [path]: String(payload) };
  if (typeof payload !== 'object' || payload === null) return {};
  if (Array.isArray(payload) && payload.every((item) => typeof item !== 'object'))
    return { [path]: payload.map(String) };
  const parts = Object.entries(payload).map(([name, part]) => saidIn(part, path === '' ? name : `${path}.${name}`));
  return Object.assign({}, ...parts) as Record<string, string | string[]>;
}
