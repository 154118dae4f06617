import type { SavbStatus } from '../../contracts/names';
import type { Pace } from '../../sandbox/savb/progress';
import { createProgress } from '../../sandbox/savb/progress';
import { paymentRequest } from './running';

const start = Date.parse('2020-09-01T12:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: start }));
afterEach(() => jest.useRealTimers());

/** Follows one payment request with status `status` since `sinceMs`; gives what happens to it and when, in ms from now. */
function followed(pace: Pace, status: SavbStatus, sinceMs = 0) {
  const happened: [number, SavbStatus][] = [];
  const booked = (now: SavbStatus, since: number) => ({
    request: paymentRequest(),
    reply: {
      microsoftReferenceNumber: 'SAVB-1',
      reference: 'E-1:invoice:1',
      status: now,
      amount: { minor: 240_000, currency: 'SEK' },
    },
    since: new Date(since).toISOString(),
  });
  const progress = createProgress(pace, (_, next) => {
    happened.push([Date.now() - start, next]);
    progress.follow(booked(next, Date.now()));
  });
  progress.follow(booked(status, start + sinceMs));
  return { happened, progress, booked };
}

describe('the pace of the SAVB sandbox', () => {
  test('is the time between two statuses, up to paid', () => {
    const { happened } = followed(2_000, 'validating');
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([
      [2_000, 'approved'],
      [4_000, 'sent'],
      [6_000, 'paid'],
    ]);
  });

  test('counts from when the status was reached, also after a restart', () => {
    const { happened } = followed(2_000, 'sent', -1_500);
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([[500, 'paid']]);
  });

  test('moves on at once what should have moved on while nothing ran', () => {
    const { happened } = followed(2_000, 'sent', -90_000);
    jest.advanceTimersByTime(1);
    expect(happened).toStrictEqual([[0, 'paid']]);
  });

  test.each<SavbStatus>(['held', 'awaitingInvoice', 'rejected', 'cancelled', 'paid'])('leaves %s alone', (status) => {
    const { happened } = followed(2_000, status);
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([]);
  });

  test('gives way to a status set by hand', () => {
    const { happened, progress, booked } = followed(2_000, 'validating');
    jest.advanceTimersByTime(1_999);
    progress.follow(booked('held', Date.now()));
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([]);
  });

  test('manual moves nothing', () => {
    const { happened } = followed('manual', 'validating');
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([]);
  });

  test('ends when the sandbox stops', () => {
    const { happened, progress, booked } = followed(2_000, 'validating');
    progress.stop();
    progress.follow(booked('sent', Date.now()));
    jest.advanceTimersByTime(60_000);
    expect(happened).toStrictEqual([]);
  });
});
