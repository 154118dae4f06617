import { planningDaysAfter } from '../../domain/engagement/license';
import { given, givenState } from '../support/given';
import { edition2020, edition2021 } from '../support/rulebook';
import { again, licenseEnds, passed, path, started, tell, type Told } from '../support/story';

const graceEnd = { kind: 'recordingGraceEnd', at: '2021-01-06T00:00:00.000Z' } as const;
const expiring = (...story: readonly Told[]) =>
  given(...story).when(tell('passDeadline', graceEnd, { at: graceEnd.at })).events[0]?.data;

describe('the customer’s licence enrollment ends (E12)', () => {
  const recorded = given(...path.reserved).when(licenseEnds());

  test('and nothing else changes: the voucher keeps its days', () => {
    recorded.thenRecorded({ type: 'LicenseEndRecorded', data: { endsOn: '2020-09-30', planningDays: 'lost' } });
    const { state } = given(...path.reserved);
    expect(recorded.view).toMatchObject({ stage: 'reserved', licenseEndsOn: '2020-09-30', voucher: state.voucher });
    expect(recorded.dueAfter).toStrictEqual(state.deadlines);
  });
  test('before a voucher is there, or after it was redeemed, nothing can be lost', () => {
    for (const story of [path.awaitingVoucher, path.redeemed])
      given(...story)
        .when(licenseEnds({}, { on: '2020-08-05' }))
        .thenRecorded({ type: 'LicenseEndRecorded', data: { endsOn: '2020-09-30' } });
  });
  test('on another day than was thought, and on the first one again', () => {
    const other = givenState(recorded.after!).when(licenseEnds({ endsOn: '2021-03-31' }));
    expect(other.events[0]?.data).toStrictEqual({ endsOn: '2021-03-31', planningDays: 'returned' });
    expect(givenState(other.after!).when(again(licenseEnds())).view?.licenseEndsOn).toBe('2020-09-30');
  });
  test('once: the same again is quiet', () =>
    givenState(recorded.after!).when(again(licenseEnds())).thenQuiet(licenseEnds().message.messageId));
  test('and reminders say that the days would be lost', () => {
    const due = recorded.after!.deadlines.find(({ kind }) => kind === 'expiryReminder')!;
    expect(givenState(recorded.after!).when(passed(due)).events[0]?.data).toMatchObject({
      about: 'The voucher is not redeemed yet and will run out. Its days would be lost.',
    });
    expect(given(...path.reserved).when(passed(due)).events[0]?.data).toMatchObject({
      about: 'The voucher is not redeemed yet and will run out.',
    });
  });
});

describe('a voucher that runs out says what becomes of its days (E11)', () => {
  test('they return to the customer while its licence enrollment runs', () => {
    expect(expiring(...path.voucherAssigned)).toMatchObject({ expiredOn: '2020-12-29', planningDays: 'returned' });
    expect(expiring(...path.voucherAssigned, licenseEnds({ endsOn: '2020-12-29' }))).toMatchObject({
      planningDays: 'returned',
    });
  });
  test('they are lost with it', () =>
    expect(expiring(...path.voucherAssigned, licenseEnds({ endsOn: '2020-12-28' }))).toMatchObject({
      planningDays: 'lost',
    }));
  test('and what was delivered on it is not paid', () =>
    expect(expiring(...path.completionReported)).toMatchObject({ planningDays: 'returned', unpaidDays: 5 }));
});

test.each([
  ['2021-06-30', undefined, edition2021, 'returned'],
  ['2021-07-01', undefined, edition2021, 'lost'],
  ['2021-07-01', undefined, edition2020, 'returned'],
  ['2021-06-30', '2021-06-29', edition2021, 'lost'],
] as const)('expired on %s, enrollment until %s: by edition $2.id', (expiredOn, endsOn, rulebook, planningDays) =>
  expect(planningDaysAfter(expiredOn, endsOn, rulebook)).toBe(planningDays),
);

test('an engagement that is over hears of no licence', () =>
  expect(given(...path.paid).when(licenseEnds({}, { on: '2020-09-01' })).decision).toMatchObject({
    refusal: { code: 'engagement-closed' },
  }));

test('the start knows no licence', () => expect(given(started()).state).not.toHaveProperty('licenseEndsOn'));
