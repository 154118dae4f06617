import {
  ApplicationFailure,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { REFUSALS, type Refusal } from '../../domain/refusals';

/**
 * Why an Update brought no yes. Only a refusal is the engagement's word; `noVerdict` leaves open whether the message was
 * taken up, and `missing` means that no workflow of this id runs.
 */
export type Failure = { kind: 'refused'; refusal: Refusal } | { kind: 'missing' } | { kind: 'noVerdict' };

/**
 * Reads what the Temporal client threw. Updates that the server aborted (`UnprocessedUpdate`) or that a closing workflow
 * left behind (`AcceptedUpdateCompletedWorkflow`) look like refusals and are none.
 * @throws the error itself when it is not Temporal's
 */
export function readFailure(error: unknown): Failure {
  if (error instanceof WorkflowNotFoundError) return { kind: 'missing' };
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    return cause instanceof ApplicationFailure && isRefusal(cause)
      ? { kind: 'refused', refusal: cause.details[0] }
      : { kind: 'noVerdict' };
  }
  const isTemporals =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    error instanceof ServiceError ||
    isGrpcServiceError(error);
  if (!isTemporals) throw error;
  return { kind: 'noVerdict' };
}

const isRefusal = (failure: ApplicationFailure): failure is ApplicationFailure & { details: [Refusal] } =>
  typeof failure.type === 'string' && failure.type in REFUSALS && failure.details?.length === 1;
