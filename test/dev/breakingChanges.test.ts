import { readFileSync } from 'node:fs';
import { breakingChanges, type Document } from '../../dev/docs/breaking/changes';
import { inRepository } from '../../dev/repository';

const read = (name: string) => JSON.parse(readFileSync(inRepository('docs', name), 'utf8')) as Document;

test('the contract breaks nothing that was released; `npm run docs -- --release` releases it', () =>
  expect(breakingChanges(read('openapi.released.json'), read('openapi.json'))).toStrictEqual([]));

type Json = Record<string, never>;

const name = { type: 'string', minLength: 1, maxLength: 200 };
const thing = {
  type: 'object',
  properties: {
    name,
    stage: { type: 'string', enum: ['open', 'closed'] },
    owner: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['name', 'stage'],
  additionalProperties: false,
};

const parts = { type: 'array', items: { $ref: '#/components/schemas/Thing' } };

/** A small contract in which a thing is said and answered; each test changes one thing of it. */
const released = {
  paths: {
    '/things': {
      post: {
        operationId: 'makeThing',
        'x-roles': ['operator', 'support'],
        parameters: [
          { in: 'header', name: 'key', required: false, schema: { type: 'string' } },
          { in: 'query', name: 'limit', required: false, schema: { type: 'integer', maximum: 100 } },
        ],
        requestBody: { required: false, content: { 'application/json': { schema: thing } } },
        responses: {
          200: {
            headers: { ETag: { required: true } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          201: {},
          304: {},
          409: { content: { 'application/problem+json': { schema: {} } } },
        },
      },
    },
    '/about': { get: { operationId: 'about', security: [], responses: { 200: {} } } },
  },
  components: { schemas: { Thing: { ...thing, properties: { ...thing.properties, parts } } } },
};

function changed(change: (contract: typeof released & Json) => void): string[] {
  const after = JSON.parse(JSON.stringify(released)) as typeof released & Json;
  change(after);
  return breakingChanges(released, after);
}

type Making = (typeof released)['paths']['/things']['post'];
const making = (change: (post: Making & Record<string, Json>) => void) =>
  changed(({ paths }) => change(paths['/things'].post as Making & Record<string, Json>));
type Thing = Omit<typeof thing, 'properties'> & { properties: Record<string, Record<string, unknown>> };
const said = (change: (schema: Thing) => void) =>
  making((post) => change(post.requestBody.content['application/json'].schema));
const answered = (change: (schema: Thing) => void) => changed(({ components }) => change(components.schemas.Thing));

const POST = 'POST /things';

describe('whoever calls is told of', () => {
  test.each<[string, string[], string[]]>([
    [
      'a route that is gone',
      changed(({ paths }) => delete (paths as Record<string, unknown>)['/about']),
      ['GET /about is gone'],
    ],
    [
      'a route of another name',
      making((post) => (post.operationId = 'addThing')),
      [`${POST}: is called addThing instead of makeThing`],
    ],
    [
      'a route that asks for a token now',
      changed(({ paths }) => delete (paths['/about'].get as Partial<(typeof paths)['/about']['get']>).security),
      ['GET /about: asks for a token now'],
    ],
    ['a role that may not any more', making((post) => post['x-roles'].pop()), [`${POST}: is no longer for support`]],
    [
      'roles where everyone might',
      changed(({ paths }) => Object.assign(paths['/about'].get, { 'x-roles': ['operator', 'support'] })),
      ['GET /about: is only for operator, support now'],
    ],
    [
      'a way of saying yes that is gone',
      making((post) => delete (post.responses as Partial<Making['responses']>)[201]),
      [`${POST}: no longer answers 201`],
    ],
    ['a parameter that is gone', making((post) => post.parameters.pop()), [`${POST}: the query limit is gone`]],
    [
      'a parameter that is required now',
      making((post) => (post.parameters[0]!.required = true)),
      [`${POST}: the header key is required now`],
    ],
    [
      'a new parameter without which nothing goes',
      making((post) => post.parameters.push({ in: 'query', name: 'day', required: true, schema: { type: 'string' } })),
      [`${POST}: the query day is required now`],
    ],
    [
      'a parameter that takes less',
      making((post) => (post.parameters[1]!.schema.maximum = 50)),
      [`${POST}: the query limit has maximum 50 now`],
    ],
    [
      'a body that is required now',
      making((post) => (post.requestBody.required = true)),
      [`${POST}: a body is required now`],
    ],
    [
      'another media type',
      making((post) => {
        const { content } = post.requestBody as { content: object };
        (post.requestBody as { content: object }).content = { 'application/xml': Object.values(content)[0] as object };
      }),
      [`${POST}: the body is no longer application/json`],
    ],
    [
      'another way of saying yes',
      making((post) => ((post.responses as Record<string, object>)['202'] = {})),
      [`${POST}: answers 202 now`],
    ],
    [
      'a header that is gone',
      making((post) => (post.responses[200].headers = {} as Making['responses'][200]['headers'])),
      [`${POST}: the answer 200: the header ETag is gone`],
    ],
  ])('%s', (_what, breaks, sentences) => expect(breaks).toStrictEqual(sentences));
});

describe('in what callers say, it is a break that', () => {
  test.each<[string, string[], string]>([
    ['a field is gone', said(({ properties }) => delete properties['owner']), 'owner is gone'],
    ['a field is required now', said(({ required }) => required.push('owner')), 'owner is required now'],
    [
      'a value is gone',
      said(({ properties }) => (properties['stage'] = { type: 'string', enum: ['open'] })),
      'stage no longer knows closed',
    ],
    [
      'only some values are left',
      said(({ properties }) => (properties['name'] = { ...name, enum: ['a'] })),
      'name takes only a now',
    ],
    [
      'a field has another type',
      said(({ properties }) => (properties['name'] = { ...name, type: 'integer' })),
      'name is integer instead of string',
    ],
    [
      'a text must be shorter',
      said(({ properties }) => (properties['name'] = { ...name, maxLength: 100 })),
      'name has maxLength 100 now',
    ],
    [
      'a text must be longer',
      said(({ properties }) => (properties['name'] = { ...name, minLength: 2 })),
      'name has minLength 2 now',
    ],
    [
      'a text must look otherwise',
      said(({ properties }) => (properties['name'] = { ...name, pattern: '^A' })),
      'name has another pattern',
    ],
    [
      'a text has to meet a further condition',
      said(({ properties }) => (properties['name'] = { ...name, allOf: [{ pattern: '^A' }] })),
      'name has a further condition',
    ],
    [
      'an alternative is gone',
      said(({ properties }) => (properties['owner'] = { anyOf: [{ type: 'string' }] })),
      'owner can no longer be null',
    ],
  ])('%s', (_what, breaks, sentence) => expect(breaks).toStrictEqual([`${POST}: the body: ${sentence}`]));
});

describe('in what callers are answered, it is a break that', () => {
  test.each<[string, string[], string]>([
    ['a field is gone', answered(({ properties }) => delete properties['owner']), 'owner is gone'],
    ['a field may be missing', answered(({ required }) => required.pop()), 'stage may be missing now'],
    [
      'a value never comes again',
      answered(({ properties }) => (properties['stage'] = { type: 'string', enum: ['open'] })),
      'stage no longer knows closed',
    ],
    [
      'a field can be anything',
      answered(({ properties }) => (properties['stage'] = { type: 'string' })),
      'stage can be anything now',
    ],
    [
      'a field has another type',
      answered(({ properties }) => (properties['name'] = { type: 'number' })),
      'name is number instead of string',
    ],
    [
      'there is another alternative',
      answered(({ properties }) => (properties['owner'] = { anyOf: [{ type: 'string' }, { type: 'null' }, thing] })),
      'owner can now be object',
    ],
  ])('%s', (_what, breaks, sentence) => expect(breaks).toStrictEqual([`${POST}: the answer 200: ${sentence}`]));
});

describe('nobody is broken by', () => {
  test.each<[string, string[]]>([
    ['nothing at all', changed(() => undefined)],
    ['a new route', changed(({ paths }) => ((paths as Record<string, unknown>)['/more'] = paths['/about']))],
    [
      'a new parameter that may be left out',
      making((post) => post.parameters.push({ in: 'query', name: 'day', required: false, schema: { type: 'string' } })),
    ],
    ['a new field that may be left out', said(({ properties }) => (properties['note'] = { type: 'string' }))],
    ['a field that may be left out now', said(({ required }) => required.pop())],
    ['a longer text', said(({ properties }) => (properties['name'] = { ...name, maxLength: 300 }))],
    [
      'a further value',
      said(({ properties }) => (properties['stage'] = { type: 'string', enum: ['open', 'closed', 'x'] })),
    ],
    ['a new field in an answer', answered(({ properties }) => (properties['note'] = { type: 'string' }))],
    [
      'a further value in an answer',
      answered(({ properties }) => (properties['stage'] = { type: 'string', enum: ['open', 'closed', 'x'] })),
    ],
    ['another no', making((post) => ((post.responses as Record<string, object>)['422'] = {}))],
    ['a further role', making((post) => post['x-roles'].push('consultant'))],
    ['roles that are not asked for any more', making((post) => delete (post as Partial<Making>)['x-roles'])],
    [
      'an answer that is sent whole each time',
      making((post) => delete (post.responses as Partial<Making['responses']>)[304]),
    ],
    ['a no that is gone', making((post) => delete (post.responses as Partial<Making['responses']>)[409])],
  ])('%s', (_what, breaks) => expect(breaks).toStrictEqual([]));
});
