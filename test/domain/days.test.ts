import { fc, test as check } from '@fast-check/jest';
import {
  addDays,
  dayOf,
  daysWithin,
  earlierDay,
  endOfDay,
  lastDayUntil,
  nextDayOfMonth,
  startOfDay,
} from '../../domain/days';

const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anyOffset = fc
  .record({ sign: fc.constantFrom('+', '-'), hours: fc.nat(14), minutes: fc.constantFrom(0, 30, 45) })
  .map(({ sign, hours, minutes }) => `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);

describe('the day of an instant', () => {
  test.each([
    ['2020-06-30T23:59:59.999Z', '+00:00', '2020-06-30'],
    ['2020-06-30T23:59:59.999Z', '+01:00', '2020-07-01'],
    ['2020-07-01T00:00:00.000Z', '-00:30', '2020-06-30'],
    ['2020-06-30T22:29:59Z', '+01:30', '2020-06-30'],
    ['2020-06-30T22:30:00Z', '+01:30', '2020-07-01'],
    ['2020-07-01T01:00:00+02:00', '+00:00', '2020-06-30'],
  ])('%s is, at offset %s, on %s', (at, utcOffset, day) => {
    expect(dayOf(at, utcOffset)).toBe(day);
  });
});

describe('reckoning in days', () => {
  test.each([
    ['2020-02-28', 1, '2020-02-29'],
    ['2021-02-28', 1, '2021-03-01'],
    ['2020-12-31', 1, '2021-01-01'],
    ['2021-06-30', 180, '2021-12-27'],
    ['2022-01-01', 60, '2022-03-02'],
    ['2020-03-01', -1, '2020-02-29'],
    ['2020-03-29', 0, '2020-03-29'],
  ])('%s and %i days is %s', (day, days, later) => {
    expect(addDays(day, days)).toBe(later);
  });

  check.prop([anyDay, fc.integer({ min: -4000, max: 4000 })])('going back undoes going forth', (day, days) => {
    expect(addDays(addDays(day, days), -days)).toBe(day);
  });
});

describe('the bounds of a day', () => {
  test('east of Greenwich a day begins on the evening before, in UTC', () =>
    expect(startOfDay('2020-07-01', '+02:00')).toBe('2020-06-30T22:00:00.000Z'));
  test('west of Greenwich it ends on the morning after', () =>
    expect(endOfDay('2020-07-01', '-05:00')).toBe('2020-07-02T05:00:00.000Z'));

  check.prop([anyDay, anyOffset])('a day counts from its first instant to its last', (day, utcOffset) => {
    expect(dayOf(startOfDay(day, utcOffset), utcOffset)).toBe(day);
    expect(lastDayUntil(endOfDay(day, utcOffset), utcOffset)).toBe(day);
    expect(dayOf(endOfDay(day, utcOffset), utcOffset)).toBe(addDays(day, 1));
  });
});

test('an absent day is open', () => {
  expect(earlierDay('2020-07-01', undefined)).toBe('2020-07-01');
  expect(earlierDay('2020-07-01', '2020-06-30')).toBe('2020-06-30');
  expect(earlierDay('2020-07-01', '2020-07-02')).toBe('2020-07-01');
});

test('days are counted with the first and the last', () => {
  expect(daysWithin('2020-06-30', '2020-06-30')).toBe(1);
  expect(daysWithin('2020-02-28', '2020-03-01')).toBe(3);
  expect(daysWithin('2020-07-01', '2020-06-30')).toBe(0);
  expect(daysWithin('2020-08-01', '2020-06-30')).toBe(0);
});

test.each([
  ['2020-07-01', 15, '2020-07-15'],
  ['2020-07-15', 15, '2020-08-15'],
  ['2020-07-31', 1, '2020-08-01'],
  ['2020-12-31', 28, '2021-01-28'],
  ['2020-01-31', 28, '2020-02-28'],
])('after %s, the next day %i of a month is %s', (day, dayOfMonth, next) =>
  expect(nextDayOfMonth(day, dayOfMonth)).toBe(next),
);
