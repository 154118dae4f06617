import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../../activities';
import { createSubmission } from '../../../activities/savb/submission';
import type { SavbAnswer } from '../../../domain/settlement/answer';
import { FAULTS, FaultyWorld, QUARANTINE_MS, REQUEST, ZOMBIES, type Fault, type Savb } from '../../support/faultyWorld';

/**
 * All that can happen in five calls: every sequence of faults, then SAVB is well. A sequence that is over early, because the
 * invoice is there, counts with all its continuations, which would not be met.
 */

interface Found {
  sequences: number;
  /** Sequences with more than one invoice. */
  duplicates: number;
  /** Sequences that never end, or without an invoice. */
  stuck: number;
  /** Sequences in which a person had to look. */
  askedPerson: number;
}

type Protocol = (world: FaultyWorld) => (effectId: string) => Promise<SavbAnswer>;

/** No sequence needs more tries than this once SAVB is well. */
const PATIENCE = 20;

async function explore(
  world: FaultyWorld,
  protocol: Protocol,
  depth: number,
  faults: readonly Fault[],
): Promise<Found> {
  const submit = protocol(world);
  const found = { sequences: 0, duplicates: 0, stuck: 0, askedPerson: 0 };
  const goOn = async (left: number): Promise<void> => {
    const here = world.moment;
    for (const fault of faults) {
      world.moment = { ...here, fault };
      const settled = await untilSettled(world, submit, () => world.moment.fault !== undefined);
      if (!settled && left > 1) await goOn(left - 1);
      else judge(settled || (await untilSettled(world, submit)), faults.length ** (left - 1));
    }
    world.moment = here;
  };
  const judge = (settled: boolean, sequences: number): void => {
    const invoices = world.invoicesInTheEnd();
    found.sequences += sequences;
    if (invoices > 1) found.duplicates += sequences;
    if (!settled || invoices === 0) found.stuck += sequences;
    if (world.moment.asked > 0) found.askedPerson += sequences;
  };
  await withTimeOf(world, () => goOn(depth));
  return found;
}

async function untilSettled(
  world: FaultyWorld,
  submit: (effectId: string) => Promise<SavbAnswer>,
  wanted = (): boolean => true,
): Promise<boolean> {
  for (let tries = 0; tries < PATIENCE && wanted(); tries += 1) if (await world.work(submit)) return true;
  return false;
}

