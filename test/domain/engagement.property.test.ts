import { fc, test } from '@fast-check/jest';
import { EVENT_TYPES, isFinalStage, STAGES, type EventType, type Stage } from '../../contracts/names';
import { deadlineId } from '../../domain/deadlines';
import { decide } from '../../domain/engagement/decide';
import type { EngagementEvent, RecordedMessage } from '../../domain/engagement/events';
import { evolveAll } from '../../domain/engagement/evolve';
import { refuseOutOfTurn } from '../../domain/engagement/stages';
import { isClosed, isFinal, type Engagement } from '../../domain/engagement/state';
import { pendingEffect } from '../../domain/settlement/effect';
import { anyStory, beginning, happening, rulesOf, type Scene, type Story } from '../support/arbitraries';
import { hear, type Outcome } from '../support/given';
import { expectSame } from '../support/same';
import { again, passed, path, started, type Told } from '../support/story';

/** How many stories each property tries, and the time for them: without it fast-check would stop trying after 5 s. */
const numRuns = Number(process.env['FC_RUNS'] ?? 100);
const timeoutMs = 20_000 + numRuns * 100;

interface Heard extends Outcome {
  told: Told;
  before: Engagement;
  after: Engagement;
}

/** Plays a story; `hear` holds every step to the invariants of test/support/invariants. */
function play(story: Story) {
  const first = beginning(story);
  const start = hear(undefined, first);
  let scene: Scene = { state: start.after!, now: first.message.at, told: [first] };
  const heard = story.steps.map((step): Heard => {
    const told = happening(step, scene);
    const { state: before } = scene;
    const outcome = hear(before, told);
    scene = { ...scene, state: outcome.after!, now: told.message.at, told: [...scene.told, told] };
    return { ...outcome, told, before, after: scene.state };
  });
  return { first, start, heard, last: scene.state, now: scene.now };
}

/** A rule that holds of every story. */
const always = (rule: string, holds: (played: ReturnType<typeof play>) => void): void =>
  test.prop([anyStory], { numRuns })(rule, (story) => holds(play(story)), timeoutMs);

const eventsIn = (heard: readonly Heard[]): EngagementEvent[] => heard.flatMap(({ events }) => events);
const count = (heard: readonly Heard[], type: EventType): number =>
  eventsIn(heard).filter((event) => event.type === type).length;

always('a voucher is redeemed once, and one invoice intended for it; another only after a correction', ({ heard }) => {
  expect(count(heard, 'VoucherRedeemed')).toBeLessThanOrEqual(1);
  const references = heard.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === 'PaymentRequestPrepared' ? [event.data.reference] : [])),
  );
  expectSame(
    references,
    references.map((_, index) => `E-1:invoice:${index + 1}`),
  );
  expect(references.length).toBeLessThanOrEqual(1 + count(heard, 'PaymentRequestCorrected'));
  for (const { before, events } of heard)
    if (events.some(({ type }) => type === 'PaymentRequestCorrected'))
      expect(['rejected', 'cancelled']).toContain(before.paymentRequest?.status);
});

always('a request is submitted once, and again only after a definite no', ({ heard }) => {
  let maySubmit = true;
  for (const { type, data } of eventsIn(heard)) {
    if (type === 'PaymentStatusChanged' && (data.status === 'rejected' || data.status === 'cancelled'))
      maySubmit = true;
    if (type !== 'PaymentRequestSubmitted') continue;
    expect(maySubmit).toBe(true);
    maySubmit = false;
  }
});

always('the system sends nothing but an intent nobody has an answer to, while the window is open', ({ heard }) => {
  for (const { after } of heard) {
    const effect = pendingEffect(after);
    if (effect?.kind !== 'submit') continue;
    expectSame([after.paymentRequest?.status, after.paymentRequest?.submittedAt], ['prepared', undefined]);
    const end = after.deadlines.find(({ kind }) => kind === 'paymentWindowEnd');
    if (end) expect(after.updatedAt < end.at).toBe(true);
  }
});

always('the stage goes back only with a cancelled reservation, and a final one stays', ({ heard }) => {
  const rank = (stage: Stage) => (isFinalStage(stage) ? 99 : STAGES.indexOf(stage));
  for (const { before, after, events } of heard) {
    if (isFinal(before)) expectSame(after.stage, before.stage);
    else if (!events.some(({ type }) => type === 'ReservationCancelled'))
      expect(rank(after.stage)).toBeGreaterThanOrEqual(rank(before.stage));
  }
});

always('a refusal changes nothing but version and moment; one may ask a person', ({ heard }) => {
  for (const { decision, before, after, events, told } of heard) {
    if (decision.kind !== 'refused') continue;
    const asked = decision.besides ?? [];
    expectSame(
      events.map(({ type }) => type),
      [...asked.map(({ type }) => type), 'MessageRefused'],
    );
    expectSame(after.effects, before.effects);
    if (asked.length === 0) expectSame(after, { ...before, version: before.version + 1, updatedAt: told.message.at });
    else expectSame([told.message.name, after.openTasks.at(-1)?.kind], ['redeemVoucher', 'eligibilityLapsed']);
  }
});

