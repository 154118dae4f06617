import type { BatchTaskKind } from '../../contracts/names';
import { accepted, refused } from '../decision';
import { changedTo } from '../settlement/lifeCycle';
import { findTask, resolutionOf } from '../tasks';
import type { BatchDecision } from './decision';
import type { NewBatchEvent } from './events';
import type { BatchMessageOf } from './message';
import { leaving } from './split';
import { withAwaiting } from './stages';
import { openTask, type Batch } from './state';
import { refuseGivingUp, SUBMITTED_BEFORE } from '../settlement/tasks';
import { taskOpened, taskPrefixOf, type BATCH_TASK_RULES } from './tasks';

/** Resolves a task in one of its own ways; some ways move the batch on. */
export function decideResolution(state: Batch, message: BatchMessageOf<'resolveTask'>): BatchDecision {
  const { taskId, note } = message.payload;
  const found = findTask(state, taskPrefixOf(state.batchId), taskId, message.actor);
  if ('no' in found) return refused(found.no);
  const { kind } = found.task;
  const chosen = resolutionOf(found.task, message.payload.resolution);
  if ('no' in chosen) return refused(chosen.no);
  const { resolution } = chosen;
  const resolved: NewBatchEvent = {
    type: 'TaskResolved',
    data: { taskId, kind, resolution, ...(note !== undefined && { note }) },
  };
  // A task recorded by an earlier release may offer a way that is no longer known: it is resolved, and that is all.
  const ways: Partial<Record<string, Consequence>> = CONSEQUENCES[kind];
  return (ways[resolution] ?? noMore)({ state, at: message.at, note, resolved });
}

interface Resolving {
  state: Batch;
  /** Instant of the decision. */
  at: string;
  note?: string;
  resolved: NewBatchEvent;
}

type Consequence = (resolving: Resolving) => BatchDecision;
type WayOf<Kind extends BatchTaskKind> = Extract<(typeof BATCH_TASK_RULES)[Kind]['resolutions'][number], string>;

const noMore: Consequence = ({ resolved }) => accepted(resolved);

/** What each way of resolving leads to. */
const CONSEQUENCES: { [Kind in BatchTaskKind]: { [Way in WayOf<Kind>]: Consequence } } = {
  savbRegistrationMissing: { registered: prepareAgain },
  invoiceDocumentRequired: { provided: lookAgain },
  manualSubmission: {},
  submissionUnknown: { notReceived: prepareAgain },
  paymentRejected: {},
  paymentHeld: { bankDetailsCorrected: lookAgain },
  paymentOverdue: { chased: noMore },
  paymentWindowClosing: { noted: noMore },
  paymentWindowLapsed: { submitAnyway: noMore, recordSubmitted: submitByHand, giveUp },
  recordsDiffer: { reconciled: noMore },
};

/** Under the same key: SAVB has nothing. */
function prepareAgain({ state, at, resolved }: Resolving): BatchDecision {
  return accepted(resolved, changedTo(state.paymentRequest?.reference ?? '', 'prepared', at));
}

/** SAVB may still see what was put right only later: it is asked again, and what it still holds is a task again. */
function lookAgain({ state, at, resolved }: Resolving): BatchDecision {
  return accepted(resolved, changedTo(state.paymentRequest?.reference ?? '', 'validating', at));
}

function submitByHand({ state, at, resolved }: Resolving): BatchDecision {
  return openTask(state, 'manualSubmission')
    ? accepted(resolved)
    : accepted(resolved, taskOpened(state, 'manualSubmission', at, SUBMITTED_BEFORE));
}

/** Nobody is asked for together any more; each engagement decides for itself. */
function giveUp({ state, note, resolved }: Resolving): BatchDecision {
  const no = refuseGivingUp(state.paymentRequest);
  if (no) return refused({ ...no, ...withAwaiting(state) });
  return accepted(
    resolved,
    leaving(state, () => true, note ?? 'the payment window is over and was given up'),
  );
}
