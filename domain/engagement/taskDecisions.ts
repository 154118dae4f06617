import type { Actor } from '../../contracts/messages';
import type { Role } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import { dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { missingFor, preparePaymentRequest } from '../settlement/paymentRequest';
import { accepted, refused, type Decision, type Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { unmetNames } from './redemption';
import { withAwaiting } from './stages';
import { openTask, type Engagement } from './state';
import { taskIdOf, taskOpened } from './tasks';
import { expired } from './voucher';

/** Whoever has the role of the task may act on it, and so may operators and support; a Global Admin stands for a Partner Admin. */
function mayActOn({ role }: Task, actor: Actor): boolean {
  const roles: readonly Actor['role'][] = [
    role,
    'operator',
    'support',
    'system',
    ...((role === 'partnerAdmin' ? ['globalAdmin'] : []) as Role[]),
  ];
  return roles.includes(actor.role);
}

function find(state: Engagement, taskId: string, actor: Actor): { task: Task } | { no: Refusal } {
  const task = state.openTasks.find((candidate) => candidate.taskId === taskId);
  if (!task)
    return {
      no: wasOpened(state, taskId)
        ? refusal('task-resolved', `${taskId} is resolved`)
        : refusal('task-unknown', `${state.engagementId} has no task ${taskId}`),
    };
  if (!mayActOn(task, actor)) return { no: refusal('task-of-another-role', `${taskId} is for ${task.role}`) };
  if (task.claimedBy !== undefined && task.claimedBy !== actor.subject && actor.role !== 'system')
    return { no: refusal('task-claimed', `${task.claimedBy} works on ${taskId}`) };
  return { task };
}

const wasOpened = ({ engagementId, tasksOpened }: Engagement, taskId: string): boolean =>
  Object.entries(tasksOpened).some(([kind, count]) =>
    Array.from({ length: count }, (_, index) => taskIdOf(engagementId, kind, index + 1)).includes(taskId),
  );

/** A task becomes one person's until it is released or resolved. */
export function decideClaim(state: Engagement, { payload, actor }: MessageOf<'claimTask'>): Decision {
  const found = find(state, payload.taskId, actor);
  if ('no' in found) return refused(found.no);
  if (found.task.claimedBy === actor.subject) return { kind: 'repeated' };
  return accepted({
    type: 'TaskClaimed',
    data: {
      taskId: payload.taskId,
      claimedBy: actor.subject,
      ...(payload.note !== undefined && { note: payload.note }),
    },
  });
}

/** Whoever may act on a task may release it, whoever claimed it: people go on holiday (E25). */
export function decideRelease(state: Engagement, { payload, actor }: MessageOf<'releaseTask'>): Decision {
  const found = find(state, payload.taskId, { ...actor, subject: claimant(state, payload.taskId) ?? actor.subject });
  if ('no' in found) return refused(found.no);
  if (found.task.claimedBy === undefined) return { kind: 'repeated' };
  return accepted({
    type: 'TaskReleased',
    data: { taskId: payload.taskId, ...(payload.note !== undefined && { note: payload.note }) },
  });
}

const claimant = (state: Engagement, taskId: string): string | undefined =>
  state.openTasks.find((task) => task.taskId === taskId)?.claimedBy;

/** Resolves a task in one of its own ways; some ways move the engagement on. */
export function decideResolution(state: Engagement, message: MessageOf<'resolveTask'>, facts: Facts): Decision {
  const { taskId, note } = message.payload;
  const found = find(state, taskId, message.actor);
  if ('no' in found) return refused(found.no);
  const { task } = found;
  const [only, ...others] = task.resolutions;
  const resolution = message.payload.resolution ?? (others.length === 0 ? only : undefined);
  if (resolution === undefined || !task.resolutions.includes(resolution))
    return refused(
      refusal(
        'resolution-unknown',
        task.resolutions.length > 0 ? `choose ${task.resolutions.join(', ')}` : task.instructions,
        { resolution: `one of ${task.resolutions.join(', ') || 'none: see the instructions'}` },
      ),
    );
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
  return consequence(state, task, resolution, { message, facts, resolved });
}

interface Resolving {
  message: MessageOf<'resolveTask'>;
  facts: Facts;
  resolved: (acceptedRisks?: string[]) => NewEvent;
}

function consequence(
  state: Engagement,
  task: Task,
  resolution: string,
  { message, facts, resolved }: Resolving,
): Decision {
  const { at } = message;
  switch (`${task.kind}/${resolution}`) {
    case 'voucherExpired/notRedeemed':
      return accepted(resolved(), ...expired(state, facts));
    case 'engagementStartedEarly/proceedAtRisk':
      return accepted(resolved(['engagementStartedEarly']));
    case 'eligibilityLapsed/proceedAtRisk':
      return accepted(resolved(unmetNames(state, facts, dayOf(at, state.utcOffset))));
    case 'eligibilityLapsed/restored': {
      const unmet = unmetNames(state, facts, dayOf(at, state.utcOffset));
      return unmet.length === 0 ? accepted(resolved()) : refused(notYet(state, `still unmet: ${unmet.join(', ')}`));
    }
    case 'rateMissing/rateAdded':
    case 'savbRegistrationMissing/registered': {
      const still = missingFor(state, facts).find(({ kind }) => kind === task.kind);
      return still
        ? refused(notYet(state, still.detail))
        : accepted(resolved(), ...preparePaymentRequest(state, facts, at));
    }
    case 'submissionUnknown/notReceived': {
      const reference = state.paymentRequest?.reference ?? '';
      return accepted(resolved(), {
        type: 'PaymentStatusChanged',
        data: { reference, status: 'prepared', reportedAt: at },
      });
    }
    case 'paymentWindowLapsed/recordSubmitted':
      // Resolved without a request, the task would let the request go out by itself as soon as there is one: a second time.
      if (!state.paymentRequest)
        return refused(notYet(state, 'there is no request yet: resolve what is missing first'));
      return openTask(state, 'manualSubmission')
        ? accepted(resolved())
        : accepted(resolved(), taskOpened(state, 'manualSubmission', at));
    case 'paymentWindowLapsed/giveUp':
      return mayBeWithSavb(state)
        ? refused(
            notYet(
              state,
              'SAVB may have the request: look for our reference, then record payment status submitted or denied',
            ),
          )
        : accepted(resolved(), {
            type: 'PaymentWindowLapsed',
            data: message.payload.note === undefined ? {} : { note: message.payload.note },
          });
    default:
      return accepted(resolved());
  }
}

const notYet = (state: Engagement, detail: string): Refusal => ({
  ...refusal('resolution-not-possible', detail),
  ...withAwaiting(state),
});

/** An intent without a final answer never lapses: it may have arrived. By hand it has not, until its number is recorded. */
function mayBeWithSavb({ paymentRequest }: Engagement): boolean {
  if (!paymentRequest) return false;
  return (
    paymentRequest.status === 'unknown' || (paymentRequest.status === 'prepared' && paymentRequest.gateway === 'http')
  );
}
