import type { EngagementTaskKind } from '../../contracts/names';
import { dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { changedTo } from '../settlement/lifeCycle';
import { refuseGivingUp, SUBMITTED_BEFORE } from '../settlement/tasks';
import { missingFor, preparePaymentRequest } from '../settlement/paymentRequest';
import { accepted, refused } from '../decision';
import { findTask, resolutionOf } from '../tasks';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { unmetNames } from './standing';
import { openTask, type Engagement, type EngagementTask } from './state';
import { taskOpened, type TASK_RULES } from './tasks';
import { expired } from './voucher';

/** Resolves a task in one of its own ways; some ways move the engagement on. */
export function decideResolution(state: Engagement, message: MessageOf<'resolveTask'>, facts: Facts): Decision {
  const { taskId, note } = message.payload;
  const found = findTask(state, state.engagementId, taskId, message.actor);
  if ('no' in found) return refused(found.no);
  const { task } = found;
  const chosen = resolutionOf(task, message.payload.resolution);
  if ('no' in chosen) return refused(chosen.no);
  const { resolution } = chosen;
  const resolved = (acceptedRisks?: string[]): NewEvent => ({
    type: 'TaskResolved',
    data: {
      taskId,
      kind: task.kind,
      resolution,
      ...(note !== undefined && { note }),
      ...(acceptedRisks && { acceptedRisks }),
    },
  });
  // A task recorded by an earlier release may offer a way that is no longer known: it is resolved, and that is all.
  const ways: Partial<Record<string, Consequence>> = CONSEQUENCES[task.kind];
  return (ways[resolution] ?? noMore)({ state, task, at: message.at, note, facts, resolved });
}

interface Resolving {
  state: Engagement;
  task: EngagementTask;
  /** Instant of the decision. */
  at: string;
  note?: string;
  facts: Facts;
  resolved: (acceptedRisks?: string[]) => NewEvent;
}

type Consequence = (resolving: Resolving) => Decision;
type WayOf<Kind extends EngagementTaskKind> = Extract<(typeof TASK_RULES)[Kind]['resolutions'][number], string>;

const noMore: Consequence = ({ resolved }) => accepted(resolved());

/** What each way of resolving leads to. */
const CONSEQUENCES: { [Kind in EngagementTaskKind]: { [Way in WayOf<Kind>]: Consequence } } = {
  voucherMissing: { keepWaiting: noMore },
  voucherProblem: { solved: noMore },
  voucherExpired: { notRedeemed: ({ state, facts, resolved }) => accepted(resolved(), ...expired(state, facts)) },
  cancelInPartnerCenter: { cancelledInPartnerCenter: noMore },
  engagementStartedEarly: { proceedAtRisk: ({ resolved }) => accepted(resolved(['engagementStartedEarly'])) },
  eligibilityLapsed: {
    restored(resolving) {
      const unmet = unmetIn(resolving);
      return unmet.length === 0
        ? noMore(resolving)
        : refused(notYet(resolving.state, `still unmet: ${unmet.join(', ')}`));
    },
    proceedAtRisk: (resolving) => accepted(resolving.resolved(unmetIn(resolving))),
  },
  rateMissing: { rateAdded: goOnToRequest },
  savbRegistrationMissing: { registered: goOnToSubmit },
  invoiceDocumentRequired: { provided: lookAgain },
  manualSubmission: {},
  submissionUnknown: {
    notReceived: (resolving) => accepted(resolving.resolved(), preparedAgain(resolving)),
  },
  paymentRejected: {},
  paymentHeld: { bankDetailsCorrected: lookAgain },
  paymentOverdue: { chased: noMore },
  paymentWindowClosing: { noted: noMore },
  paymentWindowLapsed: { submitAnyway: noMore, recordSubmitted: submitByHand, giveUp },
  recordsDiffer: { reconciled: noMore },
};

const unmetIn = ({ state, facts, at }: Resolving): string[] => unmetNames(state, facts, dayOf(at, state.utcOffset));

/** What held the payment request is there now: it is prepared in the same breath. */
function goOnToRequest({ state, task, facts, at, resolved }: Resolving): Decision {
  const still = missingFor(state, facts).find(({ kind }) => kind === task.kind);
  return still
    ? refused(notYet(state, still.detail))
    : accepted(resolved(), ...preparePaymentRequest(state, facts, at));
}

/** Whether SAVB knows of the registration by now, it says when it is asked again. */
function goOnToSubmit(resolving: Resolving): Decision {
  return resolving.state.paymentRequest
    ? accepted(resolving.resolved(), preparedAgain(resolving))
    : goOnToRequest(resolving);
}

const preparedAgain = ({ state, at }: Resolving): NewEvent =>
  changedTo(state.paymentRequest?.reference ?? '', 'prepared', at);

function submitByHand({ state, at, resolved }: Resolving): Decision {
  // Resolved without a request, the task would let the request go out by itself as soon as there is one: a second time.
  if (!state.paymentRequest) return refused(notYet(state, 'there is no request yet: resolve what is missing first'));
  if (state.paymentRequest.gateway === 'batch')
    return refused(notYet(state, 'it is asked for with a batch: resolve as submitAnyway, and the batch asks for it'));
  return openTask(state, 'manualSubmission')
    ? accepted(resolved())
    : accepted(resolved(), taskOpened(state, 'manualSubmission', at, SUBMITTED_BEFORE));
}

/** SAVB may still see what was put right only later: it is asked again, and what it still holds is a task again. */
function lookAgain({ state, at, resolved }: Resolving): Decision {
  return accepted(resolved(), changedTo(state.paymentRequest?.reference ?? '', 'validating', at));
}

function giveUp({ state, note, resolved }: Resolving): Decision {
  const no = refuseGivingUp(state.paymentRequest);
  if (no) return refused({ ...no, ...withAwaiting(state) });
  return accepted(resolved(), { type: 'PaymentWindowLapsed', data: note === undefined ? {} : { note } });
}

const notYet = (state: Engagement, detail: string): Refusal => ({
  ...refusal('resolution-not-possible', detail),
  ...withAwaiting(state),
});
