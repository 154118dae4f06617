import { fc, test } from '@fast-check/jest';
import { PARTNER_EVENT_TYPES } from '../../../contracts/names';
import { checklistOf } from '../../../domain/partner/checklist';
import { decidePartner } from '../../../domain/partner/decide';
import { eligibility } from '../../../domain/partner/eligibility';
import type { RecordedPartnerMessage } from '../../../domain/partner/events';
import { evolveAllPartner } from '../../../domain/partner/evolve';
import type { Partner } from '../../../domain/partner/state';
import {
  anyPartnerStory,
  EDITIONS,
  happeningTo,
  type PartnerScene,
  type PartnerStory,
} from '../../support/partnerArbitraries';
import { hearPartner, type PartnerOutcome } from '../../support/partnerGiven';
import { account, mayDeliver, mayEnroll, type PartnerModel } from '../../support/partnerModel';
import { passing, registered, sayAgain, type PartnerTold } from '../../support/partnerStory';
import { expectSame } from '../../support/same';

/** How many stories each property tries, and the time for them: without it fast-check would stop trying after 5 s. */
const numRuns = Number(process.env['FC_RUNS'] ?? 100);
const timeoutMs = 20_000 + numRuns * 100;

interface Heard extends PartnerOutcome {
  told: PartnerTold;
  before: Partner;
  after: Partner;
  /** What was granted before and after it. */
  modelBefore: PartnerModel;
  model: PartnerModel;
}

const dayOfTold = ({ message }: PartnerTold): string => message.at.slice(0, 10);

/** Plays a story; `hearPartner` holds every step to what is true of every partner. */
function play({ editionLasts, steps }: PartnerStory) {
  const first = registered();
  const start = hearPartner(undefined, first);
  let scene: PartnerScene = { state: start.after!, now: first.message.at, told: [first], edition: 0 };
  const bare = { membershipRenewsOn: '', competencies: {}, consultants: {}, locations: {}, years: {} };
  let model: PartnerModel = account(bare, first.message, dayOfTold(first));
  const heard = steps.map((step, index): Heard => {
    const edition = Math.min(EDITIONS.length - 1, Math.floor(index / editionLasts));
    const told = happeningTo(step, { ...scene, edition });
    const { state: before } = scene;
    const modelBefore = model;
    const outcome = hearPartner(before, told);
    if (outcome.decision.kind === 'accepted') model = account(model, told.message, dayOfTold(told));
    scene = { state: outcome.after!, now: told.message.at, told: [...scene.told, told], edition };
    return { ...outcome, told, before, after: scene.state, modelBefore, model };
  });
  return { start, heard, last: scene.state, now: scene.now, edition: EDITIONS[scene.edition]! };
}

/** A rule that holds of every story. */
const always = (rule: string, holds: (played: ReturnType<typeof play>) => void): void =>
  test.prop([anyPartnerStory], { numRuns })(rule, (story) => holds(play(story)), timeoutMs);

always('a partner is eligible exactly when every requirement is met', ({ heard }) => {
  for (const { after, told, model } of heard) {
    const { rulebook } = told.facts;
    const today = dayOfTold(told);
    for (const { engagementType, status, requirements } of checklistOf(after, rulebook, today)) {
      const expected = mayDeliver(model, rulebook, engagementType, today);
      expectSame(
        requirements.every(({ met }) => met),
        expected,
      );
      expectSame(status === 'active', expected);
    }
  }
});

always(
  'who is active may deliver at some place with some consultant, and who may is lacking nothing but papers',
  (played) => {
    for (const { after, told } of played.heard) {
      const { rulebook } = told.facts;
      const today = dayOfTold(told);
      for (const { engagementType, status, requirements } of checklistOf(after, rulebook, today)) {
        const isPossible = after.locations.some(({ locationId, country: deliveryCountry }) =>
          [[], ...after.consultants.map(({ consultantId }) => [consultantId])].some((consultantIds) =>
            eligibility(rulebook, after, engagementType, { locationId, deliveryCountry, consultantIds }, today).every(
              ({ met }) => met,
            ),
          ),
        );
        if (status === 'active') expectSame(isPossible, true);
        const unmet = requirements.filter(({ met }) => !met).map(({ name }) => name);
        if (isPossible && status !== 'active')
          expectSame(
            unmet.every((name) => ['membership', 'agreement', 'consultants'].includes(name)),
            true,
          );
      }
    }
  },
);

always('a partner enrolls exactly when it may', ({ heard }) => {
  for (const { told, decision, modelBefore } of heard) {
    if (told.message.name !== 'enrollInOfferings') continue;
    if (decision.kind === 'repeated' || told.message.actor.role !== 'operator') continue;
    const { offerings } = told.message.payload;
    expectSame(decision.kind === 'accepted', mayEnroll(modelBefore, told.facts.rulebook, offerings, dayOfTold(told)));
  }
});

always('a year ends as it was granted: no message but enrolling, renewing and withdrawing moves it', ({ heard }) => {
  for (const { after, model } of heard)
    expectSame(
      Object.fromEntries(after.enrollments.map((row) => [row.offering, [row.enrolledOn, row.enrolledUntil]])),
      Object.fromEntries(
        Object.entries(model.years).map(([offering, [from, until]]) => [offering, [from, until.slice(0, 10)]]),
      ),
    );
});

