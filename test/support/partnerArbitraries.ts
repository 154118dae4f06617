import fc from 'fast-check';
import type { Actor } from '../../contracts/messages';
import {
  PARTNER_DEADLINE_KINDS,
  PARTNER_MESSAGES,
  ROLES,
  type PartnerDeadlineKind,
  type PartnerMessageName,
} from '../../contracts/names';
import type { PartnerPayloads } from '../../contracts/partner';
import { addDays } from '../../domain/days';
import type { PartnerDecisionFacts } from '../../domain/partner/decision';
import type { Partner } from '../../domain/partner/state';
import { partnerPayloads, passing, tellPartner, type PartnerTold } from './partnerStory';
import { edition2020, edition2021, editionWith } from './rulebook';

/** One thing that happens, as plain data: what it becomes depends on the partner it happens to. */
export type PartnerStep =
  | { what: 'next'; after: number; dice: number[] }
  | { what: 'say'; name: PartnerMessageName; role: Actor['role']; after: number; dice: number[] }
  | { what: 'repeat'; which: number; after: number }
  | { what: 'deadline'; late: number }
  | { what: 'anyDeadline'; kind: PartnerDeadlineKind; after: number };

/** Where a story stands: what was said so far, the moment, and the edition in force. */
export interface PartnerScene {
  state: Partner;
  now: string;
  told: readonly PartnerTold[];
  edition: number;
}

/** What the current edition may be, one after the other. */
export const EDITIONS = [
  edition2020,
  edition2021,
  editionWith({ id: '2021-09', agreementVersion: '2021-09' }),
] as const;

const LOCATIONS = ['contoso-se', 'contoso-de', 'contoso-us'];
const CONSULTANTS = ['eva.lind', 'nils.berg'];
/** The first is what the partner mostly does. */
const OFFERINGS = ['DDPS', 'SDPS', 'SSDPS'];
const mostly = <Choice>([first, ...others]: readonly Choice[], die = 0): Choice =>
  die < 5 ? first! : others[die % others.length]!;
const COMPETENCIES = ['windowsAndDevices', 'enterpriseMobilityManagement', 'collaborationAndContent', 'dataPlatform'];

/** Hours: mostly days, sometimes months. */
const after = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 72 }) },
  { weight: 2, arbitrary: fc.integer({ min: 24, max: 24 * 100 }) },
);
/** A die below 8 is a plausible choice, 8 and 9 are wrong ones. */
const dice = fc.array(
  fc.oneof({ weight: 12, arbitrary: fc.nat(7) }, { weight: 1, arbitrary: fc.integer({ min: 8, max: 9 }) }),
  { minLength: 6, maxLength: 6 },
);
const role = fc.oneof({ weight: 8, arbitrary: fc.constant('operator' as const) }, fc.constantFrom(...ROLES));
const name = fc.constantFrom(...PARTNER_MESSAGES);

const step: fc.Arbitrary<PartnerStep> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ what: fc.constant('next' as const), after, dice }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constant('say' as const), name, role, after, dice }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('repeat' as const), which: fc.nat(20), after }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('deadline' as const), late: fc.nat(48) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('anyDeadline' as const),
      kind: fc.constantFrom(...PARTNER_DEADLINE_KINDS),
      after,
    }),
  },
);

/** Anything that may happen to a partner from its registration on. */
export const anyPartnerStory = fc.record({
  /** After so many steps the next edition is in force. */
  editionLasts: fc.integer({ min: 10, max: 60 }),
  steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
});
export type PartnerStory = typeof anyPartnerStory extends fc.Arbitrary<infer Value> ? Value : never;

