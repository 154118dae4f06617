import { timeInUtc } from '../../worker/reconciliationSchedule';

test.each<[at: string, utcOffset: string, hour: number, minute: number]>([
  ['03:00', '+00:00', 3, 0],
  ['03:00', '+01:00', 2, 0],
  ['00:15', '+05:30', 18, 45],
  ['03:00', '-08:00', 11, 0],
  ['23:30', '-03:30', 3, 0],
  ['23:59', '+00:00', 23, 59],
  ['13:45', '+14:00', 23, 45],
])('%s by clocks at %s is %i:%i in UTC', (at, utcOffset, hour, minute) =>
  expect(timeInUtc(at, utcOffset)).toStrictEqual({ hour, minute }),
);
