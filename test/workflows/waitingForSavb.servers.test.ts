import type { Dependencies } from '../../activities';
import { addDays } from '../../domain/days';
import { Case } from '../support/case';
import { housesInOwnTime } from './ownTime';

const openHouse = housesInOwnTime();

const HOUR_MS = 60 * 60 * 1_000;

test('a thousand looks at a status that does not change add nothing to history', async () => {
  let looks = 0;
  const everyHour = (usual: Dependencies): Dependencies => ({
    ...usual,
    pace: { ...usual.pace, pollIntervalMs: HOUR_MS },
    paymentTool: {
      ...usual.paymentTool,
      async status(microsoftReferenceNumber) {
        looks += 1;
        return usual.paymentTool.status(microsoftReferenceNumber);
      },
    },
  });
  const house = await openHouse({ dependencies: everyHour });
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  // The timer set for a deadline that no longer counts fires once, finds nothing due, and is not set again.
  await house.sleepUntil(addDays(engagement.today, 10));
  const { historyLength } = await engagement.handle.describe();
  const looksBefore = looks;
  await house.sleepUntil(addDays(engagement.today, 52));
  expect(looks - looksBefore).toBeGreaterThanOrEqual(1_000);
  expect((await engagement.handle.describe()).historyLength).toBe(historyLength);
  await engagement.advance('paid');
  await house.sleepUntil(addDays(engagement.today, 53));
  expect(await engagement.handle.result()).toMatchObject({ stage: 'paid' });
});

test.each([
  ['knows us no more', { fault: 'refuse', status: 401, times: 5 }],
  ['has no room', { fault: 'throttle', retryAfter: 3_600, times: 5 }],
])('while SAVB %s the request waits, and goes out when that is over', async (_state, fault) => {
  const house = await openHouse();
  await house.savbFaults(fault);
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await house.sleepUntil(addDays(engagement.today, 1));
  expect(await engagement.until(({ stage }) => stage === 'paymentRequested')).toMatchObject({ tasks: [] });
  expect(await engagement.booked()).toHaveLength(1);
  const onRecord = await house.records.paymentRequests.get(`${engagement.engagementId}:invoice:1`);
  expect(onRecord).toMatchObject({ attempt: 6, unknowns: 0 });
});
