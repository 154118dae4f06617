import { accepted, refused } from '../decision';
import { addDays, endOfDay } from '../days';
import { refusal, type Refusal } from '../refusals';
import type { Rulebook } from '../../contracts/rulebook';
import { refuseCompetencies, refuseDays, refuseOfferings } from './catalogue';
import type { PartnerDecision, PartnerDecisionFacts } from './decision';
import type { NewPartnerEvent } from './events';
import type { PartnerMessageOf } from './message';
import type { Partner } from './state';
import { competenciesDue, openTasksFor } from './tasks';

/** Gate A, kept whether the edition asks for it or not (source: BASE, step 1). A later course replaces it. */
export function decideComplianceTraining(
  { payload }: PartnerMessageOf<'recordComplianceTraining'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const { completedOn } = payload;
  const no = refuseDays(rulebook, { completedOn }, today);
  return no ? refused(no) : accepted({ type: 'ComplianceTrainingRecorded', data: payload });
}

/** Gate B (source: PC-REQ). A later record of the same competency and tier replaces the earlier one. */
export function decideCompetency(
  state: Partner,
  { payload, at }: PartnerMessageOf<'recordCompetency'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const { competency, attainedOn, expiresOn } = payload;
  const no =
    refuseCompetencies(rulebook, { competency }) ??
    refuseDays(rulebook, { attainedOn }, today) ??
    refuseEndBefore(attainedOn, expiresOn);
  return no
    ? refused(no)
    : accepted({ type: 'CompetencyRecorded', data: payload }, ...askedAtOnce(state, payload, rulebook, today, at));
}

/** Whose reminder would have been before today is asked for now; said again with the same last day, it has been. */
function askedAtOnce(
  state: Partner,
  held: Partner['competencies'][number],
  { competencyExpiry: { taskDaysBefore } }: Rulebook,
  today: string,
  at: string,
): NewPartnerEvent[] {
  const { competency, tier, expiresOn } = held;
  const isNear = addDays(expiresOn, -taskDaysBefore) <= today && today <= expiresOn;
  const isKnown = state.competencies.some(
    (known) => known.competency === competency && known.tier === tier && known.expiresOn === expiresOn,
  );
  if (!isNear || isKnown) return [];
  const due = competenciesDue({ ...state, competencies: [held] }, endOfDay(expiresOn, state.utcOffset));
  return openTasksFor(state, due, at);
}

const refuseEndBefore = (attainedOn: string, expiresOn: string): Refusal | undefined =>
  expiresOn < attainedOn
    ? refusal('dates-out-of-order', 'the competency ends before it begins', { expiresOn: `at least ${attainedOn}` })
    : undefined;

/** Gate C (source: BASE, step 6). A later record of the same consultant replaces the earlier one. */
export function decideConsultant(
  { payload }: PartnerMessageOf<'recordConsultant'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const byField = <Value>(field: string, values: Value[]): Record<string, Value> =>
    Object.fromEntries(values.map((value, index) => [`assessments/${index}/${field}`, value]));
  const { assessments } = payload;
  const competencies = assessments.map(({ competency }) => competency);
  const days = assessments.map(({ passedOn }) => passedOn);
  const no =
    refuseCompetencies(rulebook, byField('competency', competencies)) ??
    refuseDays(rulebook, byField('passedOn', days), today);
  return no ? refused(no) : accepted({ type: 'ConsultantRecorded', data: payload });
}

/** Step 3: what customers see of the partner (source: BASE, step 3). */
export function decideBusinessProfile(
  { payload }: PartnerMessageOf<'updateBusinessProfile'>,
  { rulebook }: PartnerDecisionFacts,
): PartnerDecision {
  const no = refuseOfferings(rulebook, payload.offerings);
  return no ? refused(no) : accepted({ type: 'BusinessProfileUpdated', data: payload });
}

/** A Global Admin signs the edition's version of the agreement, policies reviewed (source: BASE, step 2). */
export function decideAgreement(
  { payload }: PartnerMessageOf<'signAgreement'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const { signedOn, policiesReviewedOn, agreementVersion } = payload;
  const no =
    refuseVersion(rulebook, agreementVersion) ??
    refuseDays(rulebook, { signedOn, policiesReviewedOn }, today) ??
    refuseUnread(signedOn, policiesReviewedOn);
  return no ? refused(no) : accepted({ type: 'AgreementSigned', data: payload });
}

const refuseVersion = ({ agreementVersion: current }: Rulebook, agreementVersion: string): Refusal | undefined =>
  agreementVersion === current
    ? undefined
    : refusal('agreement-version-differs', `the current version is ${current}`, {
        agreementVersion: `must be ${current}`,
      });

const refuseUnread = (signedOn: string, policiesReviewedOn: string): Refusal | undefined =>
  policiesReviewedOn > signedOn
    ? refusal('dates-out-of-order', 'the policies are reviewed before the agreement is signed', {
        policiesReviewedOn: `at most ${signedOn}`,
      })
    : undefined;
