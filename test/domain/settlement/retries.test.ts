import fc from 'fast-check';
import type { NoAnswer } from '../../../domain/settlement/reply';
import { retryDelayMs } from '../../../domain/settlement/retries';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const longestRetryMs = 12 * MINUTE_MS;

const delay = (because: NoAnswer, tries: number, chance = 0) => retryDelayMs(because, tries, longestRetryMs, chance);

const refused: NoAnswer = { kind: 'NOT_SENT', code: 'ECONNREFUSED' };

describe('while SAVB does not answer', () => {
  test('the delays grow from ten seconds to twelve minutes', () =>
    expect([1, 2, 3, 4, 5, 6, 500].map((tries) => delay(refused, tries) / 1_000)).toStrictEqual([
      10, 30, 90, 270, 720, 720, 720,
    ]));

  test.each<NoAnswer>([{ kind: 'UNKNOWN', why: 'status 500' }, { kind: 'THROTTLED' }])(
    'they do so for $kind, too',
    (because) => expect([1, 5].map((tries) => delay(because, tries) / 1_000)).toStrictEqual([10, 720]),
  );

  test('they differ by a fifth, by chance', () => expect(delay(refused, 5, 0.5)).toBe(1.1 * longestRetryMs));
});

test('while SAVB does not know us it is asked every twelve minutes from the first', () => {
  expect(delay({ kind: 'AUTH', status: 401 }, 1)).toBe(longestRetryMs);
  expect(delay({ kind: 'AUTH', status: 403 }, 9, 0.5)).toBe(1.1 * longestRetryMs);
});

describe('while SAVB has no room', () => {
  const throttled = (retryAfterMs: number): NoAnswer => ({ kind: 'THROTTLED', retryAfterMs });

  test('it is asked when it says, never earlier and hardly later', () => {
    for (const retryAfterMs of [1_000, 7_000, 30 * MINUTE_MS]) {
      expect(delay(throttled(retryAfterMs), 1)).toBe(retryAfterMs);
      expect(delay(throttled(retryAfterMs), 4, 0.999)).toBeCloseTo(retryAfterMs * 1.05, -3);
    }
  });

  test('it is believed for an hour at most', () => expect(delay(throttled(24 * HOUR_MS), 1)).toBe(HOUR_MS));

  test('the fifth time it says so too early, it is asked no faster than if it had said nothing', () => {
    expect(delay(throttled(1_000), 5)).toBe(longestRetryMs);
    expect(delay(throttled(30 * MINUTE_MS), 5)).toBe(30 * MINUTE_MS);
  });
});

test('no hour sees more than ten tries, whatever SAVB says', () => {
  const because = fc.oneof(
    fc.constantFrom<NoAnswer>(refused, { kind: 'AUTH', status: 401 }, { kind: 'UNKNOWN', why: 'status 500' }),
    fc.record({ kind: fc.constant('THROTTLED' as const), retryAfterMs: fc.integer({ min: 0, max: 2 * HOUR_MS }) }),
  );
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(because, chance), { minLength: 11, maxLength: 40 }), (answers) => {
      const triedMs = [0];
      for (const [index, [answer, random]] of answers.entries())
        triedMs.push(triedMs.at(-1)! + delay(answer, index + 1, random));
      for (const [index, beganMs] of triedMs.entries()) {
        const eleventh = triedMs[index + 10];
        if (eleventh !== undefined) expect(eleventh - beganMs).toBeGreaterThanOrEqual(HOUR_MS);
      }
    }),
  );
});
