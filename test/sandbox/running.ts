import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { PaymentRequestBody } from '../../contracts/savb';
import type { Pace } from '../../sandbox/savb/progress';
import { createSavbSandbox } from '../../sandbox/savb/server';

const ends: (() => Promise<unknown>)[] = [];

/** Runs `end` after the test, the last one first. */
export const later = (end: () => Promise<unknown>) => void ends.unshift(end);

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'savb-'));
  later(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Listens on a free port of this machine until the test ends; gives the address. */
export async function listening(server: FastifyInstance): Promise<string> {
  later(() => server.close());
  await server.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

export interface RunningSandbox {
  url: string;
  ledgerFile: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  faults(...faults: object[]): Promise<void>;
  ledger(): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}
export interface HttpAnswer {
  status: number;
  body: unknown;
}

/** A SAVB sandbox on a real socket with a real ledger; the token is `dev`. */
export async function startSandbox(options: { ledgerFile?: string; pace?: Pace } = {}): Promise<RunningSandbox> {
  const { ledgerFile = join(await temporaryFolder(), 'savb', 'ledger.jsonl'), pace = 'manual' } = options;
  const server = await createSavbSandbox({ ledgerFile, token: 'dev', pace });
  const url = await listening(server);
  const call: RunningSandbox['call'] = async (method, path, body, headers = { authorization: 'Bearer dev' }) => {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method, headers: { ...type, ...headers }, ...sent });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  return {
    url,
    ledgerFile,
    call,
    async faults(...faults) {
      const { status, body } = await call('POST', '/control/faults', { faults });
      if (status !== 204) throw new Error(JSON.stringify(body));
    },
    async ledger() {
      const lines = (await readFile(ledgerFile, 'utf8')).split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    stop: () => server.close(),
  };
}

/** Asks again until the answer is as wanted; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise(setImmediate);
  }
}

/** A payment request that SAVB accepts. */
export const paymentRequest = (changes: Partial<PaymentRequestBody> = {}): PaymentRequestBody => ({
  reference: 'E-1:invoice:1',
  offering: 'ddps',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-0001', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
  amount: { minor: 240_000, currency: 'SEK' },
  invoice: { number: '2020-1', date: '2020-08-17' },
  ...changes,
});

/** Sends a payment request. */
export const submit = (sandbox: RunningSandbox, changes = {}) =>
  sandbox.call('POST', '/payment-requests', paymentRequest(changes));

/** The number that SAVB gave. */
export const numberOf = ({ body }: { body: unknown }) =>
  (body as { microsoftReferenceNumber: string }).microsoftReferenceNumber;

/** What SAVB answers to `paymentRequest()`. */
export const reply = (microsoftReferenceNumber: string, changes = {}) => ({
  microsoftReferenceNumber,
  reference: 'E-1:invoice:1',
  status: 'validating',
  amount: { minor: 240_000, currency: 'SEK' },
  ...changes,
});
