import {
  added,
  batchAgain,
  batchPath,
  group,
  memberNo,
  sent,
  split,
  tellBatch,
  voucherOf,
} from '../../support/batchStory';
import { givenBatch, noBatch } from '../../support/batchGiven';
import { operator } from '../../support/story';

const untilThe15th = { message: 'sendBatch', from: 'operator', until: '2020-08-15T00:00:00.000Z' };
const opened = { type: 'BatchOpened' as const, data: { ...group, utcOffset: '+00:00' } };
const adding = (number: number) => ({ type: 'VoucherAdded' as const, data: { member: memberNo(number) } });
const preparedFor = (...members: ReturnType<typeof memberNo>[]) => ({
  type: 'PaymentRequestPrepared' as const,
  data: {
    reference: 'B-1:invoice:1',
    seq: 1,
    gateway: 'http' as const,
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: members.map(voucherOf),
    amount: { minor: members.reduce((sum, { amount }) => sum + amount.minor, 0), currency: 'SEK' },
    invoice: { number: 'pending', date: '2020-08-04' },
  },
});

describe('a batch begins with its first voucher', () => {
  test('which opens it for vouchers of its group', () => {
    const begun = noBatch.when(added(memberNo(1)));
    begun.thenRecorded(opened, adding(1));
    expect(begun.dueAfter).toStrictEqual([{ kind: 'batchDue', at: '2020-08-15T00:00:00.000Z' }]);
  });
  test('and takes nothing before', () =>
    noBatch.when(sent()).thenRefused({ code: 'wrong-stage', detail: 'the batch has not been opened' }));
  test('engagements add vouchers, people do not', () =>
    noBatch
      .when(added(memberNo(1), { by: operator }))
      .thenRefused({ code: 'role-not-allowed', detail: 'addToBatch is for engagements, not for operator' }));
});

describe('while it collects', () => {
  test('vouchers of its group come in', () =>
    givenBatch(added(memberNo(1)))
      .when(added(memberNo(2)))
      .thenRecorded(adding(2)));
  test('the same voucher comes in once', () => {
    const batch = givenBatch(added(memberNo(1)));
    batch.when(added(memberNo(1))).thenQuiet();
    batch.when(batchAgain(added(memberNo(1), { on: '2020-08-06' }))).thenQuiet();
  });
  test('what left it does not come back under the same reference', () =>
    givenBatch(...batchPath.collecting, split(['E-2'], { on: '2020-08-05' }))
      .when(added(memberNo(2), { on: '2020-08-06' }))
      .thenQuiet());
  test('it may come back as something else that is asked for', () =>
    givenBatch(...batchPath.collecting, split(['E-2'], { on: '2020-08-05' }))
      .when(added(memberNo(2, { reference: 'E-2:invoice:2' }), { on: '2020-08-06' }))
      .thenRecorded({ type: 'VoucherAdded', data: { member: memberNo(2, { reference: 'E-2:invoice:2' }) } }));
});

describe('a voucher is asked for by one batch', () => {
  const elsewhere = (claim: string) => ({ facts: { heldElsewhere: { [claim]: 'batch:B-7' } } });

  test.each(['batchMember:E-1:invoice:1', 'batchMember:voucher/V-1'])('held by another as %s, it is refused', (claim) =>
    givenBatch(added(memberNo(2)))
      .when(added(memberNo(1), elsewhere(claim)))
      .thenRefused({
        code: 'already-in-batch',
        detail: 'V-1 or E-1:invoice:1 is in batch B-7',
        errors: [{ pointer: '/batchId', message: 'B-7' }],
      }),
  );
  test('a batch that would begin with it does not begin', () =>
    expect(noBatch.when(added(memberNo(1), elsewhere('batchMember:E-1:invoice:1'))).after).toBeUndefined());
  test.each([
    ['its engagement', { voucherId: 'V-9' }],
    ['its voucher', { engagementId: 'E-9' }],
  ])('nor with this one under two references: %s is in', (_title, differing) =>
    givenBatch(added(memberNo(1)), sent())
      .when(added(memberNo(1, { reference: 'E-1:invoice:2', ...differing })))
      .thenRefused({
        code: 'already-in-batch',
        detail: 'V-1 of E-1 is in batch B-1 as E-1:invoice:1',
        errors: [{ pointer: '/batchId', message: 'B-1' }],
      }),
  );
});

