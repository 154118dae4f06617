import { accepted, refused } from '../decision';
import { hearReport, hearSavb, type News } from '../settlement/lifeCycle';
import type { BatchDecision, BatchFacts } from './decision';
import type { NewBatchEvent } from './events';
import type { BatchMessageOf } from './message';
import { withAwaiting } from './stages';
import { isFinal, openTask, type Batch } from './state';
import { taskOpened } from './tasks';

/** What an operator read in the SAVB Online Payment Tool. The batch has a request: before, nothing can be said of one. */
export function decidePaymentStatus(
  state: Batch,
  { payload, at }: BatchMessageOf<'recordPaymentStatus'>,
  { heldElsewhere }: BatchFacts,
): BatchDecision {
  const { paymentRequest, utcOffset } = state;
  const heard = hearReport(paymentRequest!, payload, { heldElsewhere, utcOffset, at });
  return 'code' in heard ? refused({ ...heard, ...withAwaiting(state) }) : accepted(...eventsOf(state, heard, at));
}

/** What SAVB said. An answer about another request, or one that tells nothing new, is no news. */
export function decideSavbAnswer(
  state: Batch,
  { payload: { reference, answer }, at }: BatchMessageOf<'recordSavbAnswer'>,
  { heldElsewhere }: BatchFacts,
): BatchDecision {
  const { paymentRequest, utcOffset } = state;
  if (isFinal(state) || paymentRequest?.reference !== reference) return { kind: 'repeated' };
  const heard = hearSavb(paymentRequest, answer, { heldElsewhere, utcOffset, at });
  const events = heard ? eventsOf(state, heard, at) : [];
  return events.length === 0 ? { kind: 'repeated' } : accepted(...events);
}

/** A task of a kind is open once at a time. */
function eventsOf(state: Batch, { events, task }: News, at: string): NewBatchEvent[] {
  if (!task || openTask(state, task.kind)) return events;
  const { kind, ...particulars } = task;
  return [...events, taskOpened(state, kind, at, particulars)];
}
