import type { Awaiting } from '../../contracts/engagement';
import type { Actor } from '../../contracts/messages';
import { BATCH_MESSAGE_ROLES, type BatchMessageName, type BatchStage } from '../../contracts/names';
import { refusal, type Refusal } from '../refusals';
import { refuseForeign } from '../tenancy';
import { HOLDING_PAYMENT, paymentAwaited } from '../settlement/tasks';
import { isFinal, type Batch } from './state';

const sealed: readonly BatchStage[] = ['prepared', 'paymentRequested', 'paymentApproved'];

/** In which stages a message can mean anything; messages about members, tasks and notes always do. */
export const BATCH_MESSAGE_STAGES: Partial<Record<BatchMessageName, readonly BatchStage[]>> = {
  sendBatch: ['collecting'],
  recordPaymentStatus: sealed,
  correctPaymentRequest: sealed,
  splitBatch: ['collecting', ...sealed],
};

const DECISIVE: readonly string[] = ['batchDue', 'paymentWindowEnd', 'paymentOverdue'];

/** What would move the batch on, who can bring it about, and until when. */
function awaitingOf(state: Batch): Awaiting | undefined {
  if (isFinal(state)) return undefined;
  const [message, from] = awaited(state);
  const until = state.deadlines.find(({ kind }) => DECISIVE.includes(kind))?.at;
  return { message, from, ...(until !== undefined && { until }) };
}

function awaited({ stage, openTasks, paymentRequest }: Batch): [message: string, from: string] {
  if (stage === 'collecting') return ['sendBatch', 'operator'];
  const holding = openTasks.find(({ kind }) => HOLDING_PAYMENT.includes(kind));
  return holding ? [`resolveTask ${holding.taskId}`, holding.role] : paymentAwaited(paymentRequest, openTasks);
}

/**
 * Who may say it, and whether it can be said now: what can be refused without knowing anything but the batch. Refuses by
 * role and tenant (403) and by stage (409).
 */
export function refuseOutOfTurn(state: Batch, message: BatchMessageName, actor: Actor): Refusal | undefined {
  const no = refuseRole(message, actor) ?? refuseForeign(actor, state.partnerId);
  const stages = BATCH_MESSAGE_STAGES[message];
  if (no || !stages || stages.includes(state.stage)) return no;
  if (isFinal(state)) return refusal('batch-closed', `the batch is ${state.stage}; ${message} comes too late`);
  const detail = `${message} belongs to ${stages.join(' or ')}; the batch is ${state.stage}`;
  return { ...refusal('wrong-stage', detail), ...withAwaiting(state) };
}

/** Who may say it (403). */
export function refuseRole(message: BatchMessageName, { role }: Actor): Refusal | undefined {
  const roles = BATCH_MESSAGE_ROLES[message];
  if (role === 'system' || roles.includes(role)) return undefined;
  return refusal('role-not-allowed', `${message} is for ${roles.join(', ') || 'engagements'}, not for ${role}`);
}

/** A conflict tells what the batch is waiting for instead. */
export function withAwaiting(state: Batch): { awaiting?: Awaiting } {
  const awaiting = awaitingOf(state);
  return awaiting ? { awaiting } : {};
}
