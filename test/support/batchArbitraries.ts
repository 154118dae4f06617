import fc from 'fast-check';
import type { BatchMember } from '../../contracts/batch';
import { REPORTED_PAYMENT_STATUSES, type ReportedPaymentStatus } from '../../contracts/names';
import { addDays } from '../../domain/days';
import type { BatchFacts } from '../../domain/batch/decision';
import type { AllBatchPayloads, BatchMessage } from '../../domain/batch/message';
import type { Batch } from '../../domain/batch/state';
import type { SavbAnswer } from '../../domain/settlement/answer';
import { isRefused } from '../../domain/settlement/request';
import { fingerprintOf } from '../../records/fingerprint';
import { batchFacts, memberNo, type BatchTold } from './batchStory';
import { BatchWorld } from './batchWorld';
import { operator, system } from './story';

/** Hours: mostly days, sometimes weeks. */
const after = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 72 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24, max: 24 * 70 }) },
);
const policy = fc.record({
  dayOfMonth: fc.integer({ min: 1, max: 28 }),
  size: fc.integer({ min: 1, max: 8 }),
  daysBeforeDue: fc.integer({ min: 0, max: 59 }),
});
const dice = fc.array(fc.nat(9), { minLength: 4, maxLength: 4 });
const voucher = fc.integer({ min: 1, max: 8 });

const SAVB = ['submitted', 'approved', 'paid', 'held', 'rejected', 'unknown', 'notRegistered', 'byHand'] as const;
const SAYINGS = [
  'sendBatch',
  'recordPaymentStatus',
  'correctPaymentRequest',
  'splitBatch',
  'resolveTask',
  'addNote',
] as const;

/** One thing that happens, as plain data: what it becomes depends on the batches it happens to. */
const step = fc.record({
  after,
  policy,
  dice,
  what: fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('join' as const), voucher, age: fc.nat(75) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stray' as const), voucher, batch: fc.nat(3) }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('savb' as const), status: fc.constantFrom(...SAVB), batch: fc.nat(3) }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('next' as const), batch: fc.nat(3) }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('say' as const), name: fc.constantFrom(...SAYINGS), batch: fc.nat(3) }),
    },
  ),
});

