import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

/** As much of the document as answers are held to. */
export interface Contract {
  openapi: string;
  paths: Record<string, Record<string, ContractOperation>>;
  components: Record<string, Record<string, object>>;
}

export interface ContractOperation {
  operationId: string;
  description?: string;
  security?: unknown[];
  parameters?: { in: 'path' | 'query' | 'header'; name: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, Declared>;
}

interface Declared {
  $ref?: string;
  headers?: Record<string, { $ref?: string; required?: boolean }>;
  content?: Record<string, { schema: object }>;
}

/** An answer, however it was asked for. */
export interface Answered {
  method: string;
  /** With or without host and query. */
  url: string;
  status: number;
  header: (name: string) => string | undefined;
  /** The whole body. */
  text: string;
}

/** Says what is wrong with a value by the schema at a JSON pointer into the contract, if anything is. */
export function schemasOf(contract: Contract): (pointer: string, value: unknown) => string | undefined {
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema(contract, 'contract');
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    const fits = compiled.get(pointer) ?? ajv.compile({ $ref: `contract#${pointer}` });
    compiled.set(pointer, fits);
    return fits(value) ? undefined : ajv.errorsText(fits.errors);
  };
}

/** Says of every answer whether the contract has it. */
export type Keeper = (answered: Answered) => void;

/** @throws Error that says what of an answer is not in the contract */
export function keeperOf(contract: Contract): Keeper {
  const misfit = schemasOf(contract);
  const routes = routesOf(contract);

  return ({ method, url, status, header, text }) => {
    const [path = '/'] = url.replace(/^https?:\/\/[^/]+/, '').split('?');
    // Whatever can be got has a head (RFC 9110, 9.3.2).
    const isHead = method.toUpperCase() === 'HEAD';
    const verb = isHead ? 'get' : method.toLowerCase();
    const route = routes.find(({ pattern, methods }) => pattern.test(path) && verb in methods);
    const complain = (what: string): never => {
      throw new Error(`${method} ${url}: ${what} (answered ${status}: ${text.slice(0, 500)})`);
    };
    const mustFit = (pointer: string): void => {
      const wrong = misfit(pointer, JSON.parse(text));
      if (wrong !== undefined) complain(`not as ${pointer}: ${wrong}`);
    };
    const mediaType = header('content-type')?.split(';')[0];
    if (!route) {
      // Pages for people are none of its business.
      if (/^\/portal(\/|$)/.test(path)) return;
      // What is not in the contract is not there.
      if (status < 400) return path.startsWith('/docs') ? undefined : complain('the contract has no such route');
      if (mediaType !== 'application/problem+json') complain(`${mediaType} is no problem document`);
      if (isHead) return;
      return mustFit('/components/schemas/Problem');
    }
    const { responses } = route.methods[verb]!;
    const at = `/paths/${escaped(route.path)}/${verb}/responses/${status}`;
    const declared = responses[status] ?? complain(`the contract has no answer ${status}`);
    const pointer = declared.$ref?.slice(1) ?? at;
    const { headers = {}, content } = declared.$ref ? (resolved(contract, declared.$ref) as Declared) : declared;
    for (const [name, { $ref }] of Object.entries(headers)) {
      const { required } = resolved(contract, $ref!) as { required: boolean };
      if (required && header(name) === undefined) complain(`the header ${name} is missing`);
    }
    if (isHead || !content) return text === '' ? undefined : complain('the contract has no body');
    if (mediaType === undefined || !(mediaType in content)) return complain(`the contract has no ${mediaType}`);
    if (mediaType.endsWith('json')) mustFit(`${pointer}/content/${escaped(mediaType)}/schema`);
  };
}

/** Routes without parameters come first: `/v1/tasks` is no task. */
function routesOf({ paths }: Contract) {
  return Object.entries(paths)
    .map(([path, methods]) => ({ path, methods, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length);
}

const resolved = (contract: Contract, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[unescaped(key)], contract);

const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');
/** A JSON pointer within a URI reference. */
const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

let keeper: Keeper | undefined;

/** Holds every answer that a test injects to the contract. */
export function keepToContract(api: FastifyInstance): void {
  const inject = api.inject.bind(api) as (options: unknown) => ReturnType<FastifyInstance['inject']>;
  const kept = async (options: string | { url?: string; path?: string; method?: string }) => {
    const answer = await inject(options);
    const { url = '/', method = 'GET' } = typeof options === 'string' ? { url: options } : options;
    keep(api, {
      method,
      url,
      status: answer.statusCode,
      header: (name) => answer.headers[name.toLowerCase()]?.toString(),
      text: answer.body,
    });
    return answer;
  };
  api.inject = kept as typeof api.inject;
}

/** Holds one answer to the contract of the API that gave it; all APIs of a test file have one contract. */
export function keep(api: FastifyInstance, answered: Answered): void {
  keeper ??= keeperOf(api.swagger() as unknown as Contract);
  keeper(answered);
}
