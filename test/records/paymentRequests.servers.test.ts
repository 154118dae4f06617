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
  const begin = (reference: string, latest: number, startedAt = AT) =>
    requests().beginAttempt(reference, latest, { startedAt, effectId: 'submit' });

  test('are counted from one, each with its beginning and what was wanted', async () => {
    const reference = 'first:invoice:1';
    await numbered(reference);
    expect(await requests().isCurrent(reference, 1)).toBe(false);
    expect(await begin(reference, 0)).toBe(1);
    expect(await requests().isCurrent(reference, 1)).toBe(true);
    expect(await requests().existing(reference)).toStrictEqual({
      reference,
      engagementId: 'e-1',
      partnerId: 'p',
      year: 2020,
      number: expect.any(Number) as number,
      numberedAt: AT,
      attempt: 1,
      attempts: [{ attempt: 1, startedAt: AT, effectId: 'submit' }],
      unknowns: 0,
    });
  });

  test('a next one fences the one before off', async () => {
    const reference = 'next:invoice:1';
    await numbered(reference);
    await begin(reference, 0);
    await requests().finishAttempt(reference, 1, { class: 'THROTTLED' });
    expect(await begin(reference, 1, '2020-07-01T09:00:00.000Z')).toBe(2);
    expect(await requests().isCurrent(reference, 1)).toBe(false);
    expect(await requests().isCurrent(reference, 2)).toBe(true);
  });

  test('whoever does not know the latest begins none', async () => {
    const reference = 'stale:invoice:1';
    await numbered(reference);
    await begin(reference, 0);
    expect(await begin(reference, 0)).toBeUndefined();
    expect((await requests().existing(reference)).attempts).toHaveLength(1);
  });

  test('unknown stays counted, whatever is found out later', async () => {
    const reference = 'sticky:invoice:1';
    await numbered(reference);
    await begin(reference, 0);
    await requests().finishAttempt(reference, 1, { class: 'UNKNOWN', message: 'reset' });
    await requests().finishAttempt(reference, 1, { class: 'ABSENT' });
    await begin(reference, 1);
    await requests().finishAttempt(reference, 2, { class: 'NOT_SENT' });
    expect((await requests().existing(reference)).unknowns).toBe(1);
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
    await begin(reference, 0);
    await requests().finishAttempt(reference, 1, { class: first });
    await requests().finishAttempt(reference, 1, { class: second });
    expect((await requests().get(reference))?.attempts).toStrictEqual([
      { attempt: 1, startedAt: AT, effectId: 'submit', outcome: { class: expected } },
    ]);
  });

  test('of many at once one begins', async () => {
    const reference = 'crowd:invoice:1';
    await numbered(reference);
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(reference, 0)));
    expect(begun.filter((attempt) => attempt !== undefined)).toStrictEqual([1]);
  });

  test('the latest fifty are kept', async () => {
    const reference = 'long:invoice:1';
    await numbered(reference);
    for (let n = 1; n <= 52; n += 1) {
      await begin(reference, n - 1);
      await requests().finishAttempt(reference, n, { class: 'NOT_SENT' });
    }
    const kept = (await requests().existing(reference)).attempts.map(({ attempt }) => attempt);
    expect([kept.length, kept[0], kept.at(-1)]).toStrictEqual([50, 3, 52]);
  });

  test('need a number first', async () => {
    expect(await begin('none:invoice:1', 0)).toBeUndefined();
    expect(await requests().get('none:invoice:1')).toBeUndefined();
    await expect(requests().existing('none:invoice:1')).rejects.toThrow(
      'payment request none:invoice:1 has no invoice number yet',
    );
  });
});
