import type { BatchView } from '../../contracts/batch';
import { isBatchMessage } from '../../contracts/names';
import { BATCH_MESSAGE_STAGES } from '../batch/stages';
import { isFinal } from '../batch/state';
import { amountText } from '../money';
import { awaitsSubmission } from '../settlement/request';
import { HOLDING_PAYMENT } from '../settlement/tasks';
import { moment } from '../wording';
import { waysOf } from './commands';
import { nextOf, standingOf } from './payment';
import { shown } from './paymentTasks';
import { refusedLately, type TimelineEvent } from './refused';
import { explain } from './tasks';
import { people, type Way, type Why } from './why';

const isByHand = ({ paymentRequest, tasks }: BatchView): boolean =>
  paymentRequest?.gateway === 'manual' || tasks.some(({ kind }) => kind === 'manualSubmission');

const isUnsubmitted = ({ paymentRequest }: BatchView): boolean =>
  paymentRequest === undefined || awaitsSubmission(paymentRequest);

/** Why a batch is where it is, and what would move it. `events` are its last ones, in their order. */
export const whyBatch = (view: BatchView, events: readonly TimelineEvent[] = []): Why => ({
  where: whereIs(view),
  waitsFor: awaited(view),
  otherwise: otherwise(view),
  ways: waysOn(view),
  refused: refusedLately(events),
  atRisk: [],
  tasks: view.tasks.map((task) =>
    explain(
      task,
      (message) => !isBatchMessage(message) || (BATCH_MESSAGE_STAGES[message]?.includes(view.stage) ?? true),
    ),
  ),
});

function whereIs({ stage, members, total, paymentRequest, openedAt }: BatchView): string {
  if (stage === 'dissolved') return 'All its vouchers have left it; nothing is asked for together any more.';
  const vouchers = `${members.length} voucher${members.length === 1 ? '' : 's'}`;
  const together = `${vouchers}${total ? ` (${amountText(total)})` : ''}`;
  if (stage === 'collecting')
    return `It was opened on ${openedAt.slice(0, 10)} and collects vouchers of its group: ${together} by now.`;
  return `It asks for ${together} together. ${paymentRequest ? standingOf(paymentRequest) : ''}`.trimEnd();
}

function awaited(view: BatchView): string {
  const { stage, tasks, paymentRequest } = view;
  if (isFinal(view))
    return tasks.length > 0
      ? 'Its business is over; only its open tasks are left.'
      : 'It waits for nothing: its business is over.';
  if (stage === 'collecting') return 'It waits for more vouchers, until it is asked for.';
  const holding = tasks.find(({ kind }) => HOLDING_PAYMENT.includes(kind));
  if (holding) return `It waits for ${people(holding.role)} to resolve a task: ${holding.title}.`;
  if (tasks.some(({ kind }) => kind === 'paymentRejected'))
    return 'It waits for an operator to correct the payment request.';
  return `It waits for ${nextOf(paymentRequest, isByHand(view))}.`;
}

function otherwise(view: BatchView): string {
  const { stage, nextDeadline, tasks } = view;
  const at = nextDeadline && moment(nextDeadline.at);
  if (isFinal(view))
    return at === undefined ? 'Nothing is left to do.' : `What is still open at ${at} is closed by itself.`;
  if (stage === 'collecting') return `At ${at} it is asked for by itself.`;
  if (tasks.some(({ kind }) => kind === 'paymentWindowLapsed'))
    return 'Nothing more is sent by itself: the task decides.';
  if (isUnsubmitted(view))
    return at === undefined
      ? 'Nothing happens by itself.'
      : `${isByHand(view) || tasks.length > 0 ? '' : 'It goes out by itself, and again and again while SAVB does not answer. '}At ${at} an operator is asked; after the payment window nothing is sent by itself.`;
  if (at !== undefined) return `At ${at} an operator is asked to chase the payment.`;
  return isByHand(view) || tasks.length > 0
    ? 'Nothing happens by itself.'
    : 'SAVB is asked by itself until it answers; nobody has to act.';
}

function waysOn(view: BatchView): Way[] {
  const { stage, batchId, tasks } = view;
  if (isFinal(view) || tasks.length > 0) return [];
  const by = { batchId };
  if (stage === 'collecting') return waysOf(by, [{ does: 'sendBatch', leadsTo: 'it is asked for now' }]);
  return isUnsubmitted(view) ? [] : waysOf(by, [shown]);
}
