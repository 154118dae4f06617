import { fc, test } from '@fast-check/jest';
import { BATCH_EVENT_TYPES, BATCH_STAGES, type BatchStage } from '../../../contracts/names';
import { decide } from '../../../domain/batch/decide';
import { pendingEffect } from '../../../domain/batch/effect';
import type { BatchEvent } from '../../../domain/batch/events';
import { evolveAll } from '../../../domain/batch/evolve';
import { outcomesOf } from '../../../domain/batch/outcomes';
import { refuseOutOfTurn } from '../../../domain/batch/stages';
import { isFinal } from '../../../domain/batch/state';
import { endOfDay } from '../../../domain/days';
import { deadlineId } from '../../../domain/deadlines';
import { sumMoney } from '../../../domain/money';
import { isRefused } from '../../../domain/settlement/request';
import { anyBatchStory, playBatches } from '../../support/batchArbitraries';
import { voucherOf } from '../../support/batchStory';
import type { BatchWorld } from '../../support/batchWorld';
import { expectSame } from '../../support/same';

/** How many stories each property tries, and the time for them: without it fast-check would stop trying after 5 s. */
const numRuns = Number(process.env['FC_RUNS'] ?? 100);
const timeoutMs = 20_000 + numRuns * 100;

/** A rule that holds of every story; what is `seen` is looked at whenever anything may have changed. */
const always = (rule: string, holds: (world: BatchWorld) => void, seen?: (world: BatchWorld) => void): void =>
  test.prop([anyBatchStory], { numRuns })(rule, (story) => holds(playBatches(story, seen)), timeoutMs);

const eventsOf = (world: BatchWorld, number: number): BatchEvent[] =>
  world.recordOf(number).flatMap(({ events }) => events);
const numbersOf = ({ batches }: BatchWorld): number[] => batches.map(({ batchId }) => Number(batchId.slice(2)));
const nothing = () => undefined;

always('no voucher is still being collected when its payment window is over', nothing, ({ batches, now }) => {
  for (const { stage, members, late } of batches) {
    if (stage !== 'collecting') continue;
    expectSame(late, []);
    for (const { paymentRequestDueOn } of members) expect(now < endOfDay(paymentRequestDueOn, '+00:00')).toBe(true);
  }
});

always('a request asks for all of its members and the sum of them, and for nothing else', nothing, ({ batches }) => {
  for (const { members, paymentRequest, stage } of batches) {
    if (!paymentRequest || stage === 'dissolved') continue;
    expectSame(paymentRequest.vouchers, members.map(voucherOf));
    expectSame(paymentRequest.amount, sumMoney(members.map(({ amount }) => amount)));
  }
});

always('no two batches ask for one voucher', nothing, ({ batches }) => {
  const asked = batches.flatMap(({ members }) => members.map(({ voucherId }) => voucherId));
  expectSame(new Set(asked).size, asked.length);
});

always('whoever came is in the batch or has left it, and never both', (world) => {
  for (const number of numbersOf(world)) {
    const { members, left } = world.batch(number)!;
    const came = eventsOf(world, number).flatMap(({ type, data }) =>
      type === 'VoucherAdded' ? [data.member.reference] : [],
    );
    expectSame([...members.map(({ reference }) => reference), ...left].sort(), [...came].sort());
    expectSame(new Set(came).size, came.length);
  }
});

always('a request is submitted once, and anew only after a definite no', (world) => {
  for (const number of numbersOf(world)) {
    let maySubmit = true;
    for (const { type, data } of eventsOf(world, number)) {
      if (type === 'PaymentStatusChanged' && isRefused(data.status)) maySubmit = true;
      if (type === 'PaymentRequestPrepared' && data.seq > 1) expect(maySubmit).toBe(true);
      if (type !== 'PaymentRequestSubmitted') continue;
      expect(maySubmit).toBe(true);
      maySubmit = false;
    }
  }
});

always('no member changes while SAVB has the request, or may have it', ({ heard }) => {
  for (const { before, after } of heard) {
    const request = before?.paymentRequest;
    if (!before || !request || isRefused(request.status) || after?.stage === 'dissolved') continue;
    expectSame(after?.members, before.members);
  }
});

always('each request has the next number and a key of its own', (world) => {
  for (const number of numbersOf(world)) {
    const keys = eventsOf(world, number).flatMap(({ type, data }) =>
      type === 'PaymentRequestPrepared' ? [[data.seq, data.reference]] : [],
    );
    expectSame(
      keys,
      keys.map((_key, index) => [index + 1, `B-${number}:invoice:${index + 1}`]),
    );
  }
});

