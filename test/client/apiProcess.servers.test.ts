import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { Case } from '../support/case';
import { keeperOf, type Contract } from '../support/contract';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { OPERATOR } from './apiHouse';
import { startApiProcess, type ApiProcess } from './apiProcess';

jest.setTimeout(90_000);

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let api: ApiProcess;
let engagement: Case;
let authorization: string;

beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
  engagement = await Case.start(house);
  await engagement.send('addNote', { text: 'so that there is something to see' });
});
afterAll(() => house.stop());

beforeEach(async () => {
  api = await startApiProcess({ address: temporal().address, mongoUri: mongo().uri });
  authorization = `Bearer ${await api.token(OPERATOR)}`;
});
afterEach(() => api.stop());

const inEngagement = (route = '') => `${api.url}/v1/engagements/${engagement.engagementId}${route}`;

describe('50 uploads of 25 MB at once', () => {
  const UPLOADS = 50;
  const MEGABYTES = 25;
  /** Kept in memory, this much would be seen. */
  const TAKEN_MEGABYTES = 400;
  const MOST_MEGABYTES_MORE = 200;
  const megabyte = Buffer.alloc(1024 * 1024, 'x');

  test('are not kept in memory', async () => {
    const before = await api.residentMegabytes();
    const caller = new Agent({ connections: UPLOADS });
    let taken = 0;
    function* file() {
      for (let sent = 0; sent < MEGABYTES; sent += 1) {
        yield megabyte;
        taken += 1;
      }
    }
    const uploads = Array.from({ length: UPLOADS }, (_, index) =>
      request(inEngagement(`/deliverables/file-${index}`), {
        method: 'PUT',
        headers: { authorization, 'content-length': String(MEGABYTES * megabyte.length) },
        body: Readable.from(file(), { objectMode: false, highWaterMark: 1 }),
        dispatcher: caller,
      }),
    );
    const settled = Promise.allSettled(uploads);
    let most = 0;
    await eventually(
      async () => {
        most = Math.max(most, await api.residentMegabytes());
        return taken;
      },
      (megabytes) => megabytes >= TAKEN_MEGABYTES,
    );
    await caller.destroy();
    await settled;
    expect(most - before).toBeLessThan(MOST_MEGABYTES_MORE);
  });
});

describe('SIGTERM under load', () => {
  const CALLERS = 20;

  test('drops nothing that is under way: each request is answered, and what was said is on record', async () => {
    const caller = new Agent({ connections: CALLERS });
    const contract = await request(`${api.url}/openapi.json`);
    const keep = keeperOf((await contract.body.json()) as Contract);
    const statuses: number[] = [];
    const said: string[] = [];

    /** Calls again and again, over connections that are kept, until it is asked to turn elsewhere. */
    async function load(): Promise<void> {
      for (let turn = 0; ; turn += 1) {
        const key = randomUUID();
        const { statusCode, headers, body } =
          turn % 2 === 0
            ? await request(inEngagement(), { headers: { authorization }, dispatcher: caller })
            : await request(inEngagement('/notes'), {
                method: 'POST',
                headers: { authorization, 'idempotency-key': key, 'content-type': 'application/json' },
                body: JSON.stringify({ text: key }),
                dispatcher: caller,
              });
        const [method, url] = turn % 2 === 0 ? ['GET', inEngagement()] : ['POST', inEngagement('/notes')];
        const header = (name: string) => headers[name.toLowerCase()]?.toString();
        keep({ method, url, status: statusCode, header, text: await body.text() });
        statuses.push(statusCode);
        if (turn % 2 === 1 && statusCode < 300) said.push(key);
        if (headers.connection === 'close') return;
      }
    }

    let finish: (piece: string) => void = () => undefined;
    const rest = new Promise<string>((resolve) => (finish = resolve));
    async function* trickle() {
      yield 'the first half, ';
      yield await rest;
    }
    const upload = request(inEngagement('/deliverables/plan.md'), {
      method: 'PUT',
      headers: { authorization },
      body: Readable.from(trickle(), { objectMode: false }),
    });
    const loads = Promise.all(Array.from({ length: CALLERS }, load));
    await eventually(
      async () => statuses.length,
      (answered) => answered > 5 * CALLERS,
    );

    const ended = api.running.kill('SIGTERM');
    const { statusCode } = await eventually(
      async () => {
        const ready = await request(`${api.url}/readyz`, { reset: true });
        await ready.body.dump();
        return ready;
      },
      (ready) => ready.statusCode === 503,
    );
    expect(statusCode).toBe(503);
    await loads;
    finish('and the second');
    const uploaded = await upload;
    expect(await uploaded.body.json()).toMatchObject({ name: 'plan.md', size: 30 });
    await ended;
    await caller.close();

    expect(statuses.filter((status) => ![200, 202, 429].includes(status))).toStrictEqual([]);
    const texts = (await engagement.timeline()).flatMap(({ type, data }) => (type === 'NoteAdded' ? [data.text] : []));
    expect(said.length).toBeGreaterThan(0);
    expect(texts).toStrictEqual(expect.arrayContaining(said));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