describe('only what has a sum is asked for together', () => {
  const batch = givenBatch(added(memberNo(1)));

  test.each([
    ['partnerId', 'fabrikam-services'],
    ['offering', 'SDPS'],
    ['country', 'DE'],
    ['locationId', 'contoso-de'],
    ['currency', 'EUR'],
  ] as const)('another %s is another group', (field, value) =>
    batch.when(added(memberNo(2), {}, { [field]: value })).thenRefused({
      code: 'batch-group-differs',
      detail: `another ${field} than B-1`,
      errors: [{ pointer: `/group/${field}`, message: `${group[field]}, as in B-1` }],
    }),
  );
  test('an amount of another currency is none of the group', () =>
    noBatch.when(added(memberNo(1, { amount: { minor: 1, currency: 'EUR' } }))).thenRefused({
      code: 'batch-group-differs',
      detail: 'EUR cannot be added to SEK',
      errors: [{ pointer: '/member/amount/currency', message: 'SEK' }],
    }));
  test('nor an amount with which nobody could reckon any more', () =>
    batch
      .when(added(memberNo(2, { amount: { minor: Number.MAX_SAFE_INTEGER - 99_999, currency: 'SEK' } })))
      .thenRefused({
        code: 'batch-group-differs',
        detail: `with ${Number.MAX_SAFE_INTEGER - 99_999} more the total is larger than money can be`,
        errors: [{ pointer: '/member/amount/minor', message: 'less' }],
      }));
});

describe('it is sent', () => {
  const [one, two] = [memberNo(1), memberNo(2)];

  test('with the voucher that fills it', () =>
    givenBatch(added(one))
      .when(added(two, { policy: { size: 2 } }))
      .thenRecorded(adding(2), preparedFor(one, two)));
  test('at once where one is enough', () =>
    noBatch.when(added(one, { policy: { size: 1 } })).thenRecorded(opened, adding(1), preparedFor(one)));
  test('at once with a voucher that cannot wait', () => {
    const urgent = memberNo(2, { paymentRequestDueOn: '2020-08-11' });
    const filled = givenBatch(added(one)).when(added(urgent));
    filled.thenRecorded({ type: 'VoucherAdded', data: { member: urgent } }, { ...preparedFor(one, urgent) });
    expect(filled.view?.stage).toBe('prepared');
  });
  test('one day more and it waits', () =>
    expect(
      givenBatch(added(one)).when(added(memberNo(2, { paymentRequestDueOn: '2020-08-12' }))).dueAfter,
    ).toStrictEqual([{ kind: 'batchDue', at: '2020-08-05T00:00:00.000Z' }]));
  test('when an operator says so, with the sum of its vouchers', () => {
    const out = givenBatch(added(one), added(two)).when(sent({ on: '2020-08-04' }));
    out.thenRecorded(preparedFor(one, two));
    expect(out.view).toMatchObject({ stage: 'prepared', total: { minor: 200_000, currency: 'SEK' } });
  });
  test('with the reason why, where there is one', () =>
    givenBatch(added(one))
      .when(sent({ on: '2020-08-04' }, { reason: 'end of quarter' }))
      .thenRecorded({ type: 'NoteAdded', data: { text: 'end of quarter' } }, preparedFor(one)));
  test('once', () => {
    const batch = givenBatch(...batchPath.prepared);
    batch.when(batchAgain(sent())).thenQuiet(sent().message.messageId);
    batch.when(sent({ on: '2020-08-11' }, { reason: 'now' })).thenRefused({
      code: 'wrong-stage',
      detail: 'sendBatch belongs to collecting; the batch is prepared',
      awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
    });
  });
  test('by an operator alone', () =>
    givenBatch(added(one))
      .when(sent({ by: { subject: 'petra', role: 'partnerAdmin' } }))
      .thenRefused({ code: 'role-not-allowed', detail: 'sendBatch is for operator, not for partnerAdmin' }));
});

test('sealed, it takes no more vouchers: they go into the next batch', () =>
  givenBatch(...batchPath.prepared)
    .when(added(memberNo(4)))
    .thenRefused({
      code: 'batch-sealed',
      detail: 'B-1 is prepared and takes no more vouchers',
      awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
    }));

test('nor does one that is over', () =>
  givenBatch(...batchPath.paid)
    .when(added(memberNo(4)))
    .thenRefused({ code: 'batch-sealed', detail: 'B-1 is paid and takes no more vouchers' }));

test('notes are taken all the time, each for itself', () => {
  const note = tellBatch('addNote', { text: 'called SAVB' }, { on: '2020-08-05' });
  const recorded = { type: 'NoteAdded' as const, data: { text: 'called SAVB' } };
  givenBatch(added(memberNo(1)), note)
    .when(batchAgain(note))
    .thenRecorded(recorded);
});

test('what can be said while it collects is told with a conflict', () =>
  givenBatch(added(memberNo(1)))
    .when(tellBatch('recordPaymentStatus', { status: 'paid', at: '2020-08-05T00:00:00Z' }, { on: '2020-08-05' }))
    .thenRefused({
      code: 'wrong-stage',
      detail: 'recordPaymentStatus belongs to prepared or paymentRequested or paymentApproved; the batch is collecting',
      awaiting: untilThe15th,
    }));
