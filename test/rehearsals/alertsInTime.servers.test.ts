import { addDays } from '../../domain/days';
import { loadRates } from '../../records/rulebooks';
import { openRecovery } from '../../records/recovery/open';
import { revive } from '../../recovery/revive';
import { openApi, OPERATOR } from '../client/apiHouse';
import { run } from '../client/cliSupport';
import { Case } from '../support/case';
import { housesInOwnTime, type HouseInOwnTime } from '../workflows/ownTime';
import { isNone, isOne, untilStandingOver } from './alertHouse';
import { commandOf } from './alerts';
import { wordsOf } from './runbook';

/** The causes of alerts that take days to come about, and what docs/runbook.md says about them, done. */
jest.setTimeout(40_000);

const openHouse = housesInOwnTime();
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const end of ends.splice(0)) await end();
});

const OTHER_THAN_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** People of a house who go by its clock: the figures of the API, and what an operator does. */
async function peopleIn(house: HouseInOwnTime) {
  const api = await openApi(house.where);
  ends.push(() => api.stop());
  return {
    untilStanding: untilStandingOver(house.records, () => house.now()),
    /** Runs a command of the runbook for an alert, by its beginning. */
    does: async (alert: string, beginning: string, words: Record<string, string> = {}): Promise<string> => {
      jest.useFakeTimers({ now: await house.now(), doNotFake: [...OTHER_THAN_DATE] });
      const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(OPERATOR) };
      const { code, stdout, stderr } = await run(wordsOf(commandOf(alert, beginning, words)), env);
      jest.useRealTimers();
      expect({ code, stderr }).toMatchObject({ code: 0 });
      return stdout;
    },
  };
}

/** An engagement whose payment request a person is to submit by hand, some days after its redemption. */
async function forgotten(house: HouseInOwnTime, days: number): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ tasks }) => tasks.some(({ kind }) => kind === 'manualSubmission'));
  await house.sleepUntil(addDays(engagement.today, days));
  return engagement;
}

/** Somebody did what the engagement waits for. */
async function submitByHand(house: HouseInOwnTime, engagement: Case): Promise<void> {
  const at = new Date(await house.now()).toISOString();
  const microsoftReferenceNumber = `MS-${engagement.engagementId}`;
  await engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber });
  await engagement.until(({ stage }) => stage === 'paymentRequested');
}

const DAY_S = 86_400;

test('DeadlinesNotKept: the workflow was lost before its deadline', async () => {
  const before = await openHouse();
  const engagement = await Case.start(before);
  await engagement.until(({ version }) => version >= 1);
  // Another Temporal, which has none of the workflows of the one before.
  const house = await openHouse();
  const { untilStanding, does } = await peopleIn(house);
  await house.sleepUntil(addDays(engagement.today, 9));
  await untilStanding('DeadlinesNotKept', isOne);
  const { engagementId } = engagement;
  const now = new Date(await house.now()).toISOString();
  expect(await does('DeadlinesNotKept', 'engagements list', { now })).toContain(engagementId);

  expect(commandOf('DeadlinesNotKept', 'npm run')).toBe('npm run revive');
  const recovery = await openRecovery({ uri: house.where.mongoUri, timeoutMs: 10_000 });
  ends.push(() => recovery.close());
  await revive({ client: house.client, recovery }, { isDiscreet: false });
  await Case.existing(house, engagement).until(
    ({ nextDeadline }) => nextDeadline !== undefined && nextDeadline.at > now,
  );
  await untilStanding('DeadlinesNotKept', isNone);
});

test('RedeemedNotSubmitted: nobody submitted by hand for four days', async () => {
  const house = await openHouse({ gateway: 'manual' });
  const { untilStanding, does } = await peopleIn(house);
  const engagement = await forgotten(house, 4);
  const { engagementId } = engagement;
  await untilStanding('RedeemedNotSubmitted', (seconds) => seconds > 3 * DAY_S);
  expect(await does('RedeemedNotSubmitted', 'engagements list')).toContain(engagementId);
  expect(await does('RedeemedNotSubmitted', 'engagements why', { engagementId })).toContain(
    `engagements send recordPaymentStatus ${engagementId}`,
  );
  await submitByHand(house, engagement);
  await untilStanding('RedeemedNotSubmitted', isNone);
});

test('PaymentAtRisk: nobody submitted by hand until the 60 days were nearly over', async () => {
  const house = await openHouse({ gateway: 'manual' });
  const { untilStanding, does } = await peopleIn(house);
  const engagement = await forgotten(house, 58);
  const { engagementId } = engagement;
  await engagement.until(({ tasks }) => tasks.some(({ kind }) => kind === 'paymentWindowClosing'));
  await untilStanding('PaymentAtRisk', isOne);
  expect(await does('PaymentAtRisk', 'engagements tasks --kind paymentWindowClosing')).toContain(engagementId);
  await does('PaymentAtRisk', 'engagements tasks --kind paymentWindowLapsed');
  expect(await does('PaymentAtRisk', 'engagements why', { engagementId })).toContain('recordPaymentStatus');
  await submitByHand(house, engagement);
  await untilStanding('PaymentAtRisk', isNone);
});

test('TasksOverdue: nobody did what was due', async () => {
  const rates = loadRates();
  const known = rates.rates.splice(0);
  const house = await openHouse({ dependencies: (usual) => ({ ...usual, rates }) });
  const { untilStanding, does } = await peopleIn(house);
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  const { tasks } = await engagement.until((view) => view.tasks.length > 0);
  const [{ taskId = '', kind = '' } = {}] = tasks;
  await house.sleepUntil(addDays(engagement.today, 62));
  await engagement.until((view) => view.tasks.length > 1);
  await untilStanding('TasksOverdue', isOne, `kind="${kind}"`);
  expect(await does('TasksOverdue', 'engagements tasks --overdue')).toContain(taskId);
  const { engagementId } = engagement;
  const why = await does('TasksOverdue', 'engagements why', { engagementId });
  expect(why).toContain(`engagements resolve ${taskId} rateAdded`);
  await does('TasksOverdue', 'engagements claim', { taskId });
  rates.rates.push(...known);
  await does('TasksOverdue', 'engagements resolve', { taskId, resolution: 'rateAdded' });
  await untilStanding('TasksOverdue', isNone);
  expect(await does('TasksOverdue', 'engagements tasks --overdue')).not.toContain(taskId);
});
