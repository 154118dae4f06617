import type { BatchDeadline, BatchGroup, BatchMember } from '../../contracts/batch';
import { isFinalBatchStage, type BatchStage, type BatchTaskKind } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import type { Subject } from '../record';
import { awaitsSubmission, type OwnRequest } from '../settlement/request';

/** A task of a batch. */
export type BatchTask = Task & { kind: BatchTaskKind };

/** Everything a batch knows: plain JSON, made by `evolve` alone. Before its first event there is none. */
export interface Batch extends Subject, BatchGroup {
  batchId: string;
  stage: BatchStage;
  /** Whose vouchers are asked for, in the order in which they came. */
  members: BatchMember[];
  /** References of those who left; none of them comes back. */
  left: string[];
  /** References of those whose window was over when they came: a person had decided to ask all the same (E17). */
  late: string[];
  paymentRequest?: OwnRequest;
  utcOffset: string;
  openTasks: BatchTask[];
  /** Tasks opened so far, by kind: numbers their ids. */
  tasksOpened: Record<string, number>;
  /** What is due when, earliest first. Computed when something was decided, never here. */
  deadlines: BatchDeadline[];
  /** Deadlines that have been dealt with, as `kind:at`. */
  passed: string[];
  openedAt: string;
  updatedAt: string;
}

/** True when the business of the batch is over. */
export const isFinal = ({ stage }: Pick<Batch, 'stage'>): boolean => isFinalBatchStage(stage);

/** True when nothing is left to wait for: the workflow may end. */
export const isClosed = (state: Batch): boolean => isFinal(state) && state.openTasks.length === 0;

/** True while the request is to be made, or made again after a definite no: the payment window is running. */
export const isSubmissionDue = ({ paymentRequest }: Batch): boolean =>
  paymentRequest !== undefined && awaitsSubmission(paymentRequest);

export const openTask = (state: Batch, kind: BatchTaskKind): BatchTask | undefined =>
  state.openTasks.find((task) => task.kind === kind);

/**
 * The last day of the batch's payment window: the earliest of its vouchers governs (source: domain 9.5). Undefined where
 * all came after their windows.
 */
export function windowEndsOn({ members, late }: Pick<Batch, 'members' | 'late'>): string | undefined {
  return members
    .filter(({ reference }) => !late.includes(reference))
    .map(({ paymentRequestDueOn }) => paymentRequestDueOn)
    .sort()[0];
}
