import type { PaymentRequest } from '../../../contracts/engagement';
import type { PaymentStatus } from '../../../contracts/names';
import type { Attempt, AttemptOutcome } from '../../../domain/settlement/attempt';
import { entryOf, type Owner, type RequestOnRecord } from '../../../domain/settlement/ownBooks';

const NUMBERED = '2026-03-01T08:00:00.000Z';
const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const amount = { minor: 240_000, currency: 'SEK' };

const row = (given: Partial<RequestOnRecord> = {}): RequestOnRecord => ({
  reference: 'E-1:invoice:1',
  engagementId: 'E-1',
  partnerId: 'contoso',
  numberedAt: NUMBERED,
  amount,
  attempt: given.attempts?.length ?? 0,
  attempts: [],
  ...given,
});

/** Attempts an hour apart, from nine on, that ended so; one without an end is under way. */
const attempts = (...ends: (AttemptOutcome['class'] | undefined)[]): Attempt[] =>
  ends.map((kind, n) => ({
    attempt: n + 1,
    startedAt: at(9 + n),
    ...(kind && { outcome: { class: kind, ...(kind === 'SUCCESS' && { microsoftReferenceNumber: 'N-1' }) } }),
  }));

const owner = (
  status: PaymentStatus,
  given: Partial<PaymentRequest> = {},
  stage: Owner['stage'] = 'redeemed',
): Owner => ({
  partnerId: 'contoso',
  stage,
  paymentRequest: {
    reference: 'E-1:invoice:1',
    status,
    gateway: 'http',
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [],
    amount,
    ...given,
  },
});
const submitted = { microsoftReferenceNumber: 'N-9', submittedAt: at(12) };

const standing = (given: Partial<RequestOnRecord>, by?: Owner) => {
  const { standing: how, since } = entryOf(row(given), by);
  return [how, since];
};

describe('a payment request stands', () => {
  test.each<[string, Partial<RequestOnRecord>, Owner | undefined, ReturnType<typeof standing>]>([
    ['as intended, before any attempt', {}, owner('prepared'), ['intended', NUMBERED]],
    [
      'as intended, while it waits for a person',
      { attempts: attempts('byHand') },
      owner('prepared'),
      ['intended', NUMBERED],
    ],
    [
      'as under way since the first attempt',
      { attempts: attempts('NOT_SENT', undefined) },
      owner('prepared'),
      ['underWay', at(9)],
    ],
    [
      'as under way after an unknown end',
      { attempts: attempts('UNKNOWN', 'ABSENT') },
      owner('unknown'),
      ['underWay', at(9)],
    ],
    ['as under way over a conflict', { attempts: attempts('CONFLICT') }, owner('unknown'), ['underWay', at(9)]],
    [
      'as under way since its intent, once the first attempts are no longer kept',
      { attempts: attempts('THROTTLED', 'THROTTLED'), attempt: 52 },
      owner('prepared'),
      ['underWay', NUMBERED],
    ],
    [
      'as booked when SAVB took it',
      { attempts: attempts('UNKNOWN', 'SUCCESS') },
      owner('prepared'),
      ['booked', at(10)],
    ],
    [
      'as booked when its owner knows',
      { attempts: attempts('SUCCESS') },
      owner('approved', submitted),
      ['booked', at(12)],
    ],
    [
      'as booked when a person submitted it',
      { attempts: attempts('byHand') },
      owner('submitted', submitted),
      ['booked', at(12)],
    ],
    ['as booked as long as nobody knows its owner', { attempts: attempts('SUCCESS') }, undefined, ['booked', at(9)]],
    [
      'as refused when SAVB refused the content',
      { attempts: attempts('REJECTED') },
      owner('prepared'),
      ['refused', NUMBERED],
    ],
    [
      'as refused when SAVB rejected it later',
      { attempts: attempts('SUCCESS') },
      owner('rejected', submitted),
      ['refused', NUMBERED],
    ],
    [
      'as refused when it was cancelled',
      { attempts: attempts('SUCCESS') },
      owner('cancelled', submitted),
      ['refused', NUMBERED],
    ],
    [
      'as refused when it was given up',
      { attempts: attempts('ABSENT') },
      owner('unknown', {}, 'paymentLapsed'),
      ['refused', NUMBERED],
    ],
    [
      'as refused when its batch was dissolved',
      { attempts: attempts('ABSENT') },
      owner('prepared', {}, 'dissolved'),
      ['refused', NUMBERED],
    ],
    [
      'as refused once its owner asks anew',
      { attempts: attempts('SUCCESS') },
      owner('prepared', { reference: 'E-1:invoice:2' }),
      ['refused', NUMBERED],
    ],
    [
      'as intended while its owner is not known to ask anew',
      { reference: 'E-1:invoice:2' },
      owner('rejected', submitted),
      ['intended', NUMBERED],
    ],
    ['as denied', { attempts: attempts('SUCCESS') }, owner('denied', submitted, 'paymentDenied'), ['denied', NUMBERED]],
  ])('%s', (_how, given, by, expected) => {
    expect(standing(given, by)).toStrictEqual(expected);
  });
});

describe('an entry', () => {
  test('has the number its owner recorded, before the one SAVB answered with', () => {
    const answered = row({ attempts: attempts('SUCCESS') });
    expect(entryOf(answered).microsoftReferenceNumber).toBe('N-1');
    expect(entryOf(answered, owner('submitted', submitted)).microsoftReferenceNumber).toBe('N-9');
  });

  test('belongs to the partner who has its owner now', () => {
    expect(entryOf(row(), { ...owner('prepared'), partnerId: 'northwind' }).partnerId).toBe('northwind');
    expect(entryOf(row()).partnerId).toBe('contoso');
  });

  test('names what is known, and nothing else', () => {
    expect(entryOf(row({ engagementId: undefined, batchId: 'B-1', amount: undefined }))).toStrictEqual({
      reference: 'E-1:invoice:1',
      batchId: 'B-1',
      partnerId: 'contoso',
      standing: 'intended',
      since: NUMBERED,
    });
  });
});
