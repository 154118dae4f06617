import type { PaymentRequestBody } from '../../contracts/savb';
import { invoiceNumber } from '../../records/paymentRequests';
import { openedRecords } from './opened';
import { AT } from './samples';

const opened = openedRecords();
const requests = () => opened().records.paymentRequests;

const numbered = (reference: string, given: { partnerId?: string; year?: number } = {}) =>
  requests().claimInvoiceNumber({ reference, engagementId: 'e-1', partnerId: 'p', year: 2020, at: AT, ...given });

const body = (reference: string, minor = 495_000): PaymentRequestBody => ({
  reference,
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 3, redeemedOn: '2020-07-01' }],
  amount: { minor, currency: 'SEK' },
  invoice: { number: '2020-00001', date: '2020-07-02' },
});

describe('invoice numbers', () => {
  test('two hundred at once are distinct and without a gap', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => numbered(`many-${n}:invoice:1`, { partnerId: 'many' })),
    );
    const expected = Array.from({ length: 200 }, (_, n) => invoiceNumber({ year: 2020, number: n + 1 }));
    expect(numbers.toSorted()).toStrictEqual(expected);
  }, 180_000);

  test('one reference has one number, however often and at once it is asked for', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 10 }, () => numbered('once:invoice:1', { partnerId: 'once' })),
    );
    expect(new Set(numbers)).toStrictEqual(new Set(['2020-00001']));
    expect(await numbered('once:invoice:1', { partnerId: 'once', year: 2021 })).toBe('2020-00001');
    expect(await numbered('once:invoice:2', { partnerId: 'once' })).toBe('2020-00002');
  });

  test('each partner and each year begins with one', async () => {
    expect(await numbered('y-1:invoice:1', { partnerId: 'y', year: 2020 })).toBe('2020-00001');
    expect(await numbered('y-2:invoice:1', { partnerId: 'y', year: 2021 })).toBe('2021-00001');
    expect(await numbered('z-1:invoice:1', { partnerId: 'z', year: 2020 })).toBe('2020-00001');
  });

  test('have five digits at least', () => {
    expect([7, 99_999, 123_456].map((number) => invoiceNumber({ year: 2021, number }))).toStrictEqual([
      '2021-00007',
      '2021-99999',
      '2021-123456',
    ]);
  });
});

describe('the intent', () => {
  test('is recorded once: what was intended first stands', async () => {
    const reference = 'intent:invoice:1';
    await numbered(reference);
    expect(await requests().intend(reference, body(reference))).toStrictEqual(body(reference));
    expect(await requests().intend(reference, body(reference, 1))).toStrictEqual(body(reference));
    expect((await requests().get(reference))?.request).toStrictEqual(body(reference));
  });

  test('is what SAVB is sent and nothing besides', async () => {
    const reference = 'bare:invoice:1';
    await numbered(reference);
    const more = { ...body(reference), status: 'prepared', gateway: 'http' };
    expect(await requests().intend(reference, more)).toStrictEqual(body(reference));
  });

  test('keeps amounts whole, however large', async () => {
    const reference = 'large:invoice:1';
    await numbered(reference);
    const amount = 9_007_199_254_740_991;
    expect((await requests().intend(reference, body(reference, amount))).amount.minor).toBe(amount);
    const stored = opened().db.collection<{ _id: string }>('paymentRequests');
    expect(await stored.countDocuments({ _id: reference, 'request.amount.minor': { $type: 'long' } })).toBe(1);
  });

  test('needs a number first', async () => {
    await expect(requests().intend('none:invoice:1', body('none:invoice:1'))).rejects.toThrow(
      'payment request none:invoice:1 has no invoice number yet',
    );
  });
});