/** In the world's time and without chance; inside an activity, as far as the code can tell. */
async function withTimeOf(world: FaultyWorld, explored: () => Promise<void>): Promise<void> {
  const { now } = Date;
  const { random } = Math;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  Date.now = () => world.moment.nowMs;
  Math.random = () => 0;
  try {
    await new MockActivityEnvironment().run(explored);
  } finally {
    Date.now = now;
    Math.random = random;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What the worker runs, with the world in place of MongoDB and SAVB. */
const shipped =
  (quarantineMs: number): Protocol =>
  (world) => {
    const { reference } = REQUEST;
    const existing = async () => {
      const { attempts } = world.moment;
      return { reference, attempt: attempts.length, attempts, document: { sha256: 'd1' } };
    };
    const paymentRequests = {
      get: existing,
      existing,
      beginAttempt: async (_: string, ...given: Parameters<FaultyWorld['begin']>) => world.begin(...given),
      isCurrent: async (_: string, attempt: number) => world.moment.attempts.length === attempt,
      finishAttempt: async (_: string, ...given: Parameters<FaultyWorld['finish']>) => world.finish(...given),
    };
    const paymentTool = {
      isRegistered: async () => ({ kind: 'registered' }),
      submit: async (_: unknown, notAfterMs: number) => world.post(notAfterMs),
      findByReference: async () => world.lookUp(),
    };
    const pace = { quarantineMs, longestRetryMs: 720_000, pollIntervalMs: 0 };
    const submit = createSubmission({ records: { paymentRequests }, paymentTool, pace } as unknown as Dependencies);
    return (effectId) => submit(REQUEST, effectId);
  };

const OURS = shipped(QUARANTINE_MS);
const LOOKING_AT_ONCE = shipped(0);

/** Sends again until SAVB says yes. */
const NAIVE: Protocol = (world) => async () => {
  const reply = world.post(Infinity);
  if (reply.kind === 'SUCCESS')
    return { status: 'submitted', microsoftReferenceNumber: reply.microsoftReferenceNumber };
  throw ApplicationFailure.create({ message: reply.kind, nextRetryDelay: 10_000 });
};

const COMPLETE: Savb = { repetition: 'executed', lookupLagMs: 0 };
const LAGGING: Savb = { repetition: 'executed', lookupLagMs: QUARANTINE_MS - 6 * 60_000 };
const [TO_THE_FOURTH, TO_THE_FIFTH] = [20_736, 248_832];
const asked = { askedPerson: expect.any(Number) as number };

describe('every sequence of five faults ends in one invoice', () => {
  test.each<[string, Savb]>([
    ['at a SAVB that answers a repetition as it did before', { repetition: 'answered', lookupLagMs: 0 }],
    ['even if its lookup never finds anything', { repetition: 'answered', lookupLagMs: Infinity }],
    ['at one that refuses a repetition', { repetition: 'refused', lookupLagMs: 0 }],
    ['at one that executes a repetition, with a complete lookup', COMPLETE],
    ['at one that executes a repetition, with a lookup that lags', LAGGING],
  ])('%s', async (_, savb) => {
    const found = await explore(new FaultyWorld(savb), OURS, 5, FAULTS);
    expect(found).toStrictEqual({ sequences: TO_THE_FIFTH, duplicates: 0, stuck: 0, ...asked });
    expect(found.askedPerson).toBeGreaterThan(0);
  });
});

describe('every sequence of four faults ends in one invoice', () => {
  test.each<[string, Savb]>([
    ['though lookups fail, too, at a SAVB that refuses a repetition', { repetition: 'refused', lookupLagMs: 0 }],
    ['though lookups fail, too, at one that executes a repetition', COMPLETE],
  ])('%s', async (_, savb) => {
    const found = await explore(new FaultyWorld({ ...savb, lookupsFail: true }), OURS, 4, FAULTS);
    expect(found).toStrictEqual({ sequences: TO_THE_FOURTH, duplicates: 0, stuck: 0, ...asked });
  });

  test('though workers stand still and come back, at a SAVB that executes a repetition', async () => {
    const faults = [...FAULTS, ...ZOMBIES];
    const found = await explore(new FaultyWorld(LAGGING), OURS, 4, faults);
    expect(found).toStrictEqual({ sequences: faults.length ** 4, duplicates: 0, stuck: 0, ...asked });
  });
});

describe('the world is one in which invoices are sent twice', () => {
  test.each<[string, Protocol, Savb, Fault[]]>([
    ['by who looks without waiting', LOOKING_AT_ONCE, COMPLETE, FAULTS],
    ['where the lookup lags beyond the quarantine', OURS, { ...COMPLETE, lookupLagMs: QUARANTINE_MS + 1 }, FAULTS],
    ['by workers that come back, without the fence', OURS, { ...COMPLETE, unfenced: true }, [...FAULTS, ...ZOMBIES]],
  ])('%s', async (_, protocol, savb, faults) => {
    const found = await explore(new FaultyWorld(savb), protocol, 4, faults);
    expect(found).toMatchObject({ sequences: faults.length ** 4, stuck: 0 });
    expect(found.duplicates).toBeGreaterThan(0);
  });

  test('in most sequences of five faults by who sends again without looking', async () => {
    const { duplicates, sequences } = await explore(new FaultyWorld(COMPLETE), NAIVE, 5, FAULTS);
    expect({ duplicates, sequences }).toStrictEqual({ duplicates: 216_832, sequences: TO_THE_FIFTH });
  });
});
