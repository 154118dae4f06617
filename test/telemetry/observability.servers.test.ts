import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workerConverter } from '../../codec/dataConverter';
import { readPayloadConfig } from '../../config/payloads';
import type { EngagementView } from '../../contracts/engagement';
import { engagementWorkflowId } from '../../contracts/names';
import { peopleOf, say } from '../../dev/people';
import { samplePayloads, samplePlan } from '../../dev/sample/engagement';
import { samplePartners } from '../../dev/sample/partners';
import { urlOf } from '../../dev/settings';
import { startStack, type Stack } from '../../dev/stack';
import { freeStackPorts } from '../../dev/stackPorts';
import { dayOf } from '../../domain/days';
import { openRecords } from '../../records/connect';
import { correlationIdOf } from '../../telemetry/correlation';
import { eventually } from '../support/eventually';
import { openSavbProxy, type SavbProxy } from '../support/savbProxy';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';
import { openTraceCollector, type TraceCollector } from '../support/traceCollector';
import { workflowCode } from '../support/workflowCode';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Starts compiled programs: `npm test` builds first. */
jest.setTimeout(90_000);

const temporal = temporalServer();
const mongo = mongoServer();
const today = dayOf(new Date().toISOString(), '+00:00');
const [partner] = samplePartners(today);
const engagementId = 'e-observed';
const workflowId = engagementWorkflowId(engagementId);
/** What a partner may call its message, and what nobody is to read anywhere else. */
const KEY = 'vera.canary@fabrikam.example';
const PAYLOADS = { PAYLOAD_CODEC: 'on', PAYLOAD_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` };

let folder: string;
let stack: Stack;
let collector: TraceCollector;
let proxy: SavbProxy;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-observed-'));
  const records = await openRecords({ uri: mongo().uri, timeoutMs: 5_000 });
  await records.migrate();
  await showPartner(records, partner);
  await records.close();
  const ports = await freeStackPorts();
  proxy = await openSavbProxy(urlOf(ports.savb));
  collector = await openTraceCollector();
  const env = {
    ...process.env,
    ...PAYLOADS,
    TEMPORAL_ADDRESS: temporal().address,
    MONGODB_URI: mongo().uri,
    SAVB_URL: proxy.url,
    SAVB_SANDBOX_PACE: '300ms',
    SAVB_POLL_INTERVAL: '200ms',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  stack = await startStack({ dataDir: path.join(folder, 'data'), ports, say: () => undefined, env });
  await walk();
}, 90_000);
afterAll(async () => {
  await stack.stop();
  await Promise.all([proxy.close(), collector.close()]);
  await rm(folder, { recursive: true });
});

/** The sample engagement, from its start until it is paid; the redemption goes under a key of its own. */
async function walk(): Promise<void> {
  const { start, assignVoucher, reserveVoucher, submitCompletionReport, redeemVoucher } = samplePayloads(
    engagementId,
    today,
  );
  const addresses = { apiUrl: urlOf(stack.ports.api), issuerUrl: urlOf(stack.ports.issuer) };
  const people = await peopleOf({ ...addresses, partnerId: partner.partnerId, consultantId: 'eva.lind' });
  const { operator, partnerAdmin, consultant } = people;
  const route = `/engagements/${engagementId}`;
  await say(operator, ['POST', '/engagements'], route, start);
  await say(operator, ['POST', `${route}/voucher-assignment`], route, assignVoucher);
  await say(partnerAdmin, ['POST', `${route}/reservation`], route, reserveVoucher);
  await consultant.api.call('PUT', `${route}/deliverables/${path.basename(samplePlan)}`, { file: samplePlan });
  await say(consultant, ['POST', `${route}/completion-report`], route, submitCompletionReport);
  await partnerAdmin.api.call('POST', `${route}/redemption`, { json: redeemVoucher, key: KEY });
  await eventually(
    () => operator.api.call<EngagementView>('GET', route),
    ({ body: { stage } }) => stage === 'paid',
  );
}

describe('a trace', () => {
  const submission = () =>
    eventually(
      async () => collector.spans.find(({ name }) => name === 'SAVB submit'),
      (span) => span !== undefined && collector.pathTo(span).length > 5,
    );

  test('leads from the request of a partner through the workflow to SAVB, with the codec on', async () => {
    const route = '/v1/engagements/:engagementId/redemption';
    const way = collector.pathTo((await submission())!);
    expect(way.map(({ service, name }) => `${service} ${name}`)).toStrictEqual([
      'planning-services-worker SAVB submit',
      'planning-services-worker RunActivity:submitPaymentRequest',
      'planning-services-worker StartActivity:submitPaymentRequest',
      'planning-services-worker HandleUpdate:redeemVoucher',
      'planning-services-api StartWorkflowUpdate:redeemVoucher',
      `planning-services-api POST ${route}`,
    ]);
    expect(way[0]!.attributes).toStrictEqual({ 'savb.operation': 'submit', 'savb.outcome': 'SUCCESS' });
    expect(way.at(-1)!.attributes).toStrictEqual({
      'http.request.method': 'POST',
      'http.route': route,
      'http.response.status_code': expect.any(Number) as number,
      request_id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      correlation_id: correlationIdOf(`tenant:${partner.partnerId}:${KEY}`),
    });
  });

  test('goes on at SAVB as W3C has it', async () => {
    const { traceId, spanId } = (await submission())!;
    const call = proxy.noted.find(({ method }) => method === 'POST');
    expect(call?.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  test('of each workflow ends with it, and nothing that was said is in any', async () => {
    await eventually(
      async () => collector.spans,
      (spans) => spans.some(({ name }) => name === 'RunWorkflow:engagement'),
    );
    const told = collector.said.join('\n');
    expect(told).toContain(workflowId);
    for (const word of [KEY, 'fabrikam.example', 'Fabrikam', 'rollout', 'mira.holm']) expect(told).not.toContain(word);
  });

  test('leaves a history that replays without traces', async () => {
    const connection = await Connection.connect({ address: temporal().address });
    const history = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    await connection.close();
    const payloads = readPayloadConfig(PAYLOADS);
    await Worker.runReplayHistory(
      { workflowBundle: { code: await workflowCode(true) }, dataConverter: workerConverter(payloads) },
      history,
      workflowId,
    );
  });
});

const admin = async (part: 'workerAdmin' | 'apiAdmin', route: string) => {
  const answer = await fetch(`${urlOf(stack.ports[part])}${route}`);
  return { status: answer.status, text: await answer.text() };
};

describe('the metrics of real processes', () => {
  test('tell of the engagement that was paid, of every message, of SAVB, and what Temporal has to tell', async () => {
    const worker = (await admin('workerAdmin', '/metrics')).text;
    expect(worker).toContain('worker_messages_total{subject="engagement",message="redeemVoucher",outcome="applied"} 1');
    expect(worker).toMatch(/savb_call_duration_seconds_count\{operation="submit",outcome="SUCCESS"\} 1/);
    for (const part of ['MongoDB', 'Temporal', 'polling']) expect(worker).toContain(`worker_part_up{part="${part}"} 1`);
    expect(worker).toMatch(/^temporal_workflow_completed\{/m);
    const api = await eventually(
      async () => (await admin('apiAdmin', '/metrics')).text,
      (text) => text.includes('planning_engagements{stage="paid"} 1'),
    );
    expect(api).toContain('planning_figures_up 1');
    expect(api).toContain('audit_entries_waiting 0');
  });

  test('are read by Prometheus: no family comes twice', async () => {
    for (const part of ['workerAdmin', 'apiAdmin'] as const) {
      const families = (await admin(part, '/metrics')).text.match(/^# TYPE \S+/gm)!;
      expect(new Set(families).size).toBe(families.length);
    }
  });
});

test('one message has one correlation id, in the log of the API and in that of the worker', async () => {
  const linesOf = async (part: string) =>
    (await readFile(path.join(stack.logs, `${part}.log`), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const correlationId = correlationIdOf(`tenant:${partner.partnerId}:${KEY}`);
  const [asked, handled] = await Promise.all([linesOf('api'), linesOf('worker')]);
  expect(asked.filter((line) => line['correlationId'] === correlationId)).toMatchObject([
    { about: [engagementId], msg: 'answered' },
  ]);
  expect(handled.filter((line) => line['correlationId'] === correlationId)).toMatchObject([
    { engagementId, workflowId, message: 'redeemVoucher', outcome: 'applied', msg: 'answered' },
  ]);
});

test('who lacks MongoDB is not ready, says so, lives on, and comes back', async () => {
  const server = mongo().process!;
  await server.kill('SIGKILL');
  const missing = await eventually(
    () => admin('workerAdmin', '/readyz'),
    ({ status }) => status === 503,
  );
  expect(JSON.parse(missing.text)).toStrictEqual({ state: 'RUNNING', missing: ['MongoDB'] });
  expect(JSON.parse((await admin('apiAdmin', '/readyz')).text)).toMatchObject({ detail: 'no answer from MongoDB' });
  expect((await admin('workerAdmin', '/metrics')).text).toContain('worker_part_up{part="MongoDB"} 0');
  expect((await admin('workerAdmin', '/healthz')).status).toBe(200);
  await server.restart();
  for (const part of ['workerAdmin', 'apiAdmin'] as const)
    await eventually(
      () => admin(part, '/readyz'),
      ({ status }) => status === 200,
    );
});
