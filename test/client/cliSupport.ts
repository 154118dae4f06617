import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { runCli } from '../../client/cli/program';
import type { EngagementView } from '../../contracts/engagement';
import type { Problem } from '../../contracts/problems';
import type { Task } from '../../contracts/tasks';

export interface Heard {
  /** Method and path with query, `GET /v1/engagements?limit=1`. */
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Said {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** The connection breaks instead of an answer. */
  hangUp?: true;
}

/**
 * A server that speaks the API's answers, each in its turn and the last one again; it keeps what it heard. What `aside` has an
 * answer for is neither kept nor anything's turn.
 */
export async function startApi(aside: (line: string) => Said | undefined = () => undefined) {
  const heard: Heard[] = [];
  let answers: Said[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const line = `${request.method} ${request.url}`;
      const besides = aside(line);
      if (!besides) heard.push({ line, headers: request.headers, body });
      const answer = besides ?? (answers.length > 1 ? answers.shift() : answers[0])!;
      const { status = 200, headers, body: said, hangUp } = answer;
      if (hangUp) return void request.socket.destroy();
      const type = status < 300 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Forgets what was heard and answers the next calls. */
    answers: (...next: Said[]) => {
      answers = next;
      heard.length = 0;
      return heard;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs one command and gives what it wrote and its exit code. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, isTTY = false) {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({ isTTY, write: (chunk: string) => (written[name] += chunk) });
  const code = await runCli(args, { env, stdout: output('stdout'), stderr: output('stderr') });
  return { code, ...written };
}

export const task: Task = {
  taskId: 'E-1001:paymentHeld:1',
  kind: 'paymentHeld',
  status: 'open',
  engagementId: 'E-1001',
  partnerId: 'contoso-services',
  role: 'globalAdmin',
  accountKind: 'SAVB Online Payment Tool in CHIP (Microsoft account)',
  title: 'Microsoft holds the payment',
  instructions: 'Held since Monday.\nCorrect the bank account.',
  resolutions: ['bankDetailsCorrected'],
  openedAt: '2020-10-01T08:00:00.000Z',
  dueAt: '2020-11-21T00:00:00.000Z',
};

export const started: EngagementView = {
  engagementId: 'E-1001',
  partnerId: 'contoso-services',
  engagementType: 'windowsOffice',
  customer: { name: 'Fabrikam AG', country: 'SE' },
  rulebook: { id: '2020-06', hash: 'abc' },
  stage: 'awaitingVoucher',
  version: 1,
  awaiting: { message: 'assignVoucher', from: 'customer', until: '2020-09-21T00:00:00.000Z' },
  nextDeadline: { kind: 'voucherReminder', at: '2020-09-08T00:00:00.000Z' },
  tasks: [],
  startedAt: '2020-09-01T08:00:00.000Z',
  updatedAt: '2020-09-01T08:00:00.000Z',
};

export const wrongStage: Problem = {
  type: '/problems/wrong-stage',
  title: 'Not in this stage',
  status: 409,
  detail: 'reserveVoucher belongs to voucherAssigned; the engagement is awaitingVoucher',
  instance: '/v1/engagements/E-1001/reservation',
  awaiting: { message: 'assignVoucher', from: 'customer', until: '2020-09-21T00:00:00.000Z' },
  rule: 'Steps 4 to 8 follow each other.',
};
