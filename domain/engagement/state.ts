import type {
  CompletionReport,
  Customer,
  Deadline,
  Eligibility,
  Redemption,
  Reservation,
  RulebookReference,
  Voucher,
} from '../../contracts/engagement';
import type { Task } from '../../contracts/tasks';
import type { Payloads } from '../../contracts/messages';
import { isFinalStage, REQUIREMENTS, type EngagementTaskKind, type Role, type Stage } from '../../contracts/names';
import type { Subject } from '../record';
import { awaitsSubmission, type OwnRequest } from '../settlement/request';

/** A task of an engagement. */
export type EngagementTask = Task & { kind: EngagementTaskKind };

/** What becomes of the days of a voucher that runs out: back to the customer's pool, or gone. */
export type PlanningDays = 'returned' | 'lost';

/** Everything an engagement knows: plain JSON, made by `evolve` alone. Before its first event there is none. */
export interface Engagement extends Subject {
  engagementId: string;
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
  paymentRequest?: OwnRequest;
  /** Reasons for which Microsoft may refuse to pay; a person decided to go on all the same. */
  atRisk: string[];
  /** What the partner’s record last told, one per requirement. */
  eligibility?: Eligibility[];
  /** Last day of the customer's licence enrollment. */
  licenseEndsOn?: string;
  openTasks: EngagementTask[];
  /** Tasks opened so far, by kind: numbers their ids. */
  tasksOpened: Record<string, number>;
  /** What is due when, earliest first. Computed when something was decided, never here. */
  deadlines: Deadline[];
  /** Deadlines that have been dealt with, as `kind:at`. */
  passed: string[];
  startedAt: string;
  updatedAt: string;
}

/** True when the business of the engagement is over. */
export const isFinal = ({ stage }: Pick<Engagement, 'stage'>): boolean => isFinalStage(stage);

/** True when nothing is left to wait for: the workflow may end. */
export function isClosed(state: Engagement): boolean {
  return isFinal(state) && state.openTasks.length === 0;
}

/** True while the payment request is to be made, or made again after a definite no: the payment window is running. */
export const isSubmissionDue = ({ redemption, paymentRequest }: Engagement): boolean =>
  redemption !== undefined && (!paymentRequest || awaitsSubmission(paymentRequest));

export function openTask(state: Engagement, kind: EngagementTaskKind): EngagementTask | undefined {
  return state.openTasks.find((task) => task.kind === kind);
}

/** The engagement with what is new about its customer. */
export function withCustomer(
  state: Engagement,
  { name, licensingId, projectManager }: Payloads['updateCustomer'],
): Engagement {
  const { customer, voucher } = state;
  return {
    ...state,
    customer: { ...customer, ...(name !== undefined && { name }), ...(licensingId !== undefined && { licensingId }) },
    ...(voucher && projectManager && { voucher: { ...voucher, projectManager } }),
  };
}

/** Whose tasks stay with the same people, whichever partner the engagement belongs to. */
const OWN_ROLES: readonly Role[] = ['operator', 'support'];

/**
 * The engagement as another partner’s: what was told of the former one's standing is over, and so is what was risked of
 * it, as long as nothing is redeemed. What somebody of the former partner had claimed is free for the new one.
 */
export function withPartner(state: Engagement, partnerId: string): Engagement {
  const { eligibility: _eligibility, ...rest } = state;
  const atRisk = state.atRisk.filter((risk) => state.redemption || !(REQUIREMENTS as readonly string[]).includes(risk));
  const openTasks = state.openTasks.map(({ claimedBy, ...task }) => ({
    ...task,
    ...(claimedBy !== undefined && OWN_ROLES.includes(task.role) && { claimedBy }),
    partnerId,
  }));
  return { ...rest, partnerId, atRisk, openTasks };
}
