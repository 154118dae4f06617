import { BATCH_TASK_KINDS } from '../../../contracts/names';
import { BATCH_TASK_RULES } from '../../../domain/batch/tasks';
import type { TaskRule } from '../../../domain/tasks';
import { batchIn, givenBatch } from '../../support/batchGiven';
import {
  batchPassed,
  batchPath,
  batchRejected,
  batchResolved,
  batchSavb,
  batchStatus,
  batchSubmitted,
  sent,
  tellBatch,
} from '../../support/batchStory';
import { globalAdmin, partnerAdmin } from '../../support/story';

const reference = 'B-1:invoice:1';
const at = '2020-08-20T09:00:00.000Z';
const taskId = (kind: string) => `batch:B-1:${kind}:1`;
const ends = { kind: 'paymentWindowEnd' as const, at: '2020-10-03T00:00:00.000Z' };
const resolved = (kind: (typeof BATCH_TASK_KINDS)[number], resolution: string, more: object = {}) => ({
  type: 'TaskResolved' as const,
  data: { taskId: taskId(kind), kind, resolution, ...more },
});
const changedTo = (status: 'prepared' | 'validating') => ({
  type: 'PaymentStatusChanged' as const,
  data: { reference, status, reportedAt: at },
});

test.each(BATCH_TASK_KINDS)('%s says what to do', (kind) => {
  const { title, instructions, resolutions }: TaskRule = BATCH_TASK_RULES[kind];
  expect([title, instructions]).not.toContain('');
  if (resolutions.length === 0) expect(instructions).toMatch(/record payment status|correctPaymentRequest/);
});

describe('a resolution moves the batch on', () => {
  test.each([
    ['submissionUnknown', { status: 'unknown' as const, why: 'reset' }, 'notReceived'],
    ['savbRegistrationMissing', { status: 'notRegistered' as const, why: 'no' }, 'registered'],
  ] as const)('%s: the request is sent again under the same key', (kind, answer, way) =>
    givenBatch(...batchPath.prepared, batchSavb(answer))
      .when(batchResolved(taskId(kind), way))
      .thenRecorded(resolved(kind, way), changedTo('prepared')),
  );
  test.each([
    ['paymentHeld', { status: 'held' as const }, 'bankDetailsCorrected'],
    ['invoiceDocumentRequired', { status: 'awaitingInvoice' as const }, 'provided'],
  ] as const)('%s: SAVB is asked again', (kind, answer, way) =>
    givenBatch(...batchPath.paymentRequested, batchSavb(answer))
      .when(tellBatch('resolveTask', { taskId: taskId(kind), resolution: way, note: 'done' }))
      .thenRecorded(resolved(kind, way, { note: 'done' }), changedTo('validating')),
  );
  test('paymentOverdue: somebody asks for it', () =>
    givenBatch(...batchPath.paymentApproved, batchPassed({ kind: 'paymentOverdue', at: '2020-09-15T00:00:00.000Z' }))
      .when(batchResolved(taskId('paymentOverdue')))
      .thenRecorded(resolved('paymentOverdue', 'chased')));
  test('recordsDiffer: support has looked', () =>
    givenBatch(...batchPath.paymentRequested, batchSubmitted({ on: '2020-08-12' }, 'MS-2'))
      .when(batchResolved(taskId('recordsDiffer')))
      .thenRecorded(resolved('recordsDiffer', 'reconciled')));
  test('a way of an earlier release is no way any more, but it ends the task', () => {
    const { state } = givenBatch(...batchPath.paymentRequested, batchSavb({ status: 'held' }));
    const openTasks = state.openTasks.map((task) => ({ ...task, resolutions: ['waited'] }));
    batchIn({ ...state, openTasks })
      .when(batchResolved(taskId('paymentHeld'), 'waited'))
      .thenRecorded(resolved('paymentHeld', 'waited'));
  });
});