always('the system sends nothing but an intent nobody has an answer to, while the window is open', nothing, (world) => {
  for (const state of world.batches) {
    const effect = pendingEffect(state);
    if (effect?.kind !== 'submit') continue;
    expectSame([state.paymentRequest?.status, isFinal(state)], ['prepared', false]);
    const end = state.deadlines.find(({ kind }) => kind === 'paymentWindowEnd');
    if (end) expect(state.updatedAt < end.at).toBe(true);
  }
});

always('the stage never goes back, and a final one stays', ({ heard }) => {
  const rank = (stage: BatchStage) => (isFinal({ stage }) ? 99 : BATCH_STAGES.indexOf(stage));
  for (const { before, after } of heard) {
    if (!before || !after) continue;
    if (isFinal(before)) expectSame(after.stage, before.stage);
    expect(rank(after.stage)).toBeGreaterThanOrEqual(rank(before.stage));
  }
});

always('a refusal changes nothing but version and moment', ({ heard }) => {
  for (const { decision, before, after, told } of heard) {
    if (decision.kind !== 'refused') continue;
    expectSame(after, before && { ...before, version: before.version + 1, updatedAt: told.message.at });
  }
});

always('what is refused at the door would be refused in the loop', ({ heard }) => {
  for (const { decision, before, told } of heard) {
    const { name, actor, fingerprint } = told.message;
    if (!before || name === 'passDeadline' || name === 'recordSavbAnswer' || fingerprint in before.effects) continue;
    if (refuseOutOfTurn(before, name, actor)) expectSame(decision.kind, 'refused');
  }
});

always('deciding is pure, the record alone gives the state, and its versions are dense', (world) => {
  for (const { told, before, decision } of world.heard) expectSame(decide(before, told.message, told.facts), decision);
  for (const number of numbersOf(world)) {
    const documents = world.recordOf(number);
    expectSame(evolveAll(JSON.parse(JSON.stringify(documents)) as typeof documents), world.batch(number));
    const versions = eventsOf(world, number).map(({ version }) => version);
    expectSame(
      versions,
      versions.map((_version, index) => index + 1),
    );
  }
});

always('who left is told so once, and nobody hears two things under one id', (world) => {
  for (const number of numbersOf(world)) {
    const state = world.batch(number)!;
    const outcomes = outcomesOf(world.recordOf(number), state);
    const ids = outcomes.map(({ engagementId, messageId }) => `${engagementId} ${messageId}`);
    expectSame(new Set(ids).size, ids.length);
    expectSame(outcomes.filter(({ payload }) => payload.status === 'cancelled').length, state.left.length);
    const oneByOne = world.heard
      .filter((heard) => heard.number === number && heard.after)
      .flatMap(({ document, after }) => outcomesOf([document], after!));
    expectSame(oneByOne.map(({ engagementId, messageId }) => `${engagementId} ${messageId}`).sort(), ids.sort());
  }
});

always('a deadline that passed is behind', ({ heard }) => {
  for (const { told, after, before } of heard)
    if (told.message.name === 'passDeadline' && before !== after)
      expectSame(after?.deadlines.map(deadlineId).includes(deadlineId(told.message.payload)), false);
});

test(
  'the stories tried here come to every stage and to every fact',
  () => {
    const worlds = fc.sample(anyBatchStory, { seed: 20200603, numRuns: 500 }).map((story) => playBatches(story));
    const heard = worlds.flatMap((world) => world.heard);
    const stages = new Set(heard.map(({ after }) => after?.stage));
    const facts = new Set(heard.flatMap(({ events }) => events.map(({ type }) => type)));
    expect(BATCH_STAGES.filter((stage) => !stages.has(stage))).toStrictEqual([]);
    expect(BATCH_EVENT_TYPES.filter((type) => !facts.has(type))).toStrictEqual(['TaskClaimed', 'TaskReleased']);
    const refusals = new Set(
      heard.flatMap(({ decision }) => (decision.kind === 'refused' ? [decision.refusal.code] : [])),
    );
    for (const code of [
      'already-in-batch',
      'batch-sealed',
      'not-in-batch',
      'correct-by-splitting',
      'nothing-to-correct',
    ])
      expect([...refusals]).toContain(code);
  },
  timeoutMs,
);
