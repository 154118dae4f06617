import { givenBatch } from '../../support/batchGiven';
import {
  added,
  batchAgain,
  batchPath,
  batchRejected,
  batchSavb,
  batchStatus,
  batchSubmitted,
  corrected,
  memberNo,
  split,
  voucherOf,
} from '../../support/batchStory';

const at = '2020-08-20T09:00:00.000Z';
const leftBy = (...numbers: number[]) =>
  numbers.map((number) => {
    const { engagementId, reference, voucherId } = memberNo(number);
    return { engagementId, reference, voucherId };
  });
const splitOff = (...numbers: number[]) => ({
  type: 'BatchSplit' as const,
  data: { left: leftBy(...numbers), reason: 'SAVB names it' },
});
const rejected = givenBatch(...batchPath.paymentRequested, batchRejected());
const taskClosed = {
  type: 'TaskResolved' as const,
  data: { taskId: 'batch:B-1:paymentRejected:1', kind: 'paymentRejected' as const, resolution: 'noLongerNeeded' },
};

describe('after a definite no', () => {
  const parted = rejected.when(split(['E-2']));

  test('the named leave, and what remains is asked for under the next key', () =>
    parted.thenRecorded(
      splitOff(2),
      {
        type: 'PaymentRequestPrepared',
        data: {
          reference: 'B-1:invoice:2',
          seq: 2,
          gateway: 'http',
          offering: 'DDPS',
          country: 'SE',
          locationId: 'contoso-se',
          vouchers: [memberNo(1), memberNo(3)].map(voucherOf),
          amount: { minor: 200_000, currency: 'SEK' },
          invoice: { number: 'pending', date: '2020-08-20' },
        },
      },
      taskClosed,
    ));
  test('the batch shows who is left, and goes on from where it is', () =>
    expect(parted.view).toMatchObject({
      stage: 'paymentRequested',
      members: [memberNo(1), memberNo(3)],
      total: { minor: 200_000, currency: 'SEK' },
      paymentRequest: { status: 'prepared' },
    }));
  test('who left is told why; whoever stays is told nothing yet', () =>
    expect(parted.told).toStrictEqual([
      {
        engagementId: 'E-2',
        messageId: 'batch:B-1:9',
        payload: { status: 'cancelled', at, note: 'left batch B-1: SAVB names it' },
      },
    ]));
  test('a corrected location stays corrected', () => {
    const moved = corrected(
      { locationId: 'contoso-2' },
      {
        on: '2020-08-13',
        facts: {
          partner: {
            ...corrected().facts.partner!,
            locations: [{ locationId: 'contoso-2', country: 'SE', name: 'Lund' }],
          },
        },
      },
    );
    const again = givenBatch(...batchPath.paymentRequested, batchRejected(), moved, batchRejected({}, 2));
    expect(again.when(split(['E-1'])).view?.paymentRequest?.locationId).toBe('contoso-2');
  });
  test('when all leave, the batch is dissolved and asks for nothing', () => {
    const none = rejected.when(split(['E-1', 'E-2', 'E-3']));
    none.thenRecorded(splitOff(1, 2, 3), taskClosed);
    expect(none.view).toMatchObject({ stage: 'dissolved', members: [] });
    expect(none.view).not.toHaveProperty('total');
    expect(none.dueAfter).toStrictEqual([]);
    expect(none.told.map(({ engagementId }) => engagementId)).toStrictEqual(['E-1', 'E-2', 'E-3']);
  });
  test('a no reported by an operator is one, too', () =>
    expect(
      givenBatch(...batchPath.prepared, batchStatus({ status: 'cancelled' })).when(split(['E-1'])).types,
    ).toContain('BatchSplit'));
  test('the same is said once', () => {
    const told = split(['E-2']);
    givenBatch(...batchPath.paymentRequested, batchRejected(), told)
      .when(batchAgain(told))
      .thenQuiet(told.message.messageId);
  });
});

describe('while it collects', () => {
  test('some leave, and the others wait for more', () => {
    const parted = givenBatch(...batchPath.collecting).when(split(['E-1', 'E-1'], { on: '2020-08-05' }));
    parted.thenRecorded(splitOff(1));
    expect(parted.view).toMatchObject({ stage: 'collecting', members: [memberNo(2), memberNo(3)] });
  });
  test('the last one out dissolves it', () => {
    const parted = givenBatch(added(memberNo(1))).when(split(['E-1'], { on: '2020-08-05' }));
    expect(parted.view).toMatchObject({ stage: 'dissolved', members: [] });
    expect(parted.view).not.toHaveProperty('paymentRequest');
    expect(parted.dueAfter).toStrictEqual([]);
  });
});

describe('nobody leaves', () => {
  test.each([
    ['prepared', [], 'Microsoft'],
    ['notRegistered', [batchSavb({ status: 'notRegistered', why: 'no' })], 'globalAdmin'],
    ['unknown', [batchSavb({ status: 'unknown', why: 'reset' })], 'operator'],
    ['submitted', [batchSubmitted()], 'Microsoft'],
    ['approved', [batchSubmitted(), batchSavb({ status: 'approved' }, { on: '2020-08-15' })], 'Microsoft'],
  ])('while SAVB has the request, or may have it: %s', (status, story, from) => {
    const { decision } = givenBatch(...batchPath.prepared, ...story).when(split(['E-1']));
    expect(decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'batch-sealed', detail: `the request is ${status}`, awaiting: { from } },
    });
  });
  test('who is not in it', () =>
    rejected.when(split(['E-2', 'E-7', 'E-8'])).thenRefused({
      code: 'not-in-batch',
      detail: 'E-7, E-8: not in B-1',
      errors: [{ pointer: '/engagementIds', message: 'members of B-1' }],
      awaiting: { message: 'correctPaymentRequest', from: 'operator', until: '2020-10-03T00:00:00.000Z' },
    }));
  test('once it is paid', () =>
    givenBatch(...batchPath.paid)
      .when(split(['E-1']))
      .thenRefused({ code: 'batch-closed', detail: 'the batch is paid and nothing is left to do' }));
});
