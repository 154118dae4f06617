import type { LedgerEntry } from '../../sandbox/savb/ledger';
import { createReplica } from '../../sandbox/savb/replica';
import { paymentRequest } from './running';

const start = Date.parse('2020-09-01T12:00:00Z');
const now = () => new Date().toISOString();

beforeEach(() => jest.useFakeTimers({ now: start }));
afterEach(() => jest.useRealTimers());

const behavior = (lookupLagMs: number): LedgerEntry => ({
  type: 'behavior',
  at: now(),
  deduplicates: true,
  lookupLagMs,
});
const accepted = (n: number): LedgerEntry => ({
  type: 'accepted',
  at: now(),
  microsoftReferenceNumber: `SAVB-${n}`,
  request: paymentRequest(),
});
const status = (n: number): LedgerEntry => ({
  type: 'status',
  at: now(),
  microsoftReferenceNumber: `SAVB-${n}`,
  status: 'approved',
});

const replica = (lookupLagMs: number) => {
  const copy = createReplica();
  copy.enter(behavior(lookupLagMs));
  return {
    enter: (entry: LedgerEntry) => copy.enter(entry),
    shows: () =>
      copy
        .book()
        .all()
        .map(({ reply }) => `${reply.microsoftReferenceNumber} ${reply.status}`),
    knowsLocation: () => copy.book().isRegistered('ddps', 'contoso-se'),
  };
};

describe('the copy that lookups read', () => {
  test('hears of everything as much later as it lags', () => {
    const { enter, shows, knowsLocation } = replica(1_000);
    enter(accepted(1));
    enter({ type: 'registration', at: now(), offering: 'ddps', registered: false });
    jest.advanceTimersByTime(600);
    enter(status(1));
    enter(accepted(2));
    jest.advanceTimersByTime(399);
    expect([shows(), knowsLocation()]).toStrictEqual([[], true]);
    jest.advanceTimersByTime(1);
    expect([shows(), knowsLocation()]).toStrictEqual([['SAVB-1 validating'], false]);
    jest.advanceTimersByTime(599);
    expect(shows()).toStrictEqual(['SAVB-1 validating']);
    jest.advanceTimersByTime(1);
    expect(shows()).toStrictEqual(['SAVB-1 approved', 'SAVB-2 validating']);
  });

  test('unlearns nothing when it begins to lag', () => {
    const { enter, shows } = replica(0);
    enter(accepted(1));
    enter(behavior(1_000));
    enter(accepted(2));
    expect(shows()).toStrictEqual(['SAVB-1 validating']);
  });

  test('knows everything at once when it lags no more', () => {
    const { enter, shows } = replica(1_000);
    enter(accepted(1));
    enter(accepted(2));
    enter(behavior(0));
    expect(shows()).toStrictEqual(['SAVB-1 validating', 'SAVB-2 validating']);
  });

  test('knows everything at once without a lag, also when the clock is set back', () => {
    const { enter, shows } = replica(0);
    enter(accepted(1));
    jest.setSystemTime(start - 1);
    expect(shows()).toStrictEqual(['SAVB-1 validating']);
  });
});
