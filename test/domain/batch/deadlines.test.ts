import type { BatchMember } from '../../../contracts/batch';
import { contosoWith } from '../../support/partner';
import { givenBatch, noBatch } from '../../support/batchGiven';
import {
  added,
  batchPassed,
  batchPath,
  batchRejected,
  batchResolved,
  batchSavb,
  batchStatus,
  corrected,
  memberNo,
  sent,
  split,
} from '../../support/batchStory';

const at = (day: string) => `${day}T00:00:00.000Z`;
const batchDue = (day: string) => ({ kind: 'batchDue' as const, at: at(day) });
const closes = { kind: 'paymentWindowClosing' as const, at: at('2020-09-25') };
const ends = { kind: 'paymentWindowEnd' as const, at: at('2020-10-03') };
const until = (paymentRequestDueOn: string): Partial<BatchMember> => ({ paymentRequestDueOn });

describe('a batch goes out on its day of the month', () => {
  test.each([
    ['2020-08-04', '2020-08-15'],
    ['2020-08-14', '2020-08-15'],
    ['2020-08-15', '2020-09-15'],
    ['2020-08-16', '2020-09-15'],
    ['2020-12-20', '2021-01-15'],
  ])('opened on %s: with the beginning of %s', (on, day) =>
    expect(noBatch.when(added(memberNo(1, until('2021-06-01')), { on })).dueAfter).toStrictEqual([batchDue(day)]),
  );
  test('in the programme’s offset', () => {
    const { message, facts } = added(memberNo(1), { at: '2020-08-14T23:30:00.000Z' });
    const eastward = { ...message, payload: { ...message.payload, utcOffset: '+01:00' } } as typeof message;
    expect(noBatch.when({ message: eastward, facts }).dueAfter).toStrictEqual([
      { kind: 'batchDue', at: '2020-09-14T23:00:00.000Z' },
    ]);
  });
  test('what came later does not put it off', () =>
    expect(givenBatch(added(memberNo(1))).when(added(memberNo(2), { on: '2020-08-14' })).dueAfter).toStrictEqual([
      batchDue('2020-08-15'),
    ]));
});

describe('no voucher misses its payment window', () => {
  test('a week before the first window closes the batch goes out, whatever day that is', () => {
    const batch = givenBatch(added(memberNo(1, until('2020-08-20'))));
    expect(batch.state.deadlines).toStrictEqual([batchDue('2020-08-13')]);
    expect(batch.when(added(memberNo(2, until('2020-08-18')))).dueAfter).toStrictEqual([batchDue('2020-08-11')]);
  });
  test('when the urgent one has left, the others have time again', () =>
    expect(
      givenBatch(added(memberNo(1)), added(memberNo(2, until('2020-08-18')))).when(split(['E-2'], { on: '2020-08-05' }))
        .dueAfter,
    ).toStrictEqual([batchDue('2020-08-15')]));
  test('its day comes: what has been collected is asked for', () => {
    const out = givenBatch(...batchPath.collecting).when(batchPassed(batchDue('2020-08-15')));
    expect(out.types).toStrictEqual(['PaymentRequestPrepared']);
    expect(out.view).toMatchObject({ stage: 'prepared', paymentRequest: { invoice: { date: '2020-08-15' } } });
    expect(out.dueAfter).toStrictEqual([closes, ends]);
  });
  test('a day that is not its own says nothing', () =>
    givenBatch(...batchPath.collecting)
      .when(batchPassed(batchDue('2020-08-14')))
      .thenQuiet());
});

describe('a voucher that comes after its window: a person has decided to ask for it all the same (E17)', () => {
  const late = added(memberNo(2, until('2020-08-01')));

  test('it goes out at once, and nobody is asked again', () => {
    const alone = noBatch.when(added(memberNo(1, until('2020-08-01'))));
    expect(alone.types).toStrictEqual(['BatchOpened', 'VoucherAdded', 'PaymentRequestPrepared']);
    expect(alone.dueAfter).toStrictEqual([]);
  });
  test('with the others, whose own windows run on', () => {
    const together = givenBatch(added(memberNo(1))).when(late);
    expect(together.types).toStrictEqual(['VoucherAdded', 'PaymentRequestPrepared']);
    expect(together.events[0]?.data).toStrictEqual({ member: memberNo(2, until('2020-08-01')), afterWindow: true });
    expect(together.view?.stage).toBe('prepared');
    expect(together.dueAfter).toStrictEqual([closes, ends]);
  });
  test('when it has left, nothing of it remains', () => {
    const rest = givenBatch(added(memberNo(1)), late, batchRejected()).when(split(['E-2']));
    expect(rest.after?.late).toStrictEqual([]);
    expect(rest.view?.paymentRequest?.amount.minor).toBe(100_000);
  });
  test('on its last day it has not come late', () =>
    expect(noBatch.when(added(memberNo(1, until('2020-08-04')))).dueAfter).toStrictEqual([
      { kind: 'paymentWindowClosing', at: at('2020-07-28') },
      { kind: 'paymentWindowEnd', at: at('2020-08-05') },
    ]));
});

