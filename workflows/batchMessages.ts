import { defineQuery } from '@temporalio/workflow';
import type { BatchVerdict, BatchView } from '../contracts/batch';
import { BATCH_MESSAGES, type BatchMessageName } from '../contracts/names';
import type { BatchEvent, RecordedBatchMessage } from '../domain/batch/events';
import { defineMessages, TASK_AND_NOTE_DESCRIPTIONS } from './defineMessages';

const DESCRIPTIONS: Record<BatchMessageName, string> = {
  addToBatch: 'Another redeemed voucher of the group; said by the engagement’s own workflow',
  sendBatch: 'Collect nothing more, ask for the money now',
  recordPaymentStatus: 'What SAVB says of the payment request',
  correctPaymentRequest: 'The request was rejected: ask anew with corrected data',
  splitBatch: 'Let some engagements leave; ask for what remains',
  ...TASK_AND_NOTE_DESCRIPTIONS,
};

export const batchMessages = defineMessages<BatchMessageName, BatchVerdict>(BATCH_MESSAGES, DESCRIPTIONS);

export const batchViewQuery = defineQuery<BatchView | undefined>('view');
export const batchTimelineQuery = defineQuery<BatchEvent[]>('timeline');
export const batchRecordedQuery = defineQuery<RecordedBatchMessage[], [version?: number]>('recorded');
