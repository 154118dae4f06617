import { MockActivityEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import type { Dependencies } from '../../activities';
import { createEscalation } from '../../activities/notices/escalation';
import { createSmtpGateway } from '../../activities/notices/smtpGateway';
import { ESCALATION_SCHEDULE, ESCALATION_WORKFLOW, ESCALATION_WORKFLOW_ID, TASK_QUEUE } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import { ensureEscalationSchedule } from '../../worker/escalationSchedule';
import { addSearchAttributes } from '../../worker/searchAttributes';
import { task } from '../records/samples';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mailServer, no, type MailServer } from '../support/mailServer';
import { mongoServer, temporalServer, timeSkipping } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
const timeSkippingServer = timeSkipping();

/** What the server says to the next recipients; after that it takes everything. */
const answers: Error[] = [];
let server: MailServer;
let house: House;
beforeAll(async () => {
  server = await mailServer({ onRcptTo: (_to, _session, done) => done(answers.shift()) });
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, dependencies });
});
afterAll(async () => {
  await house.stop();
  await server.close();
});
beforeEach(() => {
  server.mails.length = 0;
});

const [LEAD, OPERATORS] = ['lead@planning.example', 'operators@planning.example'];
const outlet = (audience: NonNullable<Dependencies['notices']>['audience']) => ({
  gateway: createSmtpGateway({ url: `smtp://127.0.0.1:${server.port}`, from: 'notices@planning.example' }),
  audience,
});

const dependencies = (usual: Dependencies): Dependencies => ({ ...usual, notices: outlet({ escalation: LEAD }) });

const NOW = '2020-08-15T00:05:00.000Z';
const PAST = '2020-08-15T00:00:00.000Z';

let count = 0;
/** A task of an engagement of its own, in the list. */
async function listed(given: Partial<Task> = {}): Promise<Task> {
  const engagementId = `e-${(count += 1)}`;
  const one = task({ engagementId, taskId: `${engagementId}:voucherMissing:1`, dueAt: PAST, ...given });
  await house.records.tasks.project({ engagementId }, 1, [one]);
  return one;
}
const resolve = ({ engagementId }: Task) => house.records.tasks.project({ engagementId: engagementId! }, 2, []);

const escalate = (audience: Parameters<typeof outlet>[0] = { escalation: LEAD }) => {
  const escalation = createEscalation({ records: house.records, notices: outlet(audience) });
  return new MockActivityEnvironment().run(() => escalation.escalateOverdueTasks(NOW));
};

const told = () => server.mails.map(({ to, headers }) => [to.join(), headers['Subject']!.split(':')[0]]);

test('of every task that is open past its due somebody else is told, once', async () => {
  const [one, two] = [await listed(), await listed({ claimedBy: 'olle' })];
  await listed({ dueAt: NOW });
  await listed({ dueAt: undefined });
  await resolve(await listed());
  expect(await escalate()).toBe(2);
  expect(await escalate()).toBe(0);
  expect(told()).toStrictEqual([
    [LEAD, one.engagementId],
    [LEAD, two.engagementId],
  ]);
});

test('what the mail server refuses for now is told at the next try, and only that', async () => {
  const [one, two] = [await listed(), await listed()];
  answers.push(no(450, 'later'));
  await expect(escalate()).rejects.toMatchObject({ type: 'NoticesDeferred', nonRetryable: false });
  expect(await escalate()).toBe(1);
  expect(told()).toStrictEqual([
    [LEAD, two.engagementId],
    [LEAD, one.engagementId],
  ]);
});

test('the operators are told where nobody else is named, and nobody where they are not', async () => {
  const one = await listed();
  expect(await escalate({})).toBe(0);
  expect(await escalate({ operators: OPERATORS })).toBe(1);
  expect(told()).toStrictEqual([[OPERATORS, one.engagementId]]);
});

describe('by the clock', () => {
  let connection: NativeConnection;
  beforeAll(async () => {
    connection = await NativeConnection.connect({ address: temporal().address });
  });
  afterAll(() => connection.close());

  test('one Schedule does it every hour, one run at a time, whoever makes it', async () => {
    const one = await listed();
    const ensure = () => ensureEscalationSchedule(connection, 'default');
    expect(await Promise.all([ensure(), ensure()])).toStrictEqual([true, true]);
    const schedule = house.client.schedule.getHandle(ESCALATION_SCHEDULE);
    const { spec, policies } = await schedule.describe();
    expect(spec.intervals).toStrictEqual([{ every: 3_600_000, offset: 300_000 }]);
    expect(policies.overlap).toBe('SKIP');
    await schedule.trigger();
    await eventually(
      async () => told().map(([, subject]) => subject),
      (subjects) => subjects.includes(one.engagementId),
    );
    const [action] = (await schedule.describe()).info.recentActions;
    expect(action!.action.workflow.workflowId).toMatch(/^escalation-\d{4}-/);
  });

  test('a run that cannot tell is over before the next, which does', async () => {
    const environment = await timeSkippingServer();
    const { address } = environment;
    const where = { address, mongoUri: mongo().uri, now: () => environment.currentTimeMs() };
    const other = await openHouse({ ...where, registerSearchAttributes: addSearchAttributes, dependencies });
    const run = () =>
      environment.client.workflow.start(ESCALATION_WORKFLOW, {
        workflowId: ESCALATION_WORKFLOW_ID,
        taskQueue: TASK_QUEUE,
      });
    try {
      const one = await listed();
      answers.push(...Array.from({ length: 1_000 }, () => no(450, 'later')));
      const inVain = await run();
      await expect(inVain.result()).rejects.toMatchObject({ cause: { cause: { type: 'NoticesDeferred' } } });
      const { startTime, closeTime } = await inVain.describe();
      expect(Number(closeTime) - Number(startTime)).toBeLessThan(3_600_000);
      expect(told()).toStrictEqual([]);
      answers.length = 0;
      expect(await (await run()).result()).toBe(1);
      expect(told()).toStrictEqual([[LEAD, one.engagementId]]);
    } finally {
      await other.stop();
      await environment.teardown();
    }
  });

  test('a server without Schedules has none, and that is told', async () => {
    const environment = await timeSkippingServer();
    const other = await NativeConnection.connect({ address: environment.address });
    try {
      expect(await ensureEscalationSchedule(other, 'default')).toBe(false);
    } finally {
      await other.close();
      await environment.teardown();
    }
  });
});
