import type { Dependencies } from '../../activities';
import type { PaymentTool } from '../../activities/savb/paymentTool';
import { addDays } from '../../domain/days';
import type { NoAnswer } from '../../domain/settlement/reply';
import { Case } from '../support/case';
import { housesInOwnTime } from './ownTime';

const openHouse = housesInOwnTime();

const HOUR_MS = 60 * 60 * 1_000;
/** As it is by default. */
const LONGEST_RETRY_MS = 12 * 60 * 1_000;

describe('SAVB is asked ten times in any hour at most, and has the invoice once when it is back,', () => {
  test.each<[string, 'isRegistered' | 'submit', NoAnswer]>([
    ['while it is not there for a day', 'isRegistered', { kind: 'NOT_SENT', code: 'ECONNREFUSED' }],
    ['while it fails for a day', 'isRegistered', { kind: 'UNKNOWN', why: 'status 500' }],
    ['while for a day it says to come back in a second', 'submit', { kind: 'THROTTLED', retryAfterMs: 1_000 }],
  ])('%s', async (_, call, noAnswer) => {
    const calls: number[] = [];
    let isDown = true;
    const down = (usual: PaymentTool): PaymentTool => ({
      ...usual,
      async [call](...given: never[]) {
        calls.push(await house.now());
        return isDown ? noAnswer : (usual[call] as (...given: never[]) => Promise<unknown>)(...given);
      },
    });
    const house = await openHouse({
      dependencies: (usual: Dependencies) => ({
        ...usual,
        paymentTool: down(usual.paymentTool),
        pace: { ...usual.pace, longestRetryMs: LONGEST_RETRY_MS },
      }),
    });
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await house.sleepUntil(addDays(engagement.today, 1));
    const { historyLength } = await engagement.handle.describe();
    await house.sleepUntil(addDays(engagement.today, 2));
    expect((await engagement.handle.describe()).historyLength).toBe(historyLength);
    expect(busiestHour(calls)).toBeLessThanOrEqual(10);
    expect(calls.length).toBeGreaterThan(2 * 24 * 4);
    isDown = false;
    await house.sleepUntil(addDays(engagement.today, 3));
    expect(await engagement.until(({ stage }) => stage === 'paymentRequested')).toMatchObject({ tasks: [] });
    expect(await engagement.booked()).toHaveLength(1);
  });
});

/** The most calls that fell into one hour, whenever it began. */
const busiestHour = (calls: number[]): number =>
  Math.max(...calls.map((from) => calls.filter((at) => at >= from && at < from + HOUR_MS).length));
