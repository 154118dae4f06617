import { givenBatch } from '../../support/batchGiven';
import {
  batchAgain,
  batchPath,
  batchRejected,
  batchSavb,
  batchStatus,
  batchSubmitted,
  corrected,
} from '../../support/batchStory';

const reference = 'B-1:invoice:1';
const awaitingMicrosoft = { message: 'recordPaymentStatus', from: 'Microsoft' };
const until = '2020-10-03T00:00:00.000Z';

describe('SAVB answers', () => {
  test('with a number: the request is submitted, for all of them', () => {
    const submitted = givenBatch(...batchPath.prepared).when(
      batchSavb({ status: 'submitted', microsoftReferenceNumber: 'MS-1', documentSha256: 'd' }),
    );
    submitted.thenRecorded({
      type: 'PaymentRequestSubmitted',
      data: {
        reference,
        microsoftReferenceNumber: 'MS-1',
        submittedAt: '2020-08-11T09:00:00.000Z',
        documentSha256: 'd',
      },
    });
    expect(submitted.view).toMatchObject({
      stage: 'paymentRequested',
      paymentRequest: { status: 'submitted', microsoftReferenceNumber: 'MS-1', invoice: { documentSha256: 'd' } },
    });
  });
  test('with the statuses up to the payment', () => {
    expect(givenBatch(...batchPath.paymentApproved).state.stage).toBe('paymentApproved');
    expect(givenBatch(...batchPath.paid).state).toMatchObject({
      stage: 'paid',
      paymentRequest: { approvedAt: '2020-08-15T09:00:00.000Z', paidAt: '2020-08-30T09:00:00.000Z' },
    });
  });
  test('with a definite no: a person is told what it said', () => {
    const rejected = givenBatch(...batchPath.paymentRequested).when(batchRejected());
    expect(rejected.openTasks).toStrictEqual(['paymentRejected']);
    const [task] = rejected.after!.openTasks;
    expect(task).toMatchObject({ taskId: 'batch:B-1:paymentRejected:1', role: 'operator', batchId: 'B-1' });
    expect(task?.instructions).toMatch(/^V17: voucher V-2 is not valid\n.*splitBatch/s);
    expect(rejected.view).toMatchObject({ stage: 'paymentRequested', paymentRequest: { status: 'rejected' } });
  });
  test.each([
    [{ status: 'held' as const, message: 'bank details' }, 'paymentHeld'],
    [{ status: 'awaitingInvoice' as const }, 'invoiceDocumentRequired'],
  ])('with %j: a person has to do something', (answer, kind) =>
    expect(givenBatch(...batchPath.paymentRequested).when(batchSavb(answer)).openTasks).toStrictEqual([kind]),
  );
  test.each([
    [{ status: 'byHand' as const, sheet: 'Offering: DDPS' }, 'manualSubmission'],
    [{ status: 'unknown' as const, why: 'reset' }, 'submissionUnknown'],
    [{ status: 'notRegistered' as const, why: 'No registration.' }, 'savbRegistrationMissing'],
  ])('before it has the request, with %j', (answer, kind) => {
    const asked = givenBatch(...batchPath.prepared).when(batchSavb(answer));
    expect(asked.openTasks).toStrictEqual([kind]);
    expect(asked.view?.stage).toBe('prepared');
  });
  test('that it knows the registration now: the request goes on by itself', () => {
    const known = givenBatch(...batchPath.prepared, batchSavb({ status: 'notRegistered', why: 'no' })).when(
      batchSavb({ status: 'registered' }, { on: '2020-08-12' }),
    );
    expect(known.types).toStrictEqual(['PaymentStatusChanged', 'TaskResolved']);
    expect(known.view?.paymentRequest?.status).toBe('prepared');
  });
  test('twice the same: nothing new', () =>
    givenBatch(...batchPath.paymentRequested)
      .when(batchAgain(batchSubmitted()))
      .thenQuiet());
  test('about a request that was given up: nothing new', () =>
    givenBatch(...batchPath.prepared, batchRejected(), corrected())
      .when(batchRejected({ on: '2020-08-21' }))
      .thenQuiet());
  test('after all is over: nothing new', () =>
    givenBatch(...batchPath.paid)
      .when(batchSavb({ status: 'held' }, { on: '2020-09-01' }))
      .thenQuiet());
  test('with a second number: a person looks, once', () => {
    const twice = givenBatch(...batchPath.paymentRequested).when(batchSubmitted({ on: '2020-08-12' }, 'MS-2'));
    expect(twice.types).toStrictEqual(['TaskOpened']);
    expect(twice.openTasks).toStrictEqual(['recordsDiffer']);
    expect(twice.after?.openTasks[0]?.title).toBe('SAVB may have the payment request twice');
    const { state } = givenBatch(...batchPath.paymentRequested, batchSubmitted({ on: '2020-08-12' }, 'MS-2'));
    expect(
      givenBatch(...batchPath.paymentRequested, batchSubmitted({ on: '2020-08-12' }, 'MS-2')).when(
        batchSubmitted({ on: '2020-08-13' }, 'MS-3'),
      ).decision,
    ).toStrictEqual({ kind: 'repeated' });
    expect(state.paymentRequest?.microsoftReferenceNumber).toBe('MS-1');
  });
  test('with a number somebody else has: nothing is believed', () =>
    expect(
      givenBatch(...batchPath.prepared).when(
        batchSubmitted({ facts: { heldElsewhere: { 'referenceNumber:MS-1': 'E-9' } } }),
      ).view?.paymentRequest?.status,
    ).toBe('unknown'));
});