always('the same words have no second effect while the first stands', ({ heard }) => {
  for (const { decision, after, told } of heard) {
    if (decision.kind !== 'accepted' || !(told.message.fingerprint in after.effects) || isClosed(after)) continue;
    expectSame(hear(after, again(told)).decision, { kind: 'repeated', sameAs: told.message.messageId });
  }
});

always('an engagement that is closed says so, and hears nothing more', ({ heard }) => {
  for (const { decision, before, told } of heard) {
    if (!isClosed(before)) continue;
    const { name } = told.message;
    if (name === 'passDeadline' || name === 'recordSavbAnswer' || name === 'startEngagement')
      expectSame(decision, { kind: 'repeated' });
    else expect(decision).toMatchObject({ kind: 'refused', refusal: { code: 'engagement-closed' } });
  }
});

always('what is refused at the door would be refused in the loop', ({ heard }) => {
  for (const { decision, before, told } of heard) {
    const { name, actor, fingerprint } = told.message;
    if (name === 'passDeadline' || name === 'recordSavbAnswer' || name === 'startEngagement') continue;
    if (refuseOutOfTurn(before, name, actor) && !(fingerprint in before.effects)) expectSame(decision.kind, 'refused');
  }
});

always('a deadline that passed is behind, and passing one after another comes to an end', (played) => {
  for (const { told, after, before } of played.heard)
    if (told.message.name === 'passDeadline' && before !== after)
      expectSame(after.deadlines.map(deadlineId).includes(deadlineId(told.message.payload)), false);
  const { now } = played;
  let state = played.last;
  const rulebook = rulesOf(state);
  for (let rounds = 0; state.deadlines.length > 0; rounds += 1) {
    expect(rounds).toBeLessThan(20);
    const next = state.deadlines[0]!;
    const { after } = hear(
      state,
      passed(next, { at: next.at > now ? next.at : now, facts: { rulebook, rulebookDiffers: true } }),
    );
    expectSame(after !== state, true);
    state = after!;
  }
});

always('deciding is pure, the record alone gives the state, and its versions are dense', (played) => {
  const { first, start, heard, last } = played;
  const documents = [{ ...start, told: first }, ...heard]
    .filter(({ events }) => events.length > 0)
    .map(({ told, before, events }): RecordedMessage => {
      const { messageId, fingerprint, name } = told.message;
      return { engagementId: 'E-1', fromVersion: before?.version ?? 0, messageId, fingerprint, message: name, events };
    });
  expectSame(evolveAll(documents), last);
  expectSame(evolveAll(JSON.parse(JSON.stringify(documents)) as RecordedMessage[]), last);
  const versions = documents.flatMap(({ events }) => events.map(({ version }) => version));
  expectSame(
    versions,
    versions.map((_version, index) => index + 1),
  );
  for (const { told, before, decision } of heard) expectSame(decide(before, told.message, told.facts), decision);
});

always('the last day of a voucher moves by a new voucher or an extension, and never back by itself', ({ heard }) => {
  for (const { before, after, events } of heard) {
    if (events.some(({ type }) => type === 'VoucherAssigned' || type === 'VoucherReplaced')) continue;
    const extended = events.some(({ type }) => type === 'VoucherExtended');
    const [was = '', is = ''] = [before.voucher?.expiresOn, after.voucher?.expiresOn];
    if (extended) expect(is > was).toBe(true);
    else expectSame(is, was);
  }
});

always('no two tasks ever have the same id', ({ heard }) => {
  const ids = eventsIn(heard).flatMap((event) => (event.type === 'TaskOpened' ? [event.data.task.taskId] : []));
  expectSame(new Set(ids).size, ids.length);
});

const twice = [...path.paid.slice(1), ...path.paid.slice(1)];
const ONCE = [
  'VoucherAssigned',
  'VoucherReserved',
  'CompletionReportSubmitted',
  'VoucherRedeemed',
  'PaymentRequestSubmitted',
] as const;

test.prop([fc.shuffledSubarray(twice, { minLength: twice.length })], { numRuns })(
  'the straight path told twice, in any order, does each thing once at most',
  (disorder) => {
    let state = hear(undefined, started()).after!;
    const heard = disorder.map((told): Heard => {
      const before = state;
      const outcome = hear(before, told);
      state = outcome.after!;
      return { ...outcome, told, before, after: state };
    });
    for (const type of ONCE) expect(count(heard, type)).toBeLessThanOrEqual(1);
  },
  timeoutMs,
);

test(
  'the stories tried here come to every stage and to every fact',
  () => {
    const stories = fc.sample(anyStory, { seed: 20200603, numRuns: 500 }).map(play);
    const stages = new Set(stories.flatMap(({ heard }) => heard.map(({ after }) => after.stage)));
    const facts = new Set(
      stories.flatMap(({ start, heard }) => [...start.events, ...eventsIn(heard)]).map(({ type }) => type),
    );
    expect(STAGES.filter((stage) => !stages.has(stage))).toStrictEqual([]);
    expect(EVENT_TYPES.filter((type) => !facts.has(type))).toStrictEqual([]);
  },
  timeoutMs,
);
