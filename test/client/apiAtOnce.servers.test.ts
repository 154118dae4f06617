import { randomUUID } from 'node:crypto';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import {
  Caller,
  openApi,
  OPERATOR,
  PARTNER_ADMIN,
  STRANGER,
  startOf,
  type Answer,
  type ApiHouse,
  type Who,
} from './apiHouse';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let api: ApiHouse;

beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi(where);
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

const CALLS = 50;
const ROUNDS = 100;
const LANES = 4;

async function notesOf({ route }: Caller): Promise<string[]> {
  const { body } = await api.call('GET', `${route}/timeline`);
  const { items } = body as unknown as { items: { type: string; messageId: string }[] };
  return items.filter(({ type }) => type === 'NoteAdded').map(({ messageId }) => messageId);
}

test('50 identical calls at once have one effect, and each answer is the verdict or a later', async () => {
  const engagement = await Caller.start(api);
  const key = randomUUID();
  const say = () => engagement.say('notes', { text: 'called' }, { key, as: PARTNER_ADMIN });
  const answers = await Promise.all(Array.from({ length: CALLS }, say));
  const statuses = new Set(answers.map(({ status }) => status));
  expect(statuses).toContain(200);
  expect([200, 202, 429]).toEqual(expect.arrayContaining([...statuses]));
  expect(await notesOf(engagement)).toStrictEqual([key]);
  const [again, andAgain] = [await say(), await say()];
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(andAgain.body).toStrictEqual(again.body);
});

test('after its answer has expired a key still has the verdict of the record', async () => {
  const engagement = await Caller.start(api);
  const key = randomUUID();
  const say = (text: string) => engagement.say('notes', { text }, { key });
  await say('called');
  // An answer is kept after it was given, and a repeat waits for that.
  expect((await say('called')).headers.get('idempotent-replayed')).toBe('true');
  await api.records.answers.forget([`engagement:${engagement.engagementId}`]);
  const again = await say('called');
  expect([again.status, again.headers.get('idempotent-replayed')]).toStrictEqual([200, null]);
  await api.records.answers.forget([`engagement:${engagement.engagementId}`]);
  const other = await say('called twice');
  expect([other.status, other.body.type]).toStrictEqual([422, '/problems/idempotency-key-reused']);
  expect(await notesOf(engagement)).toStrictEqual([key]);
});

test('a refusal made in the loop is the answer of its key', async () => {
  const engagement = await Caller.start(api);
  await engagement.assign();
  const key = randomUUID();
  const report = () =>
    engagement.say('reservation', { ...engagement.reservation, voucherId: 'V-0' }, { key, as: PARTNER_ADMIN });
  const [first, again] = [await report(), await report()];
  expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toStrictEqual([422, 422, 'true']);
  expect(again.body).toStrictEqual(first.body);
});

test('the same key of an operator and of a partner names two messages, at once as well', async () => {
  const engagement = await Caller.start(api);
  const key = randomUUID();
  const say = (as: Who) => engagement.say('notes', { text: 'called' }, { key, as });
  const answers = await Promise.all([OPERATOR, PARTNER_ADMIN].map(say));
  expect(answers.map(({ status }) => status)).toStrictEqual([200, 200]);
  expect(await notesOf(engagement)).toStrictEqual([key, key]);
});

test('of two partners who assign one voucher at once exactly one wins, 100 times out of 100', async () => {
  const wins: string[] = [];
  /** Whoever lost tries again with the next voucher, against a new engagement of the winner. */
  async function lane(): Promise<void> {
    const rivals = await Promise.all([started(PARTNER_ADMIN), started(STRANGER)]);
    for (let round = 0; round < ROUNDS / LANES; round += 1) {
      const voucherId = `V-${randomUUID()}`;
      const answers = await Promise.all(
        rivals.map(({ engagement, as }) =>
          engagement.say('voucher-assignment', { ...engagement.voucher, voucherId }, { as }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.toSorted()).toStrictEqual([200, 409]);
      const { body } = await api.call('GET', `/v1/engagements?voucherId=${voucherId}`);
      const winner = statuses.indexOf(200);
      expect(body).toMatchObject({ items: [{ engagementId: rivals[winner]?.engagement.engagementId }] });
      wins.push(voucherId);
      rivals[winner] = await started(rivals[winner]!.as);
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(wins).toHaveLength(ROUNDS);
});

test.each([
  ['two ids', () => [startOf(`e-${randomUUID()}`), startOf(`e-${randomUUID()}`)]],
  ['two partners and no id', () => ['contoso-services', 'northwind-consulting'].map((partnerId) => idLess(partnerId))],
])(
  'of 50 starts at once with one key and %s those of one have their effect, the others are a 422',
  async (_what, of) => {
    const [key, contents] = [randomUUID(), of()];
    const start = async (index: number): Promise<Answer> => {
      const headers: Record<string, string> = index % 3 === 0 ? { prefer: 'respond-async' } : {};
      const answer = await api.call('POST', '/v1/engagements', { body: contents[index % 2], key, headers });
      // So many at once may be too much for a slow MongoDB: then nothing is known, and the same is asked again.
      return answer.status === 503 ? start(index) : answer;
    };
    const answers = await Promise.all(Array.from({ length: CALLS }, (_none, index) => start(index)));
    const refused = answers.flatMap(({ status, body }, index) =>
      status === 422 && body.type === '/problems/idempotency-key-reused' ? [index % 2] : [],
    );
    expect([refused.length, new Set(refused).size]).toStrictEqual([CALLS / 2, 1]);
    const started = answers.filter(({ status }) => status === 200 || status === 201);
    expect([started.length, new Set(started.map(({ body }) => body.engagementId)).size]).toStrictEqual([CALLS / 2, 1]);
    const lost = contents[refused[0]!]!;
    if ('engagementId' in lost)
      expect((await api.call('GET', `/v1/engagements/${String(lost.engagementId)}`)).status).toBe(404);
  },
);

test('a start that was refused leaves its key to the corrected content', async () => {
  const [key, body] = [randomUUID(), startOf(`e-${randomUUID()}`)];
  const start = (changes: object = {}) => api.call('POST', '/v1/engagements', { body: { ...body, ...changes }, key });
  const refused = await Promise.all(Array.from({ length: 5 }, () => start({ serviceLevelDays: 7 })));
  expect(new Set(refused.map(({ body: { type } }) => type))).toStrictEqual(
    new Set(['/problems/service-level-unknown']),
  );
  expect((await start()).status).toBe(201);
  expect((await start({ serviceLevelDays: 10 })).body.type).toBe('/problems/idempotency-key-reused');
});

function idLess(partnerId: string): object {
  const { engagementId: _id, ...content } = startOf('');
  return { ...content, partnerId };
}

/** An engagement of this partner's. */
async function started(as: Who): Promise<{ engagement: Caller; as: Who }> {
  return { engagement: await Caller.start(api, { partnerId: as.partnerId }), as };
}
