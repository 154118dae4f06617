import { defineQuery } from '@temporalio/workflow';
import type { EngagementView, Verdict } from '../contracts/engagement';
import { ENGAGEMENT_MESSAGES, type EngagementMessageName } from '../contracts/names';
import type { EngagementEvent, RecordedMessage } from '../domain/engagement/events';
import { defineMessages, TASK_AND_NOTE_DESCRIPTIONS } from './defineMessages';

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
  correctPaymentRequest: 'Step 8 again: the request was rejected, ask anew with corrected data',
  reportVoucherProblem: 'Before reservation: something is wrong with the voucher',
  adoptRules: 'Before redemption: follow another edition of the rules',
  eligibilityChanged: 'The partner’s standing changed; said by the partner’s own workflow',
  recordLicenseEnd: 'The customer’s licence enrollment ends; changes no deadline',
  transferEngagement: 'Give the engagement to another partner: accounts merged, or handed over',
  updateCustomer: 'Change name, licensing ID or project manager of the customer',
  ...TASK_AND_NOTE_DESCRIPTIONS,
};

export const messages = defineMessages<EngagementMessageName, Verdict>(ENGAGEMENT_MESSAGES, DESCRIPTIONS);

export const viewQuery = defineQuery<EngagementView | undefined>('view');
export const timelineQuery = defineQuery<EngagementEvent[]>('timeline');
export const recordedQuery = defineQuery<RecordedMessage[], [version?: number]>('recorded');
