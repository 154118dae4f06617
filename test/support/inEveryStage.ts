import type { BatchStage, Stage } from '../../contracts/names';
import type { Batch } from '../../domain/batch/state';
import type { Engagement } from '../../domain/engagement/state';
import { givenBatch } from './batchGiven';
import { batchPath, batchStatus, memberNo, split } from './batchStory';
import { given } from './given';
import { cancelled, path, resolved, savb, status, tell } from './story';

const rejected = [...path.redeemed, savb({ status: 'rejected', message: 'no' })];
const lapsing = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;

/** An engagement in each stage; the last four end with the business. */
export const IN_STAGE: Record<Stage, Engagement> = {
  awaitingVoucher: given(...path.awaitingVoucher).state,
  voucherAssigned: given(...path.voucherAssigned).state,
  reserved: given(...path.reserved).state,
  completionReported: given(...path.completionReported).state,
  redeemed: given(...path.redeemed).state,
  paymentRequested: given(...path.paymentRequested).state,
  paymentApproved: given(...path.paymentApproved).state,
  paid: given(...path.paid).state,
  expired: given(
    ...path.voucherAssigned,
    tell('passDeadline', { kind: 'recordingGraceEnd', at: '2021-01-06T00:00:00.000Z' }, { on: '2021-01-06' }),
  ).state,
  cancelled: given(...path.reserved, cancelled()).state,
  paymentDenied: given(...path.redeemed, status({ status: 'denied' })).state,
  paymentLapsed: given(
    ...rejected,
    tell('passDeadline', lapsing, { on: '2020-10-03' }),
    resolved('E-1:paymentWindowLapsed:1', 'giveUp', { on: '2020-10-04' }),
  ).state,
};

/** A batch in each stage. */
export const BATCH_IN_STAGE: Record<BatchStage, Batch> = {
  collecting: givenBatch(...batchPath.collecting).state,
  prepared: givenBatch(...batchPath.prepared).state,
  paymentRequested: givenBatch(...batchPath.paymentRequested).state,
  paymentApproved: givenBatch(...batchPath.paymentApproved).state,
  paid: givenBatch(...batchPath.paid).state,
  paymentDenied: givenBatch(...batchPath.prepared, batchStatus({ status: 'denied' })).state,
  dissolved: givenBatch(...batchPath.collecting, split([1, 2, 3].map((no) => memberNo(no).engagementId))).state,
};
