import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EngagementView, Verdict } from '../contracts/engagement';
import type { Envelope } from '../contracts/messages';
import { ENGAGEMENT_MESSAGES, type EngagementMessageName } from '../contracts/names';
import type { EngagementEvent } from '../domain/engagement/events';

/** What support staff read beside the name of a message in the Temporal UI. */
const DESCRIPTIONS: Record<EngagementMessageName, string> = {
  assignVoucher: 'Step 4: the customer assigned a voucher',
  replaceVoucher: 'Before reservation: another voucher instead',
  reserveVoucher: 'Step 5: the partner validated and reserved the voucher and scheduled the work',
  cancelReservation: 'Give the reservation up; the voucher stays assigned',
  reschedule: 'Change schedule or consultants of a reservation',
  submitCompletionReport: 'Step 6: delivered, and reported to Microsoft',
  redeemVoucher: 'Step 7: the voucher is redeemed; cannot be undone',
  extendVoucher: 'Microsoft extended the voucher',
  cancelEngagement: 'End the engagement before redemption',
  recordPaymentStatus: 'Step 8: what SAVB says of the payment request',
  reportVoucherProblem: 'Before reservation: something is wrong with the voucher',
  adoptRules: 'Before redemption: follow another edition of the rules',
  eligibilityChanged: 'The partner’s standing changed; said by the partner’s own workflow',
  recordLicenseEnd: 'The customer’s licence enrollment ends; changes no deadline',
  transferEngagement: 'Give the engagement to another partner: accounts merged, or handed over',
  updateCustomer: 'Change name, licensing ID or project manager of the customer',
  resolveTask: 'Resolve an open task in one of its ways',
  claimTask: 'Take a task on',
  releaseTask: 'Give a task back',
  addNote: 'Write a note into the timeline',
};

/** Each message twice under one name: the Signal is the durable contract, the Update adds a verdict. */
export const messages = ENGAGEMENT_MESSAGES.map((name) => ({
  name,
  description: DESCRIPTIONS[name],
  signal: defineSignal<[Envelope]>(name),
  update: defineUpdate<Verdict, [Envelope]>(name),
}));

export const viewQuery = defineQuery<EngagementView | undefined>('view');
export const timelineQuery = defineQuery<EngagementEvent[]>('timeline');
