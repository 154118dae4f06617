import { schemaBreaks, type Schema, type Versions } from './schemas';

/** As much of an OpenAPI document as callers depend on. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: Record<string, Record<string, unknown>>;
}

interface Operation {
  operationId?: string;
  security?: unknown[];
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Media };
  responses: Record<string, Answer>;
  'x-roles'?: string[];
}

interface Answer {
  $ref?: string;
  headers?: Record<string, { $ref?: string; required?: boolean }>;
  content?: Media;
}

type Media = Record<string, { schema?: Schema }>;

/** What in a new contract breaks callers who keep to the released one: a sentence for each, none when all is well. */
export function breakingChanges(before: Document, after: Document): string[] {
  const versions = { before, after };
  return Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, was]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const is = after.paths[path]?.[method];
      if (!is) return [`${name} is gone`];
      return [
        ...(was.operationId === is.operationId ? [] : [`is called ${is.operationId} instead of ${was.operationId}`]),
        ...(was.security?.length === 0 && is.security?.length !== 0 ? ['asks for a token now'] : []),
        ...roleBreaks(was, is),
        ...parameterBreaks(was, is, versions),
        ...bodyBreaks(was, is, versions),
        ...answerBreaks(was, is, versions),
      ].map((sentence) => `${name}: ${sentence}`);
    }),
  );
}

/** Without a list everyone may. */
function roleBreaks({ 'x-roles': was }: Operation, { 'x-roles': is }: Operation): string[] {
  if (!is) return [];
  if (!was) return [`is only for ${is.join(', ')} now`];
  return was.filter((role) => !is.includes(role)).map((role) => `is no longer for ${role}`);
}

function parameterBreaks(was: Operation, is: Operation, versions: Versions): string[] {
  const [known = [], now = []] = [was.parameters, is.parameters];
  const sameAs = (one: { in: string; name: string }) => (other: { in: string; name: string }) =>
    one.in === other.in && one.name === other.name;
  const isNeeded = now.filter(({ required, ...each }) => required && !known.find(sameAs(each))?.required);
  return [
    ...known.filter((each) => !now.some(sameAs(each))).map((each) => `the ${each.in} ${each.name} is gone`),
    ...isNeeded.map((each) => `the ${each.in} ${each.name} is required now`),
    ...known.flatMap((each) => {
      const other = now.find(sameAs(each));
      const breaks = other ? schemaBreaks(each.schema, other.schema, 'said', versions) : [];
      return breaks.map((sentence) => `the ${each.in} ${each.name}${spaced(sentence)}`);
    }),
  ];
}

function bodyBreaks({ requestBody: was }: Operation, { requestBody: is }: Operation, versions: Versions): string[] {
  if (!is) return [];
  const isNew = is.required === true && was?.required !== true;
  const media = was ? mediaBreaks(was.content, is.content, 'said', versions) : [];
  return [...(isNew ? ['a body is required now'] : []), ...media.map((sentence) => `the body${spaced(sentence)}`)];
}

/** Of what was answered yes; that there are other noes, or fewer, breaks nobody, for every no is a problem document. */
function answerBreaks(was: Operation, is: Operation, versions: Versions): string[] {
  const isYes = (status: string) => /^[23]/.test(status);
  const unheard = Object.keys(is.responses).filter((status) => isYes(status) && !(status in was.responses));
  const gone = Object.keys(was.responses).filter((status) => /^2/.test(status) && !(status in is.responses));
  const told = Object.keys(was.responses).filter((status) => isYes(status) && status in is.responses);
  return [
    ...unheard.map((status) => `answers ${status} now`),
    ...gone.map((status) => `no longer answers ${status}`),
    ...told.flatMap((status) => {
      const [known, now] = [was.responses[status]!, is.responses[status]!];
      const headers = Object.keys(known.headers ?? {}).filter((header) => !(header in (now.headers ?? {})));
      return [
        ...headers.map((header) => `: the header ${header} is gone`),
        ...mediaBreaks(known.content ?? {}, now.content ?? {}, 'answered', versions).map(spaced),
      ].map((sentence) => `the answer ${status}${sentence}`);
    }),
  ];
}

function mediaBreaks(was: Media, is: Media, side: 'said' | 'answered', versions: Versions): string[] {
  return Object.entries(was).flatMap(([type, { schema: known = {} }]) => {
    if (!(type in is)) return [` is no longer ${type}`];
    return schemaBreaks(known, is[type]!.schema ?? {}, side, versions);
  });
}

/** A sentence about the whole begins with a space, one about a field with the field. */
const spaced = (sentence: string): string => (sentence.startsWith(' ') ? sentence : `: ${sentence}`);