describe('an operator reports what SAVB shows', () => {
  test('a number typed by hand', () => {
    const by = givenBatch(...batchPath.collecting, {
      ...batchPath.prepared.at(-1)!,
      facts: { ...batchPath.prepared.at(-1)!.facts, gateway: 'manual' },
    });
    const reported = by.when(batchStatus({ status: 'submitted', microsoftReferenceNumber: 'MS-7' }));
    reported.thenRecorded({
      type: 'PaymentRequestSubmitted',
      data: { reference, microsoftReferenceNumber: 'MS-7', submittedAt: '2020-08-20T08:00:00Z' },
    });
    expect(reported.view?.paymentRequest?.gateway).toBe('manual');
  });
  test('which must not be somebody else’s', () =>
    givenBatch(...batchPath.prepared)
      .when(
        batchStatus(
          { status: 'submitted', microsoftReferenceNumber: 'MS-7' },
          { facts: { heldElsewhere: { 'referenceNumber:MS-7': 'E-9' } } },
        ),
      )
      .thenRefused({
        code: 'reference-number-used',
        detail: 'MS-7 belongs to another engagement',
        errors: [{ pointer: '/microsoftReferenceNumber', message: 'a number no other engagement has' }],
        awaiting: { ...awaitingMicrosoft, until },
      }));
  test('nothing that cannot follow', () =>
    givenBatch(...batchPath.prepared)
      .when(batchStatus({ status: 'approved' }))
      .thenRefused({
        code: 'payment-status-out-of-order',
        detail: 'approved cannot be: the request is not submitted yet',
        awaiting: { ...awaitingMicrosoft, until },
      }));
  test('the same once', () => {
    const held = batchStatus({ status: 'held' });
    givenBatch(...batchPath.paymentRequested, held)
      .when(batchAgain(held))
      .thenQuiet(held.message.messageId);
  });
  test('the same again of a request that was made anew', () => {
    const no = batchStatus({ status: 'rejected' });
    const again = batchAgain(no);
    const anew = givenBatch(...batchPath.paymentRequested, no, corrected({}, { on: '2020-08-21' }));
    expect(anew.when(again).types).toStrictEqual(['PaymentStatusChanged', 'TaskOpened']);
  });
  test('that it is denied: all is over', () => {
    const denied = givenBatch(...batchPath.paymentRequested).when(batchStatus({ status: 'denied', note: 'no plan' }));
    denied.thenRecorded({
      type: 'PaymentDenied',
      data: { reference, reportedAt: '2020-08-20T08:00:00Z', note: 'no plan' },
    });
    expect(denied.view?.stage).toBe('paymentDenied');
    expect(denied.dueAfter).toStrictEqual([]);
  });
});
