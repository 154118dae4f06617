import { randomUUID } from 'node:crypto';
import { ACCESS } from '../../client/api/access/accessTable';
import { isPartnerRole, ROLES } from '../../contracts/names';
import {
  claimsOf,
  expectedOf,
  filled,
  openWorld,
  SECRET,
  START,
  stagesFor,
  THINGS,
  thingsIn,
  type Caller,
  type Operation,
} from './accessWorld';
import { BY_HAND, STAFF_ONLY } from './accessByHand';
import { PARTNER, partnerAdmin } from './rig';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});

const tokens = new Map<string, Promise<string>>();

/** One request of a caller about what is contoso's, or about what nobody has. */
async function ask(caller: Caller, { method, path, body }: Operation, stage: string, isKnown = true) {
  const who = JSON.stringify(caller);
  if (!tokens.has(who))
    tokens.set(who, world.token({ ...claimsOf(caller), exp: Math.floor(Date.now() / 1_000) + 600 }));
  const headers = {
    authorization: `Bearer ${await tokens.get(who)}`,
    'if-match': '*',
    ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
    ...(body && { 'content-type': body.mediaType }),
  };
  const url = filled(path, stage, isKnown);
  const answer = await world.api.inject({ method, url, headers, ...(body && { payload: body.content }) });
  return { url, status: answer.statusCode, headers: answer.headers, body: answer.body };
}

type Answer = Awaited<ReturnType<typeof ask>>;

/** An answer without what differs from request to request, and with its own ids as if they were one. */
const comparable = ({ url, status, headers, body }: Answer, { path }: Operation, stage: string, isKnown: boolean) => {
  const { date: _date, 'x-request-id': _id, ratelimit: _left, ...others } = headers;
  const ids = thingsIn(path).map((name) => filled(`{${name}}`, stage, isKnown));
  const text = ids.reduce((left, id) => left.replaceAll(id, '{id}'), body.replace(url, '{url}'));
  return { status, headers: others, text };
};

/** What the caller got of it: nothing that anybody could not get of what does not exist, or more. */
async function gotBy(caller: Caller, operation: Operation, stage: string, answer: Answer): Promise<string> {
  if ([401, 429].includes(answer.status) || answer.status >= 500) return `answered ${answer.status}`;
  if (answer.status === 403) return 'forbidden';
  if (answer.status === 409) return 'out of turn';
  if (answer.status !== 404 || thingsIn(operation.path).length === 0) return 'let in';
  const unknown = await ask(caller, operation, stage, false);
  const isAlike =
    JSON.stringify(comparable(answer, operation, stage, true)) ===
    JSON.stringify(comparable(unknown, operation, stage, false));
  return isAlike ? 'hidden' : 'let in';
}

/** Every route in every stage that its thing can be in. */
const cases = () =>
  world.operations.flatMap((operation) => stagesFor(operation.path).map((stage) => ({ operation, stage })));

test('every route of the contract has an entry in the table, and every entry has its route', () =>
  expect(world.operations.map(({ name }) => name).sort()).toStrictEqual(Object.keys(ACCESS).sort()));

test('the table says of every route what is written by hand', () => {
  const bySort = ({ scope, roles }: { scope: string; roles: readonly string[] }) => [scope, ...[...roles].sort()];
  const sorted = (table: Readonly<Record<string, Parameters<typeof bySort>[0]>>) =>
    Object.fromEntries(Object.entries(table).map(([route, entry]) => [route, bySort(entry)]));
  expect(sorted(ACCESS)).toStrictEqual(sorted(BY_HAND));
});

const own: Caller[] = [undefined, ...ROLES].map((role) => ({
  ...(role !== undefined && { role }),
  ...((role === undefined || isPartnerRole(role)) && { partnerId: PARTNER.partnerId }),
}));
const foreign = own.flatMap((caller) => (caller.partnerId === undefined ? [] : { ...caller, partnerId: 'fabrikam' }));

const named = (callers: Caller[]) =>
  callers.map((caller): [string, Caller] => [
    [
      caller.role ?? 'somebody without a role',
      ...(caller.partnerId === undefined ? [] : ['of', caller.partnerId]),
    ].join(' '),
    caller,
  ]);