always('a refusal changes nothing but the version', ({ heard }) => {
  for (const { decision, before, after, events } of heard) {
    if (decision.kind !== 'refused') continue;
    expectSame(events.length, 1);
    expectSame(after, { ...before, version: before.version + 1, updatedAt: after.updatedAt });
  }
});

/** A second note is another note; a task may be gone by the time somebody has claimed or released it. */
const JUDGED_ANEW = ['addNote', 'claimTask', 'releaseTask'];

always('what took effect and is said again at once has no second effect', ({ heard }) => {
  for (const { told, decision, after } of heard) {
    if (decision.kind !== 'accepted' || JUDGED_ANEW.includes(told.message.name)) continue;
    const again = { ...sayAgain(told), message: { ...sayAgain(told).message, at: told.message.at } };
    expectSame(hearPartner(after, again).decision.kind, 'repeated');
  }
});

always('a message that changes nothing is quiet for whoever repeats it', ({ heard }) => {
  for (const { told, decision, before, after } of heard) {
    if (decision.kind !== 'repeated') continue;
    expectSame(after, before);
    expectSame(hearPartner(after, told).decision, decision);
  }
});

always('deciding is pure, the record alone gives the state, and its versions are dense', ({ start, heard, last }) => {
  const documents = [start, ...heard].map(({ document }) => document).filter(({ events }) => events.length > 0);
  expectSame(evolveAllPartner(documents), last);
  expectSame(evolveAllPartner(JSON.parse(JSON.stringify(documents)) as RecordedPartnerMessage[]), last);
  const versions = documents.flatMap(({ events }) => events.map(({ version }) => version));
  expectSame(
    versions,
    versions.map((_version, index) => index + 1),
  );
  for (const { told, before, decision } of heard)
    expectSame(decidePartner('contoso', before, told.message, told.facts), decision);
});

always('left alone, every deadline passes once and then nothing is due', ({ last, now, edition }) => {
  let state = last;
  for (let rounds = 0; state.deadlines.length > 0; rounds += 1) {
    expect(rounds).toBeLessThan(60);
    const next = state.deadlines[0]!;
    const at = next.at > now ? next.at : now;
    const { after } = hearPartner(state, passing(next, { at, facts: { rulebook: edition } }));
    expectSame(after !== state, true);
    state = after!;
  }
});

always('what lapsed had come to its end, and what expired too', ({ heard }) => {
  for (const { events, told } of heard)
    for (const event of events) {
      if (event.type === 'EnrollmentLapsed')
        expectSame(event.data.offerings.length > 0 && event.data.enrolledUntil < dayOfTold(told), true);
      if (event.type === 'CompetencyExpired') expectSame(event.data.expiresOn < dayOfTold(told), true);
    }
});

always('no two tasks ever have the same id, and every open one has its reason', ({ heard }) => {
  const ids = heard.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === 'TaskOpened' ? [event.data.task.taskId] : [])),
  );
  expectSame(new Set(ids).size, ids.length);
  for (const { decision, after, told } of heard) {
    if (decision.kind !== 'accepted') continue;
    for (const { kind, about } of after.openTasks) expectSame(reasonOf(after, kind, about, told), true);
  }
});

function reasonOf(state: Partner, kind: string, about: string | undefined, { message, facts }: PartnerTold): boolean {
  const today = message.at.slice(0, 10);
  switch (kind) {
    case 'membershipRenewalDue':
      return state.membershipRenewsOn === about;
    case 'enrollmentRenewalDue':
      return about! >= today && state.enrollments.some(({ enrolledUntil }) => enrolledUntil === about);
    case 'competencyExpiring':
      return state.competencies.some(
        ({ tier, competency, expiresOn }) => `${tier} ${competency}` === about && expiresOn >= today,
      );
    default:
      return about === facts.rulebook.agreementVersion && state.agreement?.agreementVersion !== about;
  }
}

always('what is kept grows with what the partner is, not with what was said', ({ heard, last }) => {
  const kinds = last.competencies.length + last.consultants.length + last.locations.length + last.enrollments.length;
  const others = last.savbRegistrations.length + last.bankAccounts.length;
  expect(Object.keys(last.effects).length).toBeLessThanOrEqual(kinds + others + 8);
  expect(last.withdrawn.length).toBeLessThanOrEqual(last.enrollments.length);
  expect(heard.length).toBeGreaterThan(0);
});

test(
  'the stories tried here come to every fact',
  () => {
    const stories = fc.sample(anyPartnerStory, { seed: 20200603, numRuns: 300 }).map(play);
    const facts = new Set(
      stories.flatMap(({ start, heard }) => [start, ...heard].flatMap(({ events }) => events.map(({ type }) => type))),
    );
    expect(PARTNER_EVENT_TYPES.filter((type) => !facts.has(type))).toStrictEqual([]);
    const active = stories.filter(({ heard }) =>
      heard.some(({ after, told }) =>
        checklistOf(after, told.facts.rulebook, dayOfTold(told)).some(({ status }) => status === 'active'),
      ),
    );
    expect(active.length).toBeGreaterThan(50);
  },
  timeoutMs,
);
