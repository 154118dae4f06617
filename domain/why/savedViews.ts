import {
  BATCH_WORKFLOW,
  ENGAGEMENT_WORKFLOW,
  PARTNER_WORKFLOW,
  type EngagementTaskKind,
  type Stage,
} from '../../contracts/names';
import { addDays, endOfDay } from '../days';

/** A list of workflows that support staff keep in the Temporal UI. */
interface SavedView {
  name: string;
  /** What is in it. */
  shows: string;
  /** A list filter of Temporal's, as its UI and its CLI take it. */
  query: string;
}

const SOON_DAYS = 30;
const LONG_DAYS = 30;

/** Where the partner has the next step, unless an operator has to decide first. */
const WITH_PARTNER: readonly Stage[] = ['voucherAssigned', 'reserved', 'completionReported'];
const OPERATOR_FIRST: readonly EngagementTaskKind[] = ['engagementStartedEarly', 'eligibilityLapsed'];
const UNPAID: readonly Stage[] = ['redeemed', 'paymentRequested', 'paymentApproved'];

const oneOf = (values: readonly string[]): string => `(${values.map((value) => `"${value}"`).join(', ')})`;

const running = `ExecutionStatus = "Running"`;
const engagements = `WorkflowType = "${ENGAGEMENT_WORKFLOW}" AND ${running}`;

/**
 * The saved views of the Temporal UI. A list filter knows no clock, so those that ask for days hold for `today`, a day in
 * `utcOffset`.
 */
export function savedViews(today: string, utcOffset: string): SavedView[] {
  // Strictly before the end of the day after: stores of Temporal's differ in how they compare equal instants.
  const soon = endOfDay(addDays(today, SOON_DAYS + 1), utcOffset);
  return [
    {
      name: 'waiting for customer',
      shows: 'engagements without a voucher',
      query: `${engagements} AND EngagementStage = "awaitingVoucher"`,
    },
    {
      name: 'waiting for partner',
      shows: 'engagements whose next step is the partner’s: reserve, report, redeem, register with SAVB',
      query: `${engagements} AND ((EngagementStage IN ${oneOf(WITH_PARTNER)} AND (OpenTasks IS NULL OR OpenTasks NOT IN ${oneOf(OPERATOR_FIRST)})) OR (EngagementStage = "redeemed" AND OpenTasks = "savbRegistrationMissing"))`,
    },
    {
      name: `expiring in ${SOON_DAYS} days`,
      shows: `engagements whose voucher has to be redeemed within ${SOON_DAYS} days`,
      query: `${engagements} AND EngagementStage IN ${oneOf(WITH_PARTNER)} AND AwaitedUntil < "${soon}"`,
    },
    {
      name: 'needs a person',
      shows: 'engagements, partners and batches with an open task',
      query: `WorkflowType IN ${oneOf([ENGAGEMENT_WORKFLOW, PARTNER_WORKFLOW, BATCH_WORKFLOW])} AND ${running} AND OpenTasks IS NOT NULL`,
    },
    {
      name: `unpaid over ${LONG_DAYS} days`,
      shows: `engagements redeemed more than ${LONG_DAYS} days ago without money`,
      query: `${engagements} AND EngagementStage IN ${oneOf(UNPAID)} AND RedeemedOn < "${addDays(today, -LONG_DAYS)}"`,
    },
  ];
}
