import type { ScheduleHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { RECONCILIATION_SCHEDULE } from '../../contracts/names';
import type { ReconciliationResult } from '../../contracts/reconciliation';
import { ensureReconciliationSchedule } from '../../worker/reconciliationSchedule';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer, timeSkipping } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();
const timeSkippingServer = timeSkipping();

let house: House;
let connection: NativeConnection;
let schedule: ScheduleHandle;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
  connection = await NativeConnection.connect({ address: temporal().address });
  schedule = house.client.schedule.getHandle(RECONCILIATION_SCHEDULE);
});
afterAll(async () => {
  await connection.close();
  await house.stop();
});

const ensure = (at = '03:00', utcOffset = '+00:00') =>
  ensureReconciliationSchedule(connection, 'default', { at, utcOffset });

const timeOfDay = async () => {
  const [calendar] = (await schedule.describe()).spec.calendars ?? [];
  return [calendar?.hour[0]?.start, calendar?.minute[0]?.start];
};

test('several workers that start at once make one Schedule, once a day and one run at a time', async () => {
  expect(await Promise.all([ensure(), ensure(), ensure()])).toStrictEqual([true, true, true]);
  const listed = await eventually(
    async () => {
      const ids: string[] = [];
      for await (const { scheduleId } of house.client.schedule.list()) ids.push(scheduleId);
      return ids;
    },
    ({ length }) => length > 0,
  );
  expect(listed).toStrictEqual([RECONCILIATION_SCHEDULE]);
  expect(await timeOfDay()).toStrictEqual([3, 0]);
  expect((await schedule.describe()).policies.overlap).toBe('SKIP');
});

test('it reconciles', async () => {
  await schedule.trigger();
  const [action] = await eventually(
    async () => (await schedule.describe()).info.recentActions,
    ({ length }) => length > 0,
  );
  const { workflowId } = action!.action.workflow;
  expect(workflowId).toMatch(/^reconciliation:daily-\d{4}-/);
  const result = (await house.client.workflow.getHandle(workflowId).result()) as ReconciliationResult;
  expect(result).toMatchObject({ savb: 'compared', matched: 0, missingThere: [], missingHere: [] });
});

test('it moves when its time of day has changed, and stays paused when somebody paused it', async () => {
  await schedule.pause('month end');
  await ensure('04:30', '+01:00');
  expect(await timeOfDay()).toStrictEqual([3, 30]);
  expect((await schedule.describe()).state).toMatchObject({ paused: true, note: 'month end' });
  await ensure('04:30', '+01:00');
  expect(await timeOfDay()).toStrictEqual([3, 30]);
});

test('a server without Schedules has none, and that is told', async () => {
  const environment = await timeSkippingServer();
  const other = await NativeConnection.connect({ address: environment.address });
  try {
    const daily = { at: '03:00', utcOffset: '+00:00' };
    expect(await ensureReconciliationSchedule(other, 'default', daily)).toBe(false);
  } finally {
    await other.close();
    await environment.teardown();
  }
});
