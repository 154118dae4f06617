import type { PaymentStatus } from '../../contracts/names';
import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { hearReport, hearSavb, type News } from '../settlement/lifeCycle';
import type { OwnRequest } from '../settlement/request';
import { missingFor } from '../settlement/paymentRequest';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { isFinal, openTask, type Engagement } from './state';
import { taskOpened } from './tasks';

/** Step 8 by message: what an operator read in the SAVB Online Payment Tool, or what a batch has to tell. */
export function decidePaymentStatus(
  state: Engagement,
  { payload, actor, at }: MessageOf<'recordPaymentStatus'>,
  facts: Facts,
): Decision {
  const { paymentRequest, utcOffset } = state;
  const no = (refused_: Refusal): Decision => refused({ ...refused_, ...withAwaiting(state) });
  if (!paymentRequest && payload.status !== 'denied') return no(notPrepared(state, payload.status, facts));
  if (!paymentRequest) {
    const { at: reportedAt, note } = payload;
    return accepted({ type: 'PaymentDenied', data: { reportedAt, ...(note !== undefined && { note }) } });
  }
  const isBatch = actor.role === 'system';
  if (!isBatch && isForBatch(paymentRequest, payload.status)) {
    const where = paymentRequest.batchId === undefined ? 'a batch' : `batch ${paymentRequest.batchId}`;
    return no(refusal('settled-by-batch', `${paymentRequest.reference} is asked for with ${where}`));
  }
  // The number of a batch is the number of everybody in it, and the batch holds it.
  const heldElsewhere = isBatch ? {} : facts.heldElsewhere;
  const heard = hearReport(paymentRequest, payload, { heldElsewhere, utcOffset, at });
  return 'code' in heard ? no(heard) : accepted(...eventsOf(state, heard, at));
}

/** A request on its way into a batch may be in it: answered for or asked for on its own, it would be asked for twice. */
const isForBatch = ({ gateway, batchId }: OwnRequest, status: PaymentStatus): boolean =>
  gateway === 'batch' && (batchId !== undefined || status !== 'denied');

function notPrepared(state: Engagement, status: string, facts: Facts): Refusal {
  if (status !== 'submitted')
    return refusal('payment-status-out-of-order', `${status} cannot be: the request is not submitted yet`);
  const missing = missingFor(state, facts)
    .map(({ detail }) => detail)
    .join(' ');
  return refusal('held-by-task', `the request cannot be made yet: ${missing || 'resolve the open task'}`);
}

/** Step 8 by SAVB itself. An answer about another request, or one that tells nothing new, is no news. */
export function decideSavbAnswer(
  state: Engagement,
  { payload, at }: MessageOf<'recordSavbAnswer'>,
  { heldElsewhere }: Facts,
): Decision {
  const { reference, answer } = payload;
  const { paymentRequest, utcOffset } = state;
  if (isFinal(state) || paymentRequest?.reference !== reference) return { kind: 'repeated' };
  const heard = hearSavb(paymentRequest, answer, { heldElsewhere, utcOffset, at });
  const events = heard ? eventsOf(state, heard, at) : [];
  return events.length === 0 ? { kind: 'repeated' } : accepted(...events);
}

/** A task of a kind is open once at a time. */
function eventsOf(state: Engagement, { events, task }: News, at: string): NewEvent[] {
  if (!task || openTask(state, task.kind)) return events;
  const { kind, ...particulars } = task;
  return [...events, taskOpened(state, kind, at, particulars)];
}
