import type { Payloads } from '../../contracts/messages';
import { engagementWorkflowId } from '../../contracts/names';
import { addDays } from '../../domain/days';
import { savedViews } from '../../domain/why/savedViews';
import { Case, CONSULTANT, OPERATOR, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let today: string;
/** One engagement for each reason to be in a view, or not to be; by what is the matter with it. */
let cases: Record<keyof typeof MAKE, Case>;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
  today = await house.today();
  const made = Object.entries(MAKE).map(async ([name, make]) => {
    const engagement = await Case.start(house);
    await make(engagement);
    return [name, engagement] as const;
  });
  cases = Object.fromEntries(await Promise.all(made)) as typeof cases;
});
afterAll(() => house.stop());

const ago = (days: number) => addDays(today, -days);

const assign = (engagement: Case, changes: Partial<Payloads['assignVoucher']> = {}) =>
  engagement.send('assignVoucher', { ...engagement.payloads().assignVoucher, ...changes });

/** Reports, with work begun `startedDaysAgo`, what was reserved and planned `plannedDaysAgo`. */
async function report(engagement: Case, plannedDaysAgo: number, startedDaysAgo = plannedDaysAgo): Promise<void> {
  const { reserveVoucher, submitCompletionReport } = engagement.payloads();
  const day = ago(plannedDaysAgo);
  await assign(engagement, { assignedOn: day });
  const reservation = { ...reserveVoucher, reservedOn: day, scheduledStart: day, scheduledEnd: day };
  await engagement.send('reserveVoucher', reservation, { actor: PARTNER_ADMIN });
  await engagement.upload();
  const dates = { startedOn: ago(startedDaysAgo), completedOn: day, deliveredToCustomerOn: day };
  await engagement.send('submitCompletionReport', { ...submitCompletionReport, ...dates }, { actor: CONSULTANT });
}

async function redeem(engagement: Case, daysAgo: number): Promise<void> {
  await report(engagement, daysAgo + 1);
  await engagement.send('redeemVoucher', { confirmed: true, redeemedOn: ago(daysAgo) }, { actor: PARTNER_ADMIN });
  await engagement.until(({ stage }) => stage === 'paymentRequested');
}

const MAKE = {
  'no voucher': async () => undefined,
  'no voucher, and a task': (engagement: Case) =>
    engagement.send('reportVoucherProblem', { problem: 'benefitNotActivated' }),
  'a fresh voucher': (engagement: Case) => assign(engagement),
  'a voucher with 30 days left': (engagement: Case) => assign(engagement, { expiresOn: addDays(today, 30) }),
  'a voucher with 31 days left': (engagement: Case) => assign(engagement, { expiresOn: addDays(today, 31) }),
  async 'a reservation that was extended to 31 days left'(engagement: Case) {
    await assign(engagement, { expiresOn: addDays(today, 30) });
    await engagement.reserve();
    await engagement.send('extendVoucher', { addDays: 1, reason: 'granted by Microsoft' });
  },
  'a report': (engagement: Case) => report(engagement, 3),
  'a report of work begun early': (engagement: Case) => report(engagement, 3, 4),
  'redeemed 31 days ago': (engagement: Case) => redeem(engagement, 31),
  'redeemed 30 days ago': (engagement: Case) => redeem(engagement, 30),
  async 'redeemed 40 days ago and paid'(engagement: Case) {
    await redeem(engagement, 40);
    await engagement.advance('approved');
    await engagement.until(({ stage }) => stage === 'paymentApproved');
    await engagement.advance('paid');
    await engagement.handle.result();
  },
  'cancelled while reserved': async (engagement: Case) => {
    await assign(engagement);
    await engagement.reserve();
    await engagement.send('cancelEngagement', { reason: 'no budget' }, { actor: OPERATOR });
  },
} satisfies Record<string, (engagement: Case) => Promise<unknown>>;

async function found(query: string): Promise<string[]> {
  const names = new Map(
    Object.entries(cases).map(([name, { engagementId }]) => [engagementWorkflowId(engagementId), name]),
  );
  const ids: string[] = [];
  for await (const { workflowId } of house.client.workflow.list({ query }))
    ids.push(names.get(workflowId) ?? workflowId);
  return ids.sort();
}

test.each<[view: string, finds: (keyof typeof MAKE)[]]>([
  ['waiting for customer', ['no voucher', 'no voucher, and a task']],
  [
    'waiting for partner',
    [
      'a fresh voucher',
      'a report',
      'a reservation that was extended to 31 days left',
      'a voucher with 30 days left',
      'a voucher with 31 days left',
    ],
  ],
  ['expiring in 30 days', ['a voucher with 30 days left']],
  ['needs a person', ['a report of work begun early', 'cancelled while reserved', 'no voucher, and a task']],
  ['unpaid over 30 days', ['redeemed 31 days ago']],
])('the view “%s” finds these and no others', async (name, finds) => {
  const { query } = savedViews(today, '+00:00').find((view) => view.name === name)!;
  // Temporal's lists follow a moment later.
  expect(
    await eventually(
      () => found(query),
      (ids) => ids.join() === finds.join(),
    ),
  ).toStrictEqual(finds);
});

test('every view is tried', () => expect(savedViews(today, '+00:00')).toHaveLength(5));
