import { createServer, connect as dial, type AddressInfo, type Server, type Socket } from 'node:net';
import { MongoClient, MongoServerError, type HostAddress } from 'mongodb';
import { openRecords, type Records } from '../../records/connect';
import { isDuplicate, isUnavailable } from '../../records/errors';
import { contoso as contosoFacts } from '../support/partner';
import { openedRecords } from './opened';
import { AT } from './samples';

const TIMEOUT_MS = 2_000;
/** The timers of a busy machine are late. */
const SLACK_MS = 500;

const opened = openedRecords();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const contoso = { ...contosoFacts, version: 1, tasks: [], registeredAt: AT, updatedAt: AT };

/** A way to the server that can be cut, or clogged: then connections stand and nothing comes through. */
async function passage() {
  const [beyond] = new MongoClient(opened().uri).options.hosts as [HostAddress];
  const sockets = new Set<Socket>();
  let clogged = false;
  const server: Server = createServer((near) => {
    const far = dial(beyond.port!, beyond.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => void (clogged || other.write(bytes)));
      one.on('error', () => undefined).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  closing.push(cut);
  const direct = opened().uri.replace(/(\/\/(?:[^@/]*@)?)[^/?]+/, `$1${address}`);
  const uri = `${direct}${direct.includes('?') ? '&' : '?'}directConnection=true`;
  return { uri, cut, clog: async () => void (clogged = true) };
}

/** Opened by the test and closed after it. */
async function open(uri: string): Promise<Records> {
  const records = await openRecords({ uri, timeoutMs: TIMEOUT_MS });
  closing.unshift(() => records.close());
  return records;
}

/** What the attempt failed with, and how long that took. */
async function failureOf(attempt: () => Promise<unknown>) {
  const startedAt = performance.now();
  const error: unknown = await attempt().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { unavailable: isUnavailable(error), inTime: performance.now() - startedAt < TIMEOUT_MS + SLACK_MS };
}

const IN_TIME = { unavailable: true, inTime: true };

test('a partner is shown as its record left it last', async () => {
  const { partners } = opened().records;
  await partners.project({ ...contoso, name: 'Contoso' });
  await partners.project({ ...contoso, version: 2 });
  expect(await partners.view('contoso')).toStrictEqual({ ...contoso, version: 2 });
  expect(await partners.view('nobody')).toBeUndefined();
});

test('a server that answers is there', async () => {
  await expect(opened().records.ping()).resolves.toBeUndefined();
});

test('without a server opening fails in time, recognisably', async () => {
  const way = await passage();
  await way.cut();
  expect(await failureOf(() => open(way.uri))).toStrictEqual(IN_TIME);
});

test('a server that accepts and never answers counts as none', async () => {
  const way = await passage();
  await way.clog();
  expect(await failureOf(() => open(way.uri))).toStrictEqual(IN_TIME);
});

test.each(['cut', 'clog'] as const)(
  'a way to the server that is %s later makes reads and writes fail in time',
  async (what) => {
    const way = await passage();
    const records = await open(way.uri);
    await records.ping();
    await way[what]();
    const failures = await Promise.all([
      failureOf(() => records.ping()),
      failureOf(() => records.partners.view('contoso')),
      failureOf(() => records.partners.project(contoso)),
    ]);
    expect(failures).toStrictEqual([IN_TIME, IN_TIME, IN_TIME]);
  },
);

test('closed records count as unavailable', async () => {
  const records = await open(opened().uri);
  await records.close();
  await expect(records.ping().catch((error: unknown) => isUnavailable(error))).resolves.toBe(true);
});

test.each<[string, unknown, { unavailable: boolean; duplicate: boolean }]>([
  ['stepping down', new MongoServerError({ message: 'x', code: 189 }), { unavailable: true, duplicate: false }],
  [
    'overloaded',
    new MongoServerError({ message: 'x', errorLabels: ['SystemOverloadedError'] }),
    { unavailable: true, duplicate: false },
  ],
  ['a duplicate key', new MongoServerError({ message: 'x', code: 11000 }), { unavailable: false, duplicate: true }],
  ['an unfit document', new MongoServerError({ message: 'x', code: 121 }), { unavailable: false, duplicate: false }],
  ['any other error', new Error('x'), { unavailable: false, duplicate: false }],
  ['nothing', undefined, { unavailable: false, duplicate: false }],
])('what the server says is told apart: %s', (_title, error, expected) => {
  expect({ unavailable: isUnavailable(error), duplicate: isDuplicate(error) }).toStrictEqual(expected);
});