/** Anything that may happen to the batches of a group, under policies that change as they like. */
export const anyBatchStory = fc.record({
  gateway: fc.constantFrom('http' as const, 'http' as const, 'manual' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});
export type BatchStory = typeof anyBatchStory extends fc.Arbitrary<infer Value> ? Value : never;
type Step = BatchStory['steps'][number];
type Answer = (typeof SAVB)[number];
type Saying = (typeof SAYINGS)[number];

/** Plays a story; `seen` is called whenever anything may have changed, time included. */
export function playBatches({ gateway, steps }: BatchStory, seen: (world: BatchWorld) => void = () => {}): BatchWorld {
  const world = new BatchWorld('2020-07-01T09:00:00.000Z');
  const members = new Map<number, BatchMember>();
  for (const each of steps) {
    const facts: BatchFacts = { ...batchFacts, gateway, policy: each.policy };
    world.advance(each.after, facts, () => seen(world));
    happen(world, each, facts, members);
    seen(world);
  }
  return world;
}

function happen(world: BatchWorld, { what, dice: rolled }: Step, facts: BatchFacts, members: Map<number, BatchMember>) {
  if (what.kind === 'join') {
    const member = memberNow(world, what.voucher, what.age, members);
    return world.join(member, facts);
  }
  if (what.kind === 'stray') {
    const member = members.get(what.voucher);
    return member && world.add(what.batch + 1, member, facts);
  }
  const { batches } = world;
  const state = batches[what.batch % Math.max(1, batches.length)];
  if (!state) return undefined;
  const said = what.kind === 'next' ? nextOf(state, rolled) : what;
  const told =
    'status' in said
      ? tellNow(world, facts, 'recordSavbAnswer', answerTo(state, said.status, rolled))
      : tellNow(world, facts, said.name, SAY[said.name](state, world.now, rolled) as never);
  return world.say(Number(state.batchId.slice(2)), told);
}

/** What may well happen to the batch next: an answer of SAVB, or something an operator says. */
function nextOf({ paymentRequest, openTasks }: Batch, [a = 0]: number[]): { status: Answer } | { name: Saying } {
  if (!paymentRequest) return { name: 'sendBatch' };
  const { status, submittedAt } = paymentRequest;
  if (isRefused(status)) return { name: a < 6 ? 'splitBatch' : 'correctPaymentRequest' };
  if (submittedAt === undefined) return openTasks.length > 0 ? { name: 'resolveTask' } : { status: 'submitted' };
  if (status === 'approved') return { status: a < 6 ? 'paid' : 'rejected' };
  return { status: a < 5 ? 'approved' : 'rejected' };
}

/** What an engagement asks for: under the next key once it has left a batch, or, by mistake, at any time. */
function memberNow({ batches, now }: BatchWorld, number: number, age: number, members: Map<number, BatchMember>) {
  const known = members.get(number);
  const hasLeft = known && batches.some(({ left }) => left.includes(known.reference));
  const isMistaken = age % 25 === 24;
  if (known && !hasLeft && !isMistaken) return known;
  const seq = known ? Number(known.reference.split(':').at(-1)) + 1 : 1;
  const redeemedOn = known?.redeemedOn ?? addDays(now.slice(0, 10), -age);
  const member = memberNo(number, {
    reference: `E-${number}:invoice:${seq}`,
    redeemedOn,
    paymentRequestDueOn: addDays(redeemedOn, 60),
    amount: { minor: 1_000 + number * 7 + seq, currency: 'SEK' },
  });
  members.set(number, member);
  return member;
}

function tellNow<Name extends keyof AllBatchPayloads>(
  world: BatchWorld,
  facts: BatchFacts,
  name: Name,
  payload: AllBatchPayloads[Name],
): BatchTold {
  const actor = name === 'recordSavbAnswer' ? system : operator;
  const fingerprint = fingerprintOf(name, payload);
  const message = { name, payload, messageId: world.nextId(), fingerprint, actor, at: world.now } as BatchMessage;
  return { message, facts };
}

function answerTo({ batchId, paymentRequest }: Batch, status: Answer, [a, b]: number[]) {
  const reference = a === 9 ? `${batchId}:invoice:1` : (paymentRequest?.reference ?? `${batchId}:invoice:1`);
  const number = `MS-${reference}${b === 9 ? '-2' : ''}`;
  const answers: Record<Answer, SavbAnswer> = {
    submitted: { status: 'submitted', microsoftReferenceNumber: number },
    approved: { status: 'approved' },
    paid: { status: 'paid' },
    held: { status: 'held' },
    rejected: { status: 'rejected', message: 'no' },
    unknown: { status: 'unknown', why: 'reset' },
    notRegistered: { status: 'notRegistered', why: 'no registration' },
    byHand: { status: 'byHand', sheet: 'sheet' },
  };
  return { reference, answer: answers[status] };
}

const SAY: { [Name in Saying]: (state: Batch, now: string, dice: number[]) => AllBatchPayloads[Name] } = {
  sendBatch: () => ({}),
  recordPaymentStatus: ({ paymentRequest }, now, [a = 0, b = 0]) => {
    const usual: ReportedPaymentStatus = paymentRequest?.submittedAt === undefined ? 'submitted' : 'rejected';
    const status = a < 5 ? usual : REPORTED_PAYMENT_STATUSES[b % REPORTED_PAYMENT_STATUSES.length]!;
    const microsoftReferenceNumber = `MS-${paymentRequest?.reference}${b === 9 ? '-2' : ''}`;
    return { status, at: now, microsoftReferenceNumber };
  },
  correctPaymentRequest: (_state, now, [a = 0, b = 0]) => ({
    changes: {
      ...(a > 7 && { locationId: b > 5 ? 'contoso-de' : 'contoso-se' }),
      ...(a === 7 && { amount: { minor: 1, currency: 'SEK' } }),
      ...(b === 9 && { invoiceDate: now.slice(0, 10) }),
    },
    reason: 'SAVB said so',
  }),
  splitBatch: ({ members }, _now, [a = 0, b = 1, c = 0]) => ({
    engagementIds: [
      ...members
        .filter((_member, index) => a > 7 || (index + c) % (b + 1) === 0)
        .map(({ engagementId }) => engagementId),
      ...(c === 9 || members.length === 0 ? ['E-99'] : []),
    ],
    reason: 'SAVB names them',
  }),
  resolveTask: ({ openTasks }, _now, [a = 0, b = 0]) => {
    const task = openTasks[a % Math.max(1, openTasks.length)];
    const resolution = task?.resolutions[b % Math.max(1, task.resolutions.length)];
    return { taskId: task?.taskId ?? 'none', ...(resolution !== undefined && { resolution }) };
  },
  addNote: (_state, _now, [a]) => ({ text: `note ${a}` }),
};
