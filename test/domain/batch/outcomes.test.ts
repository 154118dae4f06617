import type { Opened } from '../../../domain/batch/decide';
import type { RecordedBatchMessage } from '../../../domain/batch/events';
import { outcomesOf } from '../../../domain/batch/outcomes';
import type { Started } from '../../../domain/engagement/decide';
import { payloadSchemas } from '../../../contracts/messages';
import { givenBatch, hearBatch } from '../../support/batchGiven';
import {
  batchPath,
  batchRejected,
  batchSavb,
  batchStatus,
  batchSubmitted,
  corrected,
  split,
  type BatchTold,
} from '../../support/batchStory';
import { given, hear } from '../../support/given';
import { path, redeemed, savb, system, tell } from '../../support/story';

const everybody = ['E-1', 'E-2', 'E-3'];

/** The record of a batch to which all of this was said. */
function recordOf(...story: readonly BatchTold[]) {
  const documents: RecordedBatchMessage[] = [];
  const after = story.reduce<Opened>((before, told) => {
    const heard = hearBatch(before, told);
    documents.push(heard.document);
    return heard.after;
  }, undefined);
  return { documents, after: after! };
}

describe('everybody in the batch is told', () => {
  const to = (payload: object, version: number) =>
    everybody.map((engagementId) => ({ engagementId, messageId: `batch:B-1:${version}`, payload }));

  test('that the request is submitted, with its number', () =>
    expect(givenBatch(...batchPath.prepared).when(batchSubmitted()).told).toStrictEqual(
      to({ status: 'submitted', at: '2020-08-11T09:00:00.000Z', microsoftReferenceNumber: 'MS-1' }, 6),
    ));
  test.each(['approved', 'sent', 'paid'] as const)('that it is %s', (status) =>
    expect(
      givenBatch(...batchPath.paymentRequested).when(batchSavb({ status }, { on: '2020-08-15' })).told,
    ).toStrictEqual(to({ status, at: '2020-08-15T09:00:00.000Z' }, 7)),
  );
  test('that it is denied, and why', () =>
    expect(
      givenBatch(...batchPath.paymentRequested).when(batchStatus({ status: 'denied', note: 'no plan' })).told,
    ).toStrictEqual(to({ status: 'denied', at: '2020-08-20T08:00:00Z', note: 'no plan' }, 7)));
  test('that it is submitted anew, under another number', () =>
    expect(
      givenBatch(...batchPath.paymentRequested, batchRejected(), corrected()).when(
        batchSubmitted({ on: '2020-08-21' }, 'MS-2', 2),
      ).told,
    ).toMatchObject(
      everybody.map((engagementId) => ({ engagementId, payload: { microsoftReferenceNumber: 'MS-2' } })),
    ));
});

describe('nobody is told', () => {
  test.each([
    ['validating', batchStatus({ status: 'validating' })],
    ['held', batchSavb({ status: 'held' })],
    ['awaitingInvoice', batchSavb({ status: 'awaitingInvoice' })],
    ['rejected', batchRejected()],
  ])('what the batch sees to itself: %s', (_status, told) =>
    expect(givenBatch(...batchPath.paymentRequested).when(told).told).toStrictEqual([]),
  );
  test('what is being collected or prepared', () => {
    const { documents, after } = recordOf(...batchPath.prepared);
    expect(outcomesOf(documents, after)).toStrictEqual([]);
  });
});

test('who left is told what was said while it was there, and nothing of what came after', () => {
  const { documents, after } = recordOf(
    ...batchPath.paymentRequested,
    batchRejected(),
    split(['E-2'], { on: '2020-08-13' }),
    batchSubmitted({ on: '2020-08-14' }, 'MS-2', 2),
  );
  const told = outcomesOf(documents, after).map(({ engagementId, payload: { status } }) => `${engagementId} ${status}`);
  expect(told).toStrictEqual([
    'E-1 submitted',
    'E-3 submitted',
    'E-2 submitted',
    'E-2 cancelled',
    'E-1 submitted',
    'E-3 submitted',
  ]);
});

test('whatever somebody wrote into a reason, an engagement can read it', () => {
  const parted = givenBatch(...batchPath.collecting).when(split(['E-2'], { on: '2020-08-05' }, `x${'🙂'.repeat(999)}`));
  const { note } = parted.told[0]!.payload;
  expect(note).toHaveLength(1999);
  expect(note).toMatch(/^left batch B-1: x(🙂)+$/u);
  expect(payloadSchemas.recordPaymentStatus.parse(parted.told[0]?.payload)).toStrictEqual(parted.told[0]?.payload);
});

describe('an engagement hears it', () => {
  const batched = { facts: { gateway: 'batch' as const } };
  const collected = [
    ...path.completionReported,
    redeemed({}, { on: '2020-08-03', ...batched }),
    savb({ status: 'collected', batchId: 'B-1' }, { on: '2020-08-04' }),
  ];
  /** E-1 after everything the batch has to tell it. */
  function after(...story: readonly BatchTold[]) {
    const record = recordOf(...story);
    return outcomesOf(record.documents, record.after)
      .filter(({ engagementId }) => engagementId === 'E-1')
      .reduce<NonNullable<Started>>(
        (before, { messageId, payload }) => {
          const heard = hear(
            before,
            tell('recordPaymentStatus', payload, { on: '2020-11-01', by: system, as: messageId }),
          );
          expect(heard.decision.kind).toBe('accepted');
          return heard.after!;
        },
        given(...collected).state,
      );
  }

  test('up to the payment', () =>
    expect(after(...batchPath.paid)).toMatchObject({
      stage: 'paid',
      paymentRequest: { microsoftReferenceNumber: 'MS-1', paidAt: '2020-08-30T09:00:00.000Z' },
    }));
  test('with the number under which the batch was submitted anew', () => {
    const state = after(
      ...batchPath.paymentApproved,
      batchStatus({ status: 'cancelled' }),
      corrected({}, { on: '2020-08-21' }),
      batchSubmitted({ on: '2020-08-22' }, 'MS-2', 2),
    );
    expect(state.paymentRequest).toMatchObject({ status: 'submitted', microsoftReferenceNumber: 'MS-2' });
    expect(state.paymentRequest).not.toHaveProperty('approvedAt');
  });
  test('out of the batch, it asks again on its own account', () => {
    const state = after(...batchPath.paymentRequested, batchRejected(), split(['E-1'], { on: '2020-08-13' }));
    expect(state.openTasks.map(({ kind }) => kind)).toStrictEqual(['paymentRejected']);
    expect(state.openTasks[0]?.instructions).toMatch(/^left batch B-1: SAVB names it\n/);
    const anew = hear(
      state,
      tell('correctPaymentRequest', { changes: {}, reason: 'ok' }, { on: '2020-11-02', ...batched }),
    );
    expect(anew.after?.paymentRequest).toMatchObject({
      reference: 'E-1:invoice:2',
      status: 'prepared',
      gateway: 'batch',
    });
  });
});
