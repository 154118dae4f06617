import type { CompletionReport } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { Rulebook } from '../../contracts/rulebook';
import { dayOf, daysWithin, earlierDay } from '../days';
import { refusal, type Refusal } from '../refusals';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { refuseConsultants } from './reservation';
import { withAwaiting } from './stages';
import { openTask, type Engagement } from './state';
import { startedEarly, taskOpened } from './tasks';

type Report = Payloads['submitCompletionReport'];

/** Step 6: the work is done, the plan is with the customer, and the report goes to Microsoft. */
export function decideCompletionReport(
  state: Engagement,
  { payload, at }: MessageOf<'submitCompletionReport'>,
  facts: Facts,
): Decision {
  if (state.stage === 'completionReported' && payload.corrects !== true)
    return refused({
      ...refusal('already-done-differently', 'a report stands already; say corrects to correct it', {
        corrects: 'true',
      }),
      ...withAwaiting(state),
    });
  const today = dayOf(at, state.utcOffset);
  const no =
    refuseDays(payload, today) ??
    refuseLength(state, payload, facts.rulebook) ??
    refuseConsultants(state, payload.consultantIds, facts, today) ??
    refuseDeliverables(payload, facts);
  return no ? refused(no) : accepted(...reported(state, payload, facts, at));
}

/** Order: started, completed, delivered to the customer, reported (source: BASE, step 6). */
function refuseDays({ startedOn, completedOn, deliveredToCustomerOn }: Report, today: string): Refusal | undefined {
  if (completedOn < startedOn)
    return refusal('dates-out-of-order', 'the work ended before it began', { completedOn: `at least ${startedOn}` });
  if (deliveredToCustomerOn < completedOn)
    return refusal('dates-out-of-order', 'the plan was delivered before the work was done', {
      deliveredToCustomerOn: `at least ${completedOn}`,
    });
  if (deliveredToCustomerOn > today)
    return refusal('dates-out-of-order', `${deliveredToCustomerOn} is in the future`, {
      deliveredToCustomerOn: `at most ${today}`,
    });
  return undefined;
}

/**
 * The voucher covers its days, and most of them are on site (source: PS-POL); those up to the last day of remote delivery
 * may all be at a distance (source: KURT-2020). The calendar span is free.
 */
function refuseLength(
  { voucher }: Engagement,
  { daysDelivered, offSiteDays = 0, startedOn, completedOn }: Report,
  { offSite: { maxDays, remoteThrough } }: Rulebook,
): Refusal | undefined {
  const covered = voucher?.serviceLevelDays ?? 0;
  if (daysDelivered > covered)
    return refusal('too-many-days', `the voucher covers ${covered} days`, { daysDelivered: `at most ${covered}` });
  const freeDays = remoteThrough === undefined ? 0 : daysWithin(startedOn, earlierDay(completedOn, remoteThrough));
  const wasAllFree = remoteThrough !== undefined && completedOn <= remoteThrough;
  const mostOffSite = wasAllFree ? daysDelivered : Math.min(maxDays + freeDays, daysDelivered);
  if (offSiteDays > mostOffSite)
    return refusal('too-many-off-site-days', `${offSiteDays} days off site`, { offSiteDays: `at most ${mostOffSite}` });
  return undefined;
}

/** Reported files are uploaded, the customer's plan among them (source: PS-264; E14). */
function refuseDeliverables({ deliverables }: Report, { uploads }: Facts): Refusal | undefined {
  const missing = deliverables.filter(({ name }) => !uploads.some((upload) => upload.name === name));
  if (missing.length > 0)
    return refusal('deliverable-missing', `not uploaded: ${missing.map(({ name }) => name).join(', ')}`, {
      deliverables: 'upload each file before reporting it',
    });
  if (!deliverables.some(({ kind }) => kind === 'customerPlan'))
    return refusal('deliverable-missing', 'no deliverable of kind customerPlan is reported', {
      deliverables: 'at least one of kind customerPlan',
    });
  return undefined;
}

function reported(state: Engagement, payload: Report, { uploads }: Facts, at: string): NewEvent[] {
  const { corrects, deliverables, ...rest } = payload;
  const report: CompletionReport = {
    ...rest,
    deliverables: deliverables.map(({ name, kind }) => {
      const upload = uploads.find((candidate) => candidate.name === name);
      return { name, kind, sha256: upload?.sha256 ?? '', size: upload?.size ?? 0 };
    }),
  };
  const submitted: NewEvent = { type: 'CompletionReportSubmitted', data: { report, ...(corrects && { corrects }) } };
  const early = startedEarly({ ...state, completionReport: report });
  if (!early || openTask(state, 'engagementStartedEarly') || state.atRisk.includes('engagementStartedEarly'))
    return [submitted];
  const detail = `Work began on ${report.startedOn}, the voucher was reserved on ${state.reservation?.reservedOn}.`;
  return [submitted, taskOpened(state, 'engagementStartedEarly', at, { detail })];
}
