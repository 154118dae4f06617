import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { UsageError } from './failures';
import { shapeAt, shapeOf, type Shape } from '../wording/fields';

/** Where a payload comes from: `json` (text) or `file`, and on top of it `set`, each `field=value`. */
export interface PayloadSource {
  json?: string | true;
  file?: string;
  set?: string[];
}

type Tree = { [field: string]: unknown };

/** A payload put together and checked against its contract. @throws UsageError */
export async function readPayload<Schema extends z.ZodType>(
  schema: Schema,
  source: PayloadSource,
): Promise<z.output<Schema>> {
  const payload = await given(source);
  const shape = shapeOf(schema);
  for (const assignment of source.set ?? []) assign(payload, shape, assignment);
  return checkPayload(schema, payload);
}

/** A payload as its contract reads it. @throws UsageError naming each wrong field and its rule */
export function checkPayload<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsIn(issue, payload));
  throw new UsageError(['the message is not well-formed; nothing was sent', ...faults].join('\n  '));
}

async function given({ json, file }: PayloadSource): Promise<Tree> {
  if (typeof json === 'string' && file !== undefined) throw new UsageError('give the payload by --json or by --file');
  if (typeof json === 'string') return readTree(json, '--json');
  if (file === undefined) return {};
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--file cannot be read: ${error.message}`);
  });
  return readTree(text, file);
}

function readTree(text: string, origin: string): Tree {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${origin} is not JSON: ${(error as Error).message}`);
  }
  if (isTree(tree)) return tree;
  throw new UsageError(`${origin} is not a JSON object`);
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts one `field=value` into the payload, with the type its contract gives the field. */
function assign(payload: Tree, shape: Shape, assignment: string): void {
  const [, field, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (field === undefined || text === undefined) throw new UsageError(`--set ${assignment}: write it as field=value`);
  const path = field.split('.');
  const target = shapeAt(shape, path);
  if (!target) {
    const known = Object.keys(shape.properties ?? {}).join(', ');
    throw new UsageError(`--set ${field}: no such field; the message has ${known}`);
  }
  let parent = payload;
  path.slice(0, -1).forEach((step, depth) => {
    const next = parent[step] ?? (shapeAt(shape, path.slice(0, depth + 1))?.type === 'array' ? [] : {});
    if (typeof next !== 'object') throw new UsageError(`--set ${field}: ${step} has no fields in the given payload`);
    parent[step] = next;
    parent = next as Tree;
  });
  parent[path.at(-1) ?? field] = valueOf(text, target);
}

/** Text that does not fit its type stays text, so that the contract refuses it in its own words. */
function valueOf(text: string, shape: Shape): unknown {
  switch (shape.type) {
    case 'integer':
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text.startsWith('[') ? jsonOr(text) : text.split(',').map((item) => item.trim());
    case 'object':
      return jsonOr(text);
    default:
      return text;
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function faultsIn(issue: z.core.$ZodIssue, payload: unknown): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: no such field`);
  const value = issue.path.reduce<unknown>((part, step) => (part as Tree | undefined)?.[String(step)], payload);
  return [
    `${issue.path.join('.')}: ${value === undefined && issue.code !== 'custom' ? 'must be given' : issue.message}`,
  ];
}
