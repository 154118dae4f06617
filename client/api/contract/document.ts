import { exampleProblem, PROBLEMS, type ProblemCode } from '../problems/problems';
import { headersOf, HEADERS } from './answerHeaders';

/** As much of an OpenAPI 3.1 document as is touched here. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

export interface Operation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
  responses: Record<string, Answer>;
  /** Where a route leaves word of what it may refuse; the finished document has it as answers. */
  'x-problems'?: ProblemCode[];
}

interface Parameter {
  in: string;
  name: string;
  required: boolean;
  schema: object;
}

export interface Answer {
  description: string;
  headers?: object;
  content?: Record<string, { schema?: Schema; examples?: object }>;
}

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  type?: string;
}

const DESCRIPTIONS: Record<string, string> = {
  200: 'Done, or found',
  201: 'Made',
  202: 'Stored, and not handled yet: ask again at Location',
  204: 'Done',
  304: 'Not changed',
};

/** Finishes what was generated from the routes: one schema per name, with its example, and every no of every route. */
export function finished(generated: Document, examples: Record<string, unknown>): Document {
  const paths = mapOperations(generated.paths, withAnswers);
  const document = withOneNameEach({ ...generated, paths });
  const { schemas = {} } = document.components;
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const answers = Object.fromEntries(codes.map((code) => [nameOf(code), problemAnswer([code])]));
  const components = {
    ...document.components,
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, withExample(schema, examples[name])]),
    ),
    responses: answers,
    headers: HEADERS,
    examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
  };
  return withoutUnused({ ...document, components });
}

const withExample = (schema: object, example: unknown): object =>
  example === undefined ? schema : { ...schema, examples: [example] };

const mapOperations = (paths: Document['paths'], change: (operation: Operation) => Operation) =>
  Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, each]) => [method, change(each)])),
    ]),
  );

/** Another spelling of Idempotency-Key, for those who have it already. */
const ALIAS = 'ms-requestid';

/** What headers look like. The parser takes any text: `headers.ts` reads them and says what is wrong. */
const HEADER_SCHEMAS: Record<string, object> = {
  'idempotency-key': { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
  'on-behalf-of': { type: 'string', minLength: 1, maxLength: 200 },
  'if-match': { type: 'string', pattern: '^(\\*|(W/)?"[\\x21\\x23-\\x7e]*")$' },
  'content-digest': { type: 'string', pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$' },
};

function withNeeds(parameter: Parameter, codes: readonly ProblemCode[]): Parameter {
  const { name, required } = parameter;
  const isNeeded = name === 'idempotency-key' || (name === 'if-match' && codes.includes('precondition-required'));
  const schema = parameter.in === 'header' ? HEADER_SCHEMAS[name] : undefined;
  return { ...parameter, required: required || isNeeded, ...(schema && { schema }) };
}

function withAnswers({ 'x-problems': codes = [], parameters, requestBody, responses, ...operation }: Operation) {
  const takes = (header: string) => (parameters ?? []).some(({ name }) => name === header);
  const takesKey = takes('idempotency-key');
  const givesKey = takes('prefer') && !takesKey;
  const told = Object.entries(responses).map(([status, answer]): [string, object] => [
    status,
    {
      ...answer,
      description: answer.description === 'Default Response' ? DESCRIPTIONS[status] : answer.description,
      headers: headersOf({ status, takesKey, givesKey, has304: '304' in responses, schema: refOf(answer) }),
    },
  ]);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((one, other) => one - other);
  const refused = statuses.map((status): [string, object] => {
    const alike = codes.filter((code) => PROBLEMS[code].status === status);
    const [first, ...others] = alike as [ProblemCode, ...ProblemCode[]];
    const shared = { $ref: `#/components/responses/${nameOf(first)}` };
    return [String(status), others.length > 0 ? problemAnswer(alike) : shared];
  });
  return {
    ...operation,
    ...(parameters && {
      parameters: parameters.filter(({ name }) => name !== ALIAS).map((each) => withNeeds(each, codes)),
    }),
    ...(requestBody && { requestBody: { ...requestBody, required: !mayBeLeftOut(requestBody) } }),
    responses: Object.fromEntries([...told, ...refused]) as Operation['responses'],
  };
}

const refOf = ({ content = {} }: Answer): string | undefined =>
  Object.values(content)[0]?.schema?.$ref?.split('/').pop();

const mayBeLeftOut = ({ content }: NonNullable<Operation['requestBody']>): boolean =>
  Object.values(content).some(({ schema }) => schema?.anyOf?.some(({ type }) => type === 'null'));

/** A no: the problem document, narrowed to the types it may have here. */
function problemAnswer(codes: readonly ProblemCode[]): Answer {
  const { status } = PROBLEMS[codes[0]!];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n'),
    headers: headersOf({ status: String(status) }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            {
              type: 'object',
              properties: {
                type: { type: 'string', enum: codes.map((code) => `/problems/${code}`) },
                status: { type: 'integer', const: status },
              },
              required: ['type', 'status'],
            },
          ],
        } as Schema,
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** `not-found` as a name of a component: `NotFound`. */
const nameOf = (code: string): string =>
  code.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase());

/** What is read and what is written have the same schema, where the generator made one of each. */
function withOneNameEach(document: Document): Document {
  const { schemas = {} } = document.components;
  const twins = Object.keys(schemas).filter((name) => `${name}Input` in schemas);
  const text = twins.reduce(
    (json, name) => json.replaceAll(`"#/components/schemas/${name}Input"`, `"#/components/schemas/${name}"`),
    JSON.stringify(document),
  );
  const one = JSON.parse(text) as Document;
  for (const name of twins) {
    const { [`${name}Input`]: read, [name]: written } = one.components.schemas!;
    if (JSON.stringify(read) !== JSON.stringify(written))
      throw new Error(`${name} is read and written differently: name the two apart`);
    delete one.components.schemas![`${name}Input`];
  }
  return one;
}

/** Leaves out every component that nothing leads to. */
function withoutUnused(document: Document): Document {
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      follow(document.components[kind]?.[name] ?? null);
    }
  };
  follow(document.paths);
  const components = Object.entries(document.components).map(([kind, all]): [string, Record<string, object>] => [
    kind,
    kind === 'securitySchemes'
      ? all
      : Object.fromEntries(
          Object.entries(all)
            .filter(([name]) => used.has(`${kind}/${name}`))
            .sort(([one], [other]) => (one < other ? -1 : 1)),
        ),
  ]);
  return { ...document, components: Object.fromEntries(components) };
}