/** What the step becomes here and now. */
export function happeningTo(step: PartnerStep, scene: PartnerScene): PartnerTold {
  const { state, now, told, edition } = scene;
  const as = `m-${told.length}`;
  const later = (hours: number, from = now) => new Date(Date.parse(from) + hours * 3_600_000).toISOString();
  const facts = { rulebook: EDITIONS[edition]! };
  switch (step.what) {
    case 'next':
      return said(scene, nextOf(state, later(step.after).slice(0, 10)), 'operator', later(step.after), step.dice);
    case 'say':
      return said(scene, step.name, step.role, later(step.after), step.dice);
    case 'repeat': {
      const { message, facts: known } = told[step.which % told.length]!;
      const at = message.name === 'passDeadline' && message.payload.at > now ? message.payload.at : later(step.after);
      return { message: { ...message, messageId: as, at }, facts: { ...known, ...facts } };
    }
    case 'deadline': {
      const due = state.deadlines[0] ?? { kind: 'enrollmentEnd' as const, at: now };
      return passing(due, { at: later(step.late, due.at > now ? due.at : now), as, facts });
    }
    case 'anyDeadline':
      return passing({ kind: step.kind, at: now }, { at: later(step.after), as, facts });
  }
}

/** A plausible choice, or one of the others. */
function pick<Choice>(die: number | undefined, good: Choice, ...wrong: Choice[]): Choice {
  return die === undefined || die < 8 ? good : wrong[die % wrong.length]!;
}

/** What brings the partner nearer to an enrollment, and keeps it there. */
function nextOf(state: Partner, today: string): PartnerMessageName {
  if (state.openTasks.some(({ kind }) => kind === 'enrollmentRenewalDue')) return 'renewEnrollment';
  if (state.membershipRenewsOn < addDays(today, 100)) return 'updateMembership';
  if (state.openTasks.some(({ kind }) => kind === 'competencyExpiring')) return 'recordCompetency';
  if (state.openTasks.some(({ kind }) => kind === 'agreementChanged')) return 'signAgreement';
  if (!state.complianceTraining) return 'recordComplianceTraining';
  if (state.competencies.every(({ expiresOn }) => expiresOn < today)) return 'recordCompetency';
  if (!state.agreement) return 'signAgreement';
  if (state.locations.length === 0) return 'addLocation';
  if (state.consultants.length === 0) return 'recordConsultant';
  return 'enrollInOfferings';
}

function said(
  scene: PartnerScene,
  message: PartnerMessageName,
  by: Actor['role'],
  at: string,
  rolled: number[],
): PartnerTold {
  const facts: Partial<PartnerDecisionFacts> = {
    rulebook: EDITIONS[scene.edition]!,
    redeemedOfferings: pick(rolled[4], OFFERINGS, []),
    heldElsewhere: pick<Record<string, string>>(
      rolled[5],
      {},
      { 'mpnId:1234567': 'northwind', 'location:contoso-de': 'northwind' },
    ),
  };
  const payload = PAYLOADS[message](scene, at.slice(0, 10), rolled);
  return tellPartner(message, payload, { at, by: { subject: by, role: by }, as: `m-${scene.told.length}`, facts });
}

const oneOf = <Choice>(list: readonly Choice[], die = 0): Choice => list[die % list.length]!;

