import type { BatchStage } from '../../../contracts/names';
import { viewOf } from '../../../domain/batch/view';
import { whyBatch } from '../../../domain/why/batch';
import {
  batchPassed,
  batchPath,
  batchRejected,
  batchSavb,
  batchStatus,
  type BatchTold,
} from '../../support/batchStory';
import { givenBatch } from '../../support/batchGiven';
import { BATCH_IN_STAGE } from '../../support/inEveryStage';

const why = (...story: readonly BatchTold[]) => whyBatch(viewOf(givenBatch(...story).state));

const TOGETHER = 'It asks for 3 vouchers (3000.00 SEK) together. The payment request B-1:invoice:1 (3000.00 SEK';

test.each<[BatchStage, where: string, waitsFor: string, otherwise: string]>([
  [
    'collecting',
    'It was opened on 2020-08-04 and collects vouchers of its group: 3 vouchers (3000.00 SEK) by now.',
    'It waits for more vouchers, until it is asked for.',
    'At 2020-08-15 00:00 UTC it is asked for by itself.',
  ],
  [
    'prepared',
    `${TOGETHER}) is ready and not with SAVB yet.`,
    'It waits for SAVB to take the payment request.',
    'It goes out by itself, and again and again while SAVB does not answer. At 2020-09-25 00:00 UTC an operator is asked; after the payment window nothing is sent by itself.',
  ],
  [
    'paymentRequested',
    `${TOGETHER}, Microsoft’s number MS-1) is with SAVB since 2020-08-11 09:00 UTC.`,
    'It waits for Microsoft to approve the payment request.',
    'SAVB is asked by itself until it answers; nobody has to act.',
  ],
  [
    'paymentApproved',
    `${TOGETHER}, Microsoft’s number MS-1) was approved at 2020-08-15 09:00 UTC.`,
    'It waits for Microsoft to pay.',
    'At 2020-09-15 00:00 UTC an operator is asked to chase the payment.',
  ],
  [
    'paid',
    `${TOGETHER}, Microsoft’s number MS-1) was paid at 2020-08-30 09:00 UTC.`,
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
  [
    'paymentDenied',
    `${TOGETHER}) was denied by Microsoft, for good.`,
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
  [
    'dissolved',
    'All its vouchers have left it; nothing is asked for together any more.',
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
])('in stage %s', (stage, where, waitsFor, otherwise) =>
  expect(whyBatch(viewOf(BATCH_IN_STAGE[stage]))).toMatchObject({ where, waitsFor, otherwise }),
);

test('a person is waited for where one is needed', () => {
  expect(why(...batchPath.prepared, batchSavb({ status: 'unknown', why: 'w' }))).toMatchObject({
    waitsFor: 'It waits for an operator to resolve a task: It is unknown whether SAVB has the payment request.',
    otherwise: 'At 2020-09-25 00:00 UTC an operator is asked; after the payment window nothing is sent by itself.',
    ways: [],
  });
  expect(why(...batchPath.paymentRequested, batchRejected()).waitsFor).toBe(
    'It waits for an operator to correct the payment request.',
  );
  expect(why(...batchPath.paymentRequested, batchStatus({ status: 'held' })).otherwise).toBe(
    'Nothing happens by itself.',
  );
});

test('by hand it is an operator who submits', () =>
  expect(why(...batchPath.prepared, batchSavb({ status: 'byHand', sheet: 's' })).waitsFor).toBe(
    'It waits for an operator to submit the payment request by hand.',
  ));

test('after its window nothing is sent by itself', () =>
  expect(
    why(...batchPath.prepared, batchPassed({ kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' })).otherwise,
  ).toBe('Nothing more is sent by itself: the task decides.'));

test('what is over waits for its tasks alone', () => {
  const view = viewOf(BATCH_IN_STAGE.paid);
  const { tasks } = viewOf(givenBatch(...batchPath.paymentRequested, batchRejected()).state);
  const nextDeadline = { kind: 'closing' as const, at: '2020-12-01T00:00:00.000Z' };
  expect(whyBatch({ ...view, tasks, nextDeadline })).toMatchObject({
    waitsFor: 'Its business is over; only its open tasks are left.',
    otherwise: 'What is still open at 2020-12-01 00:00 UTC is closed by itself.',
  });
});