describe('attempts', () => {
  const begin = (reference: string, at = AT) => requests().beginAttempt(reference, at);

  test('are counted from one; the first has none before it', async () => {
    const reference = 'first:invoice:1';
    await numbered(reference);
    expect(await requests().isCurrent(reference, 1)).toBe(false);
    expect(await begin(reference)).toStrictEqual({ attempt: 1, unknowns: 0 });
    expect(await requests().isCurrent(reference, 1)).toBe(true);
    expect(await requests().get(reference)).toStrictEqual({
      reference,
      engagementId: 'e-1',
      partnerId: 'p',
      year: 2020,
      number: expect.any(Number) as number,
      numberedAt: AT,
      attempt: 1,
      attempts: [{ attempt: 1, startedAt: AT }],
      unknowns: 0,
    });
  });

  test('a next one fences the one before off and tells how it ended', async () => {
    const reference = 'next:invoice:1';
    await numbered(reference);
    await begin(reference);
    await requests().finishAttempt(reference, 1, { class: 'THROTTLED' });
    expect(await begin(reference, '2020-07-01T09:00:00.000Z')).toStrictEqual({
      attempt: 2,
      previous: { attempt: 1, startedAt: AT, outcome: { class: 'THROTTLED' } },
      unknowns: 0,
    });
    expect(await requests().isCurrent(reference, 1)).toBe(false);
    expect(await requests().isCurrent(reference, 2)).toBe(true);
  });

  test('one that left no outcome behind counts as unknown', async () => {
    const reference = 'lost:invoice:1';
    await numbered(reference);
    await begin(reference);
    expect(await begin(reference)).toStrictEqual({
      attempt: 2,
      previous: { attempt: 1, startedAt: AT, outcome: { class: 'UNKNOWN', message: 'no outcome was recorded' } },
      unknowns: 1,
    });
  });

  test('unknown stays counted, whatever is found out later', async () => {
    const reference = 'sticky:invoice:1';
    await numbered(reference);
    await begin(reference);
    await requests().finishAttempt(reference, 1, { class: 'UNKNOWN', message: 'reset' });
    await requests().finishAttempt(reference, 1, { class: 'ABSENT' });
    await begin(reference);
    await requests().finishAttempt(reference, 2, { class: 'NOT_SENT' });
    expect((await begin(reference)).unknowns).toBe(1);
  });

  test.each<[string, 'SUCCESS' | 'ABSENT' | 'UNKNOWN' | 'REJECTED', 'SUCCESS' | 'UNKNOWN' | 'REJECTED', string]>([
    ['unknown gives way to what is known', 'UNKNOWN', 'SUCCESS', 'SUCCESS'],
    ['absent gives way to a late success', 'ABSENT', 'SUCCESS', 'SUCCESS'],
    ['absent does not become unknown again', 'ABSENT', 'UNKNOWN', 'ABSENT'],
    ['success stands', 'SUCCESS', 'REJECTED', 'SUCCESS'],
    ['a refusal stands', 'REJECTED', 'UNKNOWN', 'REJECTED'],
  ])('%s', async (title, first, second, expected) => {
    const reference = `${title.replaceAll(' ', '-')}:invoice:1`;
    await numbered(reference);
    await begin(reference);
    await requests().finishAttempt(reference, 1, { class: first });
    await requests().finishAttempt(reference, 1, { class: second });
    expect((await requests().get(reference))?.attempts).toStrictEqual([
      { attempt: 1, startedAt: AT, outcome: { class: expected } },
    ]);
  });

  test('many at once get numbers of their own, and the last one alone may send', async () => {
    const reference = 'crowd:invoice:1';
    await numbered(reference);
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(reference)));
    const attempts = begun.map(({ attempt }) => attempt).toSorted((one, other) => one - other);
    expect(attempts).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const may = await Promise.all(attempts.map((attempt) => requests().isCurrent(reference, attempt)));
    expect(may).toStrictEqual([false, false, false, false, false, false, false, true]);
    expect((await requests().get(reference))?.unknowns).toBe(7);
  });

  test('the latest fifty are kept', async () => {
    const reference = 'long:invoice:1';
    await numbered(reference);
    for (let n = 1; n <= 52; n += 1)
      await requests().finishAttempt(reference, (await begin(reference)).attempt, { class: 'NOT_SENT' });
    const kept = (await requests().get(reference))!.attempts.map(({ attempt }) => attempt);
    expect([kept.length, kept[0], kept.at(-1)]).toStrictEqual([50, 3, 52]);
  });

  test('need a number first', async () => {
    await expect(begin('none:invoice:1')).rejects.toThrow('payment request none:invoice:1 has no invoice number yet');
    expect(await requests().get('none:invoice:1')).toBeUndefined();
  });
});