test.each(named(own))('%s gets what is written by hand, in every stage', async (_who, caller) => {
  const differing: string[] = [];
  for (const { operation, stage } of cases()) {
    const { stages } = ACCESS[operation.name]!;
    const expected = expectedOf({ ...BY_HAND[operation.name]!, ...(stages && { stages }) }, caller, stage);
    const got = await gotBy(caller, operation, stage, await ask(caller, operation, stage));
    if (got !== expected) differing.push(`${operation.name} in ${stage}: ${got} instead of ${expected}`);
  }
  expect(differing).toStrictEqual([]);
});

test.each(named([...own, ...foreign]).filter(([, { role }]) => !['operator', 'support'].includes(role ?? '')))(
  '%s is kept from whatever is for staff, and of what is nobody’s gets the catalogue alone',
  async (_who, caller) => {
    const got: string[] = [];
    for (const operation of world.operations.filter(({ name }) => name in STAFF_ONLY || BY_HAND[name]?.scope === 'all'))
      if ((await ask(caller, operation, 'any')).status !== 403) got.push(operation.name);
    expect(got).toStrictEqual(caller.role === undefined ? [] : ['GET /v1/catalogue']);
  },
);

test.each(named(foreign))('%s gets nothing of contoso’s, in any stage', async (_who, caller) => {
  const leaks: string[] = [];
  const before = world.told();
  for (const { operation, stage } of cases()) {
    const { scope, roles } = BY_HAND[operation.name]!;
    const mayUse = (roles as readonly string[]).includes(caller.role ?? '') && (scope === 'rows' || scope === 'all');
    const expected = scope === 'one' ? 'hidden' : mayUse ? 'let in' : 'forbidden';
    const answer = await ask(caller, operation, stage);
    const got = await gotBy(caller, operation, stage, answer);
    if (got !== expected) leaks.push(`${operation.name} in ${stage}: ${got} instead of ${expected}`);
    if (answer.body.includes(SECRET)) leaks.push(`${operation.name} in ${stage}: ${answer.body}`);
  }
  expect(leaks).toStrictEqual([]);
  expect(world.told()).toBe(before);
});

describe('fabrikam starts an engagement', () => {
  const start = async (engagementId: string, changes: object = {}, headers = {}) => {
    const { statusCode, body } = await world.call('POST', '/v1/engagements', {
      claims: partnerAdmin('fabrikam'),
      headers: { 'idempotency-key': randomUUID(), ...headers },
      payload: { ...START, engagementId, ...changes },
    });
    return [statusCode, body.replaceAll(engagementId, '{id}')];
  };

  test('under an id of contoso’s: the same no whatever there is, and whether it was once fabrikam’s', async () => {
    const contents = [{}, { serviceLevelDays: 10 }, { customer: { name: SECRET, country: 'SE' } }];
    const answers = await Promise.all(
      THINGS['engagementId']!.stages.flatMap((stage) => contents.map((changes) => start(`E-${stage}`, changes))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [status, body] = answers[0]!;
    expect([status, JSON.parse(String(body))]).toStrictEqual([
      409,
      {
        type: '/problems/id-not-available',
        title: 'This id cannot be used',
        status: 409,
        detail: '{id} cannot be the id of a new engagement',
        instance: '/v1/engagements',
      },
    ]);
  });

  test('under If-Match: the same 404 for what is contoso’s and for what nobody has', async () => {
    const unknown = await Promise.all(['*', '"1"'].map((ifMatch) => start('E-unknown', {}, { 'if-match': ifMatch })));
    const foreign = await Promise.all(
      THINGS['engagementId']!.stages.flatMap((stage) =>
        ['*', '"1"'].map((ifMatch) => start(`E-${stage}`, {}, { 'if-match': ifMatch })),
      ),
    );
    expect(unknown[0]).toStrictEqual([404, expect.stringContaining('there is no engagement {id}')]);
    expect(new Set([...unknown, ...foreign].map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

test('without a token or key every route says the same 401, whatever it is about', async () => {
  const answers = await Promise.all(
    world.operations.map(async ({ method, path }) => {
      const url = filled(path, 'paid', true);
      const { statusCode, headers, body } = await world.api.inject({ method, url });
      return [statusCode, headers['www-authenticate'], body.replace(url, '{url}')];
    }),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.slice(0, 2)).toStrictEqual([401, 'Bearer realm="planning-services"']);
});
