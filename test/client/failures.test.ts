import {
  ApplicationFailure,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { readFailure } from '../../client/messenger/failures';
import { refusal } from '../../domain/refusals';

const updateFailed = (type: string, ...details: unknown[]) =>
  new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.nonRetryable('no', type, ...details));

test('a refusal is the engagement’s word, whole', () => {
  const no = refusal('wrong-stage', 'too early', { voucherId: 'must be assigned' });
  expect(readFailure(updateFailed('wrong-stage', no))).toStrictEqual({ kind: 'refused', refusal: no });
});

test.each([
  ['an Update the server aborted', updateFailed('UnprocessedUpdate')],
  ['an Update the closing workflow left behind', updateFailed('AcceptedUpdateCompletedWorkflow')],
  ['a handler that failed', updateFailed('TypeError')],
  ['a refusal without its detail', updateFailed('wrong-stage')],
  ['no worker in time', new WorkflowUpdateRPCTimeoutOrCancelledError('deadline')],
  ['a server that is away', new ServiceError('Workflow Update failed')],
])('%s is no verdict', (_what, error) => expect(readFailure(error)).toStrictEqual({ kind: 'noVerdict' }));

test('a workflow that does not run is missing', () =>
  expect(readFailure(new WorkflowNotFoundError('gone', 'engagement:E-1', undefined))).toStrictEqual({
    kind: 'missing',
  }));

test('an error of our own stays one', () => {
  const bug = new TypeError('x is not a function');
  expect(() => readFailure(bug)).toThrow(bug);
});
