import { MockActivityEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities';
import { correlationIdOf } from '../../telemetry/correlation';
import { createManualGateway } from '../../activities/savb/manualGateway';
import { createWorkerMetrics } from '../../worker/metrics';
import { watchDesks, watchGateway, watchPaymentTool } from '../../worker/watch';

type Said = [message: string, meta: Record<string, unknown> | undefined];

/** Those that have counted something, as Prometheus reads them. */
const countedIn = (text: string, names: RegExp): string[] =>
  text.split('\n').filter((line) => names.test(line) && !line.endsWith(' 0'));

/** What the desks answer, watched: figures without those that differ from run to run, and what was logged. */
async function answering(answer: object | undefined, letter: object, desk: keyof Activities = 'handleMessage') {
  const metrics = createWorkerMetrics();
  const said: Said[] = [];
  const note = (message: string, meta?: Record<string, unknown>) => void said.push([message, meta]);
  const ignore = () => undefined;
  const logger = { log: ignore, trace: ignore, debug: ignore, info: note, warn: note, error: note };
  const handled = { documents: [], ...(answer && { answer }) };
  const activities = { [desk]: async () => handled } as unknown as Activities;
  const watched = watchDesks(activities, metrics) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  const ask = () => watched[desk]!(undefined, letter, '2020-07-10T09:00:00.000Z');
  expect(await new MockActivityEnvironment({}, { logger }).run(ask)).toBe(handled);
  const text = await metrics.registry.metrics();
  const figures = countedIn(text, /^worker_(messages|deadlines|message_duration_seconds_count)/);
  return { figures, said };
}

const letter = { name: 'reserveVoucher', messageId: 'm-1', payload: { voucherId: 'V-1' } };

test('a message that took effect is counted and logged, and so is its repeat', async () => {
  const { figures, said } = await answering({ verdict: { status: 'applied' } }, letter);
  expect(figures).toStrictEqual([
    'worker_messages_total{subject="engagement",message="reserveVoucher",outcome="applied"} 1',
    'worker_message_duration_seconds_count{subject="engagement"} 1',
  ]);
  const correlationId = correlationIdOf('m-1');
  const ms = expect.any(Number) as number;
  const meta = { message: 'reserveVoucher', correlationId, outcome: 'applied', ms };
  expect(said).toStrictEqual([['answered', expect.objectContaining(meta)]]);
  const again = await answering({ verdict: { status: 'applied', repeated: true } }, letter, 'handlePartnerMessage');
  expect(again.figures[0]).toBe(
    'worker_messages_total{subject="partner",message="reserveVoucher",outcome="repeated"} 1',
  );
});

test('a refusal is counted by its code', async () => {
  const { figures, said } = await answering(
    { refusal: { code: 'wrong-stage', detail: 'Vera' } },
    letter,
    'handleBatchMessage',
  );
  expect(figures.slice(0, 2)).toStrictEqual([
    'worker_messages_total{subject="batch",message="reserveVoucher",outcome="refused"} 1',
    'worker_messages_refused_total{subject="batch",code="wrong-stage"} 1',
  ]);
  expect(JSON.stringify(said)).toContain('wrong-stage');
  expect(JSON.stringify(said)).not.toContain('Vera');
});

test('a deadline that passes is counted by its kind', async () => {
  const passed = { name: 'passDeadline', messageId: 'deadline:plannedEnd:x', payload: { kind: 'plannedEnd', at: 'x' } };
  expect((await answering({ verdict: { status: 'applied' } }, passed)).figures).toContain(
    'worker_deadlines_passed_total{subject="engagement",kind="plannedEnd"} 1',
  );
});

test('who is still to ask again was not answered', async () => {
  expect(await answering(undefined, letter)).toStrictEqual({ figures: [], said: [] });
});

test('a call to SAVB is timed by operation and outcome', async () => {
  const metrics = createWorkerMetrics();
  const tool = watchPaymentTool(
    { ...createManualGateway(), status: async () => ({ kind: 'UNKNOWN', why: 'a reset' }) },
    metrics,
  );
  expect(await tool.status('MS-1')).toStrictEqual({ kind: 'UNKNOWN', why: 'a reset' });
  await tool.findByReference('E-1:invoice:1');
  await tool.isRegistered('DDPS', 'contoso-se');
  await tool.list();
  await tool.close();
  const text = await metrics.registry.metrics();
  expect(countedIn(text, /^savb_call_duration_seconds_count/)).toStrictEqual([
    'savb_call_duration_seconds_count{operation="lookup",outcome="byHand"} 1',
    'savb_call_duration_seconds_count{operation="status",outcome="UNKNOWN"} 1',
    'savb_call_duration_seconds_count{operation="list",outcome="byHand"} 1',
    'savb_call_duration_seconds_count{operation="registration",outcome="byHand"} 1',
  ]);
});

test('mails and webhooks are counted by what came of them', async () => {
  const metrics = createWorkerMetrics();
  const gateway = watchGateway({ send: async (kind: string) => ({ kind }) }, metrics.webhooks);
  for (const kind of ['delivered', 'refused', 'delivered']) expect(await gateway.send(kind)).toStrictEqual({ kind });
  expect(await metrics.registry.getSingleMetricAsString('worker_webhooks_total')).toMatch(
    /outcome="delivered"} 2\n.*outcome="gone"} 0\n.*outcome="refused"} 1$/,
  );
});
