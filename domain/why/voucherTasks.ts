import type { Payloads } from '../../contracts/messages';
import type { BatchTaskKind, EngagementTaskKind } from '../../contracts/names';
import type { TASK_RULES } from '../engagement/tasks';
import type { Doing } from './commands';
import type { Explained } from './explained';

type Kind = Exclude<EngagementTaskKind, BatchTaskKind>;

/** The fields of a voucher that just arrived. */
export const VOUCHER_FIELDS = [
  'voucherId=NUMBER',
  'voucherAdministratorEmail=MAIL',
  'projectManager.name=NAME',
  'projectManager.email=MAIL',
  'offering=CODE',
  'serviceLevelDays=DAYS',
  'assignedOn=DAY',
] as const;

/** The fields of a report. */
export const REPORT_FIELDS = [
  'startedOn=DAY',
  'completedOn=DAY',
  'deliveredToCustomerOn=DAY',
  'daysDelivered=DAYS',
  'consultantIds=ID',
  'deliverables.0.name=NAME',
  'deliverables.0.kind=customerPlan',
  'summary=TEXT',
] as const;

const cancel = (reasonCode: string, leadsTo: string): Doing => ({
  does: 'cancelEngagement',
  fields: ['reason=TEXT', `reasonCode=${reasonCode}`],
  leadsTo,
});

/** By which reason a voucher with a problem is replaced, and its engagement cancelled, where the problem says so. */
const REPLACED: Partial<Record<string, Payloads['replaceVoucher']['reason']>> = {
  validationFailed: 'corrected',
  reservedByOtherPartner: 'reservedByOtherPartner',
  wrongTypeOrLevel: 'wrongTypeOrLevel',
};
const CANCELLED: Partial<Record<string, Payloads['cancelEngagement']['reasonCode']>> = {
  benefitNotActivated: 'benefitNotActivated',
  reservedByOtherPartner: 'lostToOtherPartner',
};

/** Tasks of an engagement until its voucher is redeemed, explained. */
export const VOUCHER_EXPLAINED: {
  [Each in Kind]: Explained<Extract<(typeof TASK_RULES)[Each]['resolutions'][number], string>>;
} = {
  voucherMissing: {
    means: 'The customer was reminded and has assigned no voucher. Nothing expires, and nothing ends by itself.',
    resolutions: { keepWaiting: 'the task is done; the engagement goes on waiting' },
    doings: [
      { does: 'assignVoucher', fields: VOUCHER_FIELDS, leadsTo: 'the voucher has come' },
      cancel('benefitNotActivated', 'it comes to nothing: the engagement ends'),
    ],
  },
  voucherProblem: {
    means: 'Nothing can be reserved until it is solved; the time of a voucher that is assigned is running.',
    resolutions: { solved: 'the task is done; the voucher stays' },
    doings: (problem = '') => [
      { does: 'assignVoucher', fields: VOUCHER_FIELDS, leadsTo: 'the voucher has come' },
      {
        does: 'replaceVoucher',
        fields: [...VOUCHER_FIELDS, `reason=${REPLACED[problem] ?? 'reissued'}`],
        leadsTo: problem === 'validationFailed' ? 'the voucher is corrected' : 'another takes its place',
      },
      cancel(CANCELLED[problem] ?? 'customerCancelled', 'it comes to nothing: the engagement ends'),
    ],
  },
  voucherExpired: {
    means: 'A redemption made by its last day can still be recorded until the task is due; then nothing is paid.',
    resolutions: { notRedeemed: 'the engagement ends as expired' },
    doings: [
      { does: 'submitCompletionReport', fields: REPORT_FIELDS, leadsTo: 'reported, it may be redeemed' },
      { does: 'redeemVoucher', fields: ['confirmed=true', 'redeemedOn=DAY'], leadsTo: 'it was redeemed in time' },
      { does: 'extendVoucher', fields: ['expiresOn=DAY', 'reason=TEXT'], leadsTo: 'Microsoft extended the voucher' },
    ],
  },
  cancelInPartnerCenter: {
    means: 'The engagement is over, but the customer cannot use its voucher until the reservation is cancelled there.',
    resolutions: { cancelledInPartnerCenter: 'nothing is left to do' },
  },
  engagementStartedEarly: {
    means: 'The redemption is held: Microsoft may not pay for work that began before the reservation.',
    resolutions: { proceedAtRisk: 'the voucher may be redeemed; the payment is at risk' },
    doings: [
      {
        does: 'submitCompletionReport',
        fields: [...REPORT_FIELDS, 'corrects=true'],
        leadsTo: 'the day in the report was wrong',
      },
    ],
  },
  eligibilityLapsed: {
    means: 'The redemption is held until the partner meets everything again, or somebody takes the risk.',
    resolutions: {
      restored: 'everything is met again; refused while it is not',
      proceedAtRisk: 'the voucher may be redeemed; the payment is at risk',
    },
    doings: [{ does: 'checklist', leadsTo: 'what the partner lacks, and what to do for it' }],
  },
  rateMissing: {
    means: 'Without an amount there is no payment request, and the payment window is running.',
    resolutions: { rateAdded: 'the request is made and goes out by itself; refused while the rate is missing' },
  },
};