describe('while the request is not submitted, the first of the windows governs', () => {
  const batch = givenBatch(added(memberNo(1, until('2020-11-30'))), added(memberNo(2)), sent());

  test('a person is warned', () => {
    expect(batch.state.deadlines).toStrictEqual([closes, ends]);
    const warned = batch.when(batchPassed(closes));
    expect(warned.types).toStrictEqual(['DeadlineReminded', 'TaskOpened']);
    expect(warned.after?.openTasks[0]).toMatchObject({
      taskId: 'batch:B-1:paymentWindowClosing:1',
      batchId: 'B-1',
      partnerId: 'contoso',
      dueAt: ends.at,
    });
    expect(warned.dueAfter).toStrictEqual([ends]);
  });
  test('and asked when it is over', () => {
    const over = givenBatch(...batchPath.prepared, batchPassed(closes)).when(batchPassed(ends));
    expect(over.types).toStrictEqual(['DeadlineReminded', 'TaskOpened', 'TaskResolved']);
    expect(over.openTasks).toStrictEqual(['paymentWindowLapsed']);
    expect(over.dueAfter).toStrictEqual([]);
  });
  test('nobody is, once it is submitted', () => {
    const submitted = givenBatch(...batchPath.prepared, batchPassed(closes)).when(
      batchSavb({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }, { on: '2020-09-26' }),
    );
    expect(submitted.types).toStrictEqual(['PaymentRequestSubmitted', 'TaskResolved']);
    expect(submitted.dueAfter).toStrictEqual([]);
  });
  test('after a rejection the window runs on', () =>
    expect(givenBatch(...batchPath.paymentRequested).when(batchRejected()).dueAfter).toStrictEqual([closes, ends]));
  test('a warning is not given twice for the same window', () =>
    expect(
      givenBatch(...batchPath.prepared, batchPassed(closes), batchRejected({ on: '2020-09-26' })).when(
        corrected({}, { on: '2020-09-26' }),
      ).dueAfter,
    ).toStrictEqual([ends]));
});

test('a task that is open is not opened again for a later window', () => {
  const urgent = added(memberNo(2, until('2020-08-20')));
  const first = { kind: 'paymentWindowClosing' as const, at: at('2020-08-13') };
  const parted = [
    added(memberNo(1)),
    urgent,
    sent(),
    batchPassed(first),
    batchRejected({ on: '2020-08-14' }),
    split(['E-2']),
  ];
  const warned = givenBatch(...parted).when(batchPassed(closes));
  expect(warned.types).toStrictEqual(['DeadlineReminded']);
  expect(warned.openTasks).toStrictEqual(['paymentWindowClosing']);
});

describe('after the approval', () => {
  const overdue = { kind: 'paymentOverdue' as const, at: at('2020-09-15') };

  test('the payment is expected within thirty days, and a person asks for it', () => {
    const batch = givenBatch(...batchPath.paymentApproved);
    expect(batch.state.deadlines).toStrictEqual([overdue]);
    const late = batch.when(batchPassed(overdue));
    expect(late.types).toStrictEqual(['DeadlineReminded', 'TaskOpened']);
    expect(late.openTasks).toStrictEqual(['paymentOverdue']);
    expect(late.dueAfter).toStrictEqual([]);
  });
  test('nothing is due once it is paid', () => expect(givenBatch(...batchPath.paid).state.deadlines).toStrictEqual([]));
});

describe('the end', () => {
  const twice = batchSavb({ status: 'submitted', microsoftReferenceNumber: 'MS-2' }, { on: '2020-08-12' });
  const paid = batchStatus({ status: 'paid' });
  const closing = { kind: 'closing' as const, at: at('2020-11-18') };

  test('waits ninety days for open tasks, then the system closes them', () => {
    const ended = givenBatch(...batchPath.paymentRequested, twice, paid);
    expect(ended.state.deadlines).toStrictEqual([closing]);
    const closed = ended.when(batchPassed(closing));
    closed.thenRecorded({
      type: 'TaskResolved',
      data: { taskId: 'batch:B-1:recordsDiffer:1', kind: 'recordsDiffer', resolution: 'closedBySystem' },
    });
    expect(closed.dueAfter).toStrictEqual([]);
  });
  test('comes at once where there are none', () =>
    expect(
      givenBatch(...batchPath.paymentRequested, twice, paid).when(batchResolved('batch:B-1:recordsDiffer:1')).dueAfter,
    ).toStrictEqual([]));
  test('then nothing more is taken', () =>
    givenBatch(...batchPath.paid)
      .when(batchStatus({ status: 'held' }))
      .thenRefused({ code: 'batch-closed', detail: 'the batch is paid and nothing is left to do' }));
  test('nor, while tasks are open, anything else', () =>
    givenBatch(...batchPath.paymentRequested, twice, paid)
      .when(corrected({}, { facts: { partner: contosoWith({ locations: [] }) } }))
      .thenRefused({
        code: 'batch-closed',
        detail: 'the batch is paid; correctPaymentRequest comes too late',
      }));
});
