import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON, type History, type Payload } from '@temporalio/common/lib/proto-utils';
import { Worker, type InjectedSinks } from '@temporalio/worker';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry';
import { DeterminismViolationError } from '@temporalio/workflow';
import { batchWorkflowId, engagementWorkflowId, partnerWorkflowId } from '../../contracts/names';
import { inRepository } from '../../dev/repository';
import { TRACED_WORKFLOWS } from '../../telemetry/tracing';
import { buildWorkflowBundle } from '../../worker/bundle';
import type { Observed } from './observer';
import { BATCH_PATHS, PARTNER_PATHS, PATHS } from './paths';

const HISTORIES = inRepository('test', 'replay', 'histories');
const recorded = readdirSync(HISTORIES).map((file) => path.basename(file, '.json'));

const historyOf = (name: string): History =>
  historyFromJSON(JSON.parse(readFileSync(path.join(HISTORIES, `${name}.json`), 'utf8')));

/** What a workflow did that a replay does not compare by itself. */
interface Deeds {
  asked: [activityType: string, args: unknown[]][];
  sleptMs: number[];
  ended?: unknown;
}

/** The deeds as history has them. */
function deedsIn({ events }: History): Deeds {
  const deeds: Deeds = { asked: [], sleptMs: [] };
  for (const event of events ?? []) {
    const { activityTaskScheduledEventAttributes: asked, timerStartedEventAttributes: slept } = event;
    if (asked) deeds.asked.push([asked.activityType?.name ?? '', valuesOf(asked.input?.payloads)]);
    if (slept) deeds.sleptMs.push(msOf(slept.startToFireTimeout));
    const ended = event.workflowExecutionCompletedEventAttributes;
    if (ended) [deeds.ended] = valuesOf(ended.result?.payloads);
  }
  return deeds;
}

const valuesOf = (payloads: Payload[] | null | undefined): unknown[] =>
  (payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));

/** As it travels: history knows no `undefined`. */
const asJson = (deeds: Deeds): unknown => JSON.parse(JSON.stringify(deeds));

type Duration = { seconds?: unknown; nanos?: number | null } | null | undefined;

const msOf = (duration: Duration): number => Number(duration?.seconds ?? 0) * 1_000 + (duration?.nanos ?? 0) / 1e6;

/** A batch's id is made from its group, so its history has to tell. */
function workflowIdOf(name: string, { events }: History): string {
  const [input] = valuesOf(events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads);
  const { batchId } = (input ?? {}) as { batchId?: string };
  if (batchId !== undefined) return batchWorkflowId(batchId);
  return name in PARTNER_PATHS ? partnerWorkflowId(name) : engagementWorkflowId(name);
}

/** Replays a history with workflow code; answers with what that code did, and the error that ended the replay. */
async function replay(name: string, code: string): Promise<{ deeds: Deeds; error?: Error }> {
  const deeds: Deeds = { asked: [], sleptMs: [] };
  const sinks: InjectedSinks<Observed & OpenTelemetrySinks> = {
    exporter: { export: { fn: () => undefined } },
    observed: {
      asked: { fn: (_info, activityType, args) => void deeds.asked.push([activityType, args]), callDuringReplay: true },
      slept: { fn: (_info, durationMs) => void deeds.sleptMs.push(durationMs), callDuringReplay: true },
      ended: { fn: (_info, result) => void (deeds.ended = result), callDuringReplay: true },
    },
  };
  const history = historyOf(name);
  const histories = [{ workflowId: workflowIdOf(name, history), history }];
  const results = Worker.runReplayHistories({ workflowBundle: { code }, sinks }, histories);
  for await (const { error } of results) if (error) return { deeds, error };
  return { deeds };
}

describe.each([
  ['the workflow of today', []],
  ['the workflow of today, with traces,', [TRACED_WORKFLOWS]],
])('%s', (_, tracing) => {
  let code: string;
  beforeAll(async () => {
    code = await buildWorkflowBundle({ workflowInterceptorModules: [...tracing, require.resolve('./observer')] });
  });

  test.each(recorded)('does with the history “%s” what was done then', async (name) => {
    const { deeds, error } = await replay(name, code);
    expect(error).toBeUndefined();
    // An activity may be told more than it was then, and nothing less.
    expect(asJson(deeds)).toMatchObject(asJson(deedsIn(historyOf(name))) as object);
  });
});

test('there is a history of every path', () => {
  expect(recorded.toSorted()).toStrictEqual(Object.keys({ ...PATHS, ...PARTNER_PATHS, ...BATCH_PATHS }).toSorted());
});

test('a workflow that does something else is found out', async () => {
  const code = await buildWorkflowBundle({ workflowsPath: require.resolve('./incompatible') });
  expect((await replay('straight', code)).error).toBeInstanceOf(DeterminismViolationError);
});

test.each(recorded)('the history “%s” tells nothing of the machine it was recorded on', (name) => {
  const text = readFileSync(path.join(HISTORIES, `${name}.json`), 'utf8');
  const payloads = [...text.matchAll(/"data": ?"([^"]*)"/g)].map(([, data]) => Buffer.from(data!, 'base64').toString());
  const said = [text, ...payloads].join('\n');
  expect(said).not.toMatch(/stackTrace|node_modules|\d@\w|(127\.0\.0\.1|localhost):\d/);
  expect(said).not.toContain(hostname());
});
