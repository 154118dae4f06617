import type {
  CompletionReport,
  Customer,
  Deadline,
  PaymentRequest,
  Redemption,
  Reservation,
  RulebookReference,
  Voucher,
} from '../../contracts/engagement';
import type { Task } from '../../contracts/tasks';
import { FINAL_STAGES, type Stage } from '../../contracts/names';

/** A message whose effect stands until something undoes it. */
export interface StandingEffect {
  messageId: string;
  message: string;
}

/** Everything an engagement knows: plain JSON, made by `evolve` alone. Before its first event there is none. */
export interface Engagement {
  engagementId: string;
  /** Number of recorded events. */
  version: number;
  partnerId: string;
  engagementType: string;
  serviceLevelDays?: number;
  customer: Customer;
  rulebook: RulebookReference;
  utcOffset: string;
  stage: Stage;
  voucher?: Voucher;
  reservation?: Reservation;
  completionReport?: CompletionReport;
  redemption?: Redemption;
  paymentRequest?: PaymentRequest & {
    seq: number;
    /** Statuses recorded for this reference so far; numbers SAVB's answers. */
    statuses: number;
  };
  /** Reasons for which Microsoft may refuse to pay; a person decided to go on all the same. */
  atRisk: string[];
  openTasks: Task[];
  /** Tasks opened so far, by kind: numbers their ids. */
  tasksOpened: Record<string, number>;
  /** What is due when, earliest first. Computed when something was decided, never here. */
  deadlines: Deadline[];
  /** Deadlines that have been dealt with, as `kind:at`. */
  passed: string[];
  /** By fingerprint: the same content said again has no second effect. */
  effects: Record<string, StandingEffect>;
  startedAt: string;
  updatedAt: string;
}

/** True when the business of the engagement is over. */
export function isFinal(state: Engagement): boolean {
  return (FINAL_STAGES as readonly Stage[]).includes(state.stage);
}

/** True when nothing is left to wait for: the workflow may end. */
export function isClosed(state: Engagement): boolean {
  return isFinal(state) && state.openTasks.length === 0;
}

export const deadlineId = ({ kind, at }: Deadline): string => `${kind}:${at}`;

export function openTask(state: Engagement, kind: Task['kind']): Task | undefined {
  return state.openTasks.find((task) => task.kind === kind);
}