describe('when the payment window is over, a person decides (E17)', () => {
  const lapsed = taskId('paymentWindowLapsed');
  const over = givenBatch(...batchPath.prepared, batchPassed(ends));
  const manual = sent({ facts: { gateway: 'manual' } });
  const overByHand = givenBatch(...batchPath.collecting, manual, batchPassed(ends));
  const on = '2020-10-05';

  test('submitAnyway: it goes out', () =>
    over
      .when(batchResolved(lapsed, 'submitAnyway', { on }))
      .thenRecorded(resolved('paymentWindowLapsed', 'submitAnyway')));
  test('recordSubmitted: a person records the number, or types the request in', () => {
    const by = overByHand.when(batchResolved(lapsed, 'recordSubmitted', { on }));
    expect(by.types).toStrictEqual(['TaskResolved', 'TaskOpened']);
    expect(by.openTasks).toStrictEqual(['manualSubmission']);
    const asked = givenBatch(
      ...batchPath.collecting,
      manual,
      batchSavb({ status: 'byHand', sheet: 's' }),
      batchPassed(ends),
    ).when(batchResolved(lapsed, 'recordSubmitted', { on }));
    expect([asked.types, asked.openTasks]).toStrictEqual([['TaskResolved'], ['manualSubmission']]);
  });
  test('giveUp: all leave, and each engagement decides for itself', () => {
    const given = overByHand.when(
      tellBatch('resolveTask', { taskId: lapsed, resolution: 'giveUp', note: 'too late' }, { on }),
    );
    expect(given.types).toStrictEqual(['TaskResolved', 'BatchSplit']);
    expect(given.view).toMatchObject({ stage: 'dissolved', members: [], tasks: [] });
    expect(given.told).toHaveLength(3);
    expect(given.told[0]?.payload).toStrictEqual({
      status: 'cancelled',
      at: '2020-10-05T09:00:00.000Z',
      note: 'left batch B-1: too late',
    });
  });
  test('giveUp without a word says why all the same', () =>
    expect(overByHand.when(batchResolved(lapsed, 'giveUp', { on })).told[0]?.payload.note).toBe(
      'left batch B-1: the payment window is over and was given up',
    ));
  test('giveUp after a rejection', () =>
    expect(
      givenBatch(...batchPath.prepared, batchRejected(), batchPassed(ends)).when(
        batchResolved(lapsed, 'giveUp', { on }),
      ).view?.stage,
    ).toBe('dissolved'));
  test.each([
    ['prepared', []],
    ['unknown', [batchSavb({ status: 'unknown', why: 'reset' })]],
  ])('never while SAVB may have it: %s', (_status, story) => {
    const state = givenBatch(...batchPath.prepared, ...story, batchPassed(ends));
    const holding = state.state.openTasks[0]!;
    state.when(batchResolved(lapsed, 'giveUp', { on })).thenRefused({
      code: 'resolution-not-possible',
      detail: 'SAVB may have the request: look for our reference, then record payment status submitted or denied',
      awaiting: { message: `resolveTask ${holding.taskId}`, from: 'operator' },
    });
  });
  test('asked once, however often it passes', () => {
    const again = givenBatch(...batchPath.prepared, batchPassed(ends), batchRejected({ on: '2020-10-06' }));
    expect(again.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['paymentWindowLapsed', 'paymentRejected']);
    expect(again.state.deadlines.map(({ kind }) => kind)).toStrictEqual(['paymentWindowClosing']);
    const warned = again.when(batchPassed(again.state.deadlines[0]!, { at: '2020-10-06T10:00:00.000Z' }));
    expect(warned.openTasks).toStrictEqual(['paymentWindowLapsed', 'paymentRejected']);
  });
});

describe('a task belongs to its people', () => {
  const held = givenBatch(...batchPath.paymentRequested, batchSavb({ status: 'held' }));
  const claim = tellBatch('claimTask', { taskId: taskId('paymentHeld') }, { by: globalAdmin });

  test('who claim it', () =>
    held.when(claim).thenRecorded({ type: 'TaskClaimed', data: { taskId: taskId('paymentHeld'), claimedBy: 'gil' } }));
  test('and give it back', () =>
    givenBatch(...batchPath.paymentRequested, batchSavb({ status: 'held' }), claim)
      .when(tellBatch('releaseTask', { taskId: taskId('paymentHeld') }))
      .thenRecorded({ type: 'TaskReleased', data: { taskId: taskId('paymentHeld') } }));
  test('others do not resolve it', () =>
    held
      .when(batchResolved(taskId('paymentHeld'), undefined, { by: partnerAdmin }))
      .thenRefused({ code: 'task-of-another-role', detail: `${taskId('paymentHeld')} is for globalAdmin` }));
  test('only in its own ways', () =>
    held.when(batchResolved(taskId('paymentHeld'), 'chased')).thenRefused({
      code: 'resolution-unknown',
      detail: 'choose bankDetailsCorrected',
      errors: [{ pointer: '/resolution', message: 'one of bankDetailsCorrected' }],
    }));
  test('once', () =>
    givenBatch(...batchPath.paymentRequested, batchSavb({ status: 'held' }), batchStatus({ status: 'approved' }))
      .when(batchResolved(taskId('paymentHeld')))
      .thenRefused({ code: 'task-resolved', detail: `${taskId('paymentHeld')} is resolved` }));
});
