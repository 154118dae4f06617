import type { BatchDeadline, BatchGroup, BatchMember } from '../../contracts/batch';
import type { BatchEventType } from '../../contracts/names';
import type { Recorded, Stamp } from '../record';
import type { Refusal } from '../refusals';
import type { PaymentEventData } from '../settlement/events';
import type { TaskEventData } from '../tasks';
import type { BatchTask } from './state';

/** What each fact says. Every date a rule computed is in here, so a changed rule never changes the past. */
export interface BatchEventData extends PaymentEventData, TaskEventData<BatchTask> {
  BatchOpened: BatchGroup & { utcOffset: string };
  /** `afterWindow`: the voucher's payment window was over already, and a person had decided to ask all the same. */
  VoucherAdded: { member: BatchMember; afterWindow?: true };
  BatchSplit: { left: Pick<BatchMember, 'engagementId' | 'reference' | 'voucherId'>[]; reason: string };
  NoteAdded: { text: string };
  DeadlineReminded: BatchDeadline & { about: string };
  MessageRefused: { message: string; refusal: Refusal };
}

/** `deadlines`, where present, replaces everything that was due before. */
type WithDeadlines<Data> = Data & { deadlines?: BatchDeadline[] };

/** A fact as `decide` proposes it. */
export type NewBatchEvent = {
  [Type in BatchEventType]: { type: Type; data: WithDeadlines<BatchEventData[Type]> };
}[BatchEventType];

/** A fact as it is recorded. */
export type BatchEvent = NewBatchEvent & Stamp & { batchId: string };

/** What one message led to. */
export type RecordedBatchMessage = Recorded<BatchEvent> & { batchId: string };