/** The payload of each message: mostly what this partner needs on `today`, sometimes something wrong. */
const PAYLOADS: {
  [Name in PartnerMessageName]: (scene: PartnerScene, today: string, rolled: number[]) => PartnerPayloads[Name];
} = {
  updateMembership: (_scene, today, [a, b]) => ({
    ...partnerPayloads.updateMembership,
    membershipRenewsOn: addDays(today, pick(a, 60 + (a ?? 0) * 50, -30, 10)),
    mpnId: pick(b, '1234567', '7654321'),
  }),
  recordComplianceTraining: (_scene, today, [a]) => ({
    ...partnerPayloads.recordComplianceTraining,
    completedOn: pick(a, today, addDays(today, 1), '2009-12-31'),
  }),
  recordCompetency: (_scene, today, [a, b, c]) => ({
    competency: pick(a, mostly(COMPETENCIES, a), 'cloudMagic'),
    tier: oneOf(['silver', 'gold'] as const, b),
    attainedOn: addDays(today, pick(b, -(b ?? 0) * 10, 1)),
    expiresOn: addDays(today, pick(c, 30 + (c ?? 0) * 200, -400)),
  }),
  recordConsultant: (_scene, today, [a, b]) => ({
    consultantId: oneOf(CONSULTANTS, a),
    name: 'Somebody',
    assessments: [
      { code: '70-354', competency: 'windowsAndDevices', passedOn: addDays(today, pick(b, -30, 1)) },
      { code: '70-764', competency: pick(a, 'dataPlatform', 'cloudMagic'), passedOn: '2019-03-01' },
    ].slice(b === 7 ? 1 : 0),
  }),
  addLocation: (_scene, _today, [a, b]) => {
    const locationId = oneOf(LOCATIONS, a);
    return { locationId, country: pick(b, locationId.slice(-2).toUpperCase(), 'NO'), name: `Contoso ${b ?? 0}` };
  },
  updateBusinessProfile: (_scene, _today, [a]) => ({
    ...partnerPayloads.updateBusinessProfile,
    offerings: pick(a, [oneOf(OFFERINGS, a)], ['AZDPS']),
  }),
  signAgreement: ({ edition }, today, [a, b]) => ({
    signedBy: 'Mira Holm',
    signedOn: pick(a, today, addDays(today, 1)),
    policiesReviewedOn: addDays(today, pick(b, -1, 1)),
    agreementVersion: pick(b, EDITIONS[edition]!.agreementVersion, '2019-01'),
  }),
  enrollInOfferings: (_scene, _today, [a, b]) => ({
    offerings: pick(a, [mostly(OFFERINGS, a), ...(b === 7 ? OFFERINGS : [])], ['AZDPS']),
  }),
  renewEnrollment: ({ state }, today, [a, b]) => {
    const due = state.openTasks.find(({ kind }) => kind === 'enrollmentRenewalDue')?.about;
    const offerings = state.enrollments
      .filter(({ enrolledUntil }) => enrolledUntil === due)
      .map(({ offering }) => offering);
    return {
      requirementsReviewedOn: addDays(today, pick(a, 0, 1, -200)),
      policiesReviewedOn: today,
      offerings: pick(b, offerings.length > 0 ? offerings : ['DDPS'], ['SDPS'], ['AZDPS']),
    };
  },
  withdrawFromOffering: (_scene, _today, [a, b]) => ({ offering: mostly(OFFERINGS, a), reason: `reason ${b ?? 0}` }),
  registerWithSavb: ({ state }, _today, [a, b]) => ({
    offering: oneOf(OFFERINGS, a),
    locationId: pick(b, state.locations[0]?.locationId ?? 'contoso-se', 'northwind-de'),
    bankAccountReference: `A-${b ?? 0}`,
  }),
  mapBankAccount: ({ state }, _today, [a, b]) => ({
    locationId: pick(a, state.locations[0]?.locationId ?? 'contoso-se', 'northwind-de'),
    bankAccountReference: `A-${b ?? 0}`,
  }),
  resolveTask: ({ state }, _today, [a, b]) => ({
    taskId: pick(b, taskOf(state, a)?.taskId ?? 'none', 'partner:contoso:competencyExpiring:1'),
  }),
  claimTask: ({ state }, _today, [a]) => ({ taskId: taskOf(state, a)?.taskId ?? 'none' }),
  releaseTask: ({ state }, _today, [a]) => {
    const claimed = state.openTasks.find(({ claimedBy }) => claimedBy !== undefined);
    return { taskId: (claimed ?? taskOf(state, a))?.taskId ?? 'none' };
  },
  addNote: (_scene, _today, [a]) => ({ text: `note ${a}` }),
};

/** Preferably one that can be resolved. */
function taskOf({ openTasks }: Partner, die = 0): Partner['openTasks'][number] | undefined {
  const resolvable = openTasks.filter(({ resolutions }) => resolutions.length > 0);
  return resolvable.length > 0 && die < 6 ? oneOf(resolvable, die) : oneOf(openTasks, die);
}
