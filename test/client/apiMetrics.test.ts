import { createAdmin } from '../../client/api/app';
import { registry } from '../../client/api/metrics';
import type { Figures } from '../../records/figures';
import type { Records } from '../../records/connect';
import { openRig } from './rig';

const NOW = Date.parse('2020-07-10T12:00:00.000Z');

const FIGURES: Figures = {
  engagements: [
    { stage: 'reserved', count: 2, since: '2020-07-09' },
    { stage: 'paid', count: 7 },
  ],
  paymentRequests: [
    { status: 'submitted', count: 1 },
    { status: 'submitted', count: 2 },
  ],
  deadlines: [
    { kind: 'plannedEnd', count: 3 },
    { kind: 'paymentOverdue', count: 1 },
    { kind: 'enrollmentEnd', count: 1 },
    { kind: 'paymentOverdue', count: 1 },
  ],
  tasks: [{ kind: 'submissionUnknown', count: 4, unclaimed: 3, overdue: 1, since: '2020-07-10T11:00:00.000Z' }],
  batches: [{ stage: 'collecting', count: 5 }],
};

/** The admin port over records that answer so; `lines` gives the series of what is named so. */
async function adminOver({
  read,
  ping = async () => undefined,
}: {
  read: () => Promise<Figures>;
  ping?: () => Promise<void>;
}) {
  const records = { ping, figures: { read }, audit: { waits: () => 6 } } as unknown as Records;
  const logged: string[] = [];
  const logger = { level: 'warn', stream: { write: (line: string) => void logged.push(line) } };
  const admin = await createAdmin({ records, pingTemporal: async () => undefined }, logger);
  const lines = async (name: string) => {
    const { statusCode, body } = await admin.inject('/metrics');
    expect(statusCode).toBe(200);
    return body.split('\n').filter((line) => line.startsWith(name));
  };
  return { admin, lines, logged };
}

/** Only what a clock says is made up. */
let now: number;
beforeEach(() => {
  now = NOW;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

test('how things stand is read when somebody asks; what there is none of is 0', async () => {
  const { lines } = await adminOver({ read: async () => FIGURES });
  const some = (await lines('planning_')).filter((line) => !line.endsWith(' 0'));
  expect(some).toStrictEqual([
    'planning_engagements{stage="reserved"} 2',
    'planning_engagements{stage="paid"} 7',
    'planning_engagement_oldest_seconds{stage="reserved"} 129600',
    'planning_payment_requests{status="submitted"} 3',
    'planning_deadlines_overdue{kind="plannedEnd"} 3',
    'planning_deadlines_overdue{kind="paymentOverdue"} 2',
    'planning_deadlines_overdue{kind="enrollmentEnd"} 1',
    'planning_tasks_open{kind="submissionUnknown"} 4',
    'planning_tasks_unclaimed{kind="submissionUnknown"} 3',
    'planning_tasks_overdue{kind="submissionUnknown"} 1',
    'planning_task_oldest_seconds{kind="submissionUnknown"} 3600',
    'planning_batches{stage="collecting"} 5',
    'planning_figures_up 1',
  ]);
  expect(await lines('planning_engagements{stage="redeemed"}')).toStrictEqual([
    'planning_engagements{stage="redeemed"} 0',
  ]);
});

test('however often it is asked, MongoDB counts every five seconds at most', async () => {
  let reads = 0;
  const { lines } = await adminOver({
    read: async () => {
      reads += 1;
      return FIGURES;
    },
  });
  await Promise.all([lines(''), lines('')]);
  now += 4_999;
  await lines('');
  expect(reads).toBe(1);
  now += 1;
  await lines('');
  expect(reads).toBe(2);
});

test('while MongoDB is away there are no figures, rather than old ones', async () => {
  let isAway = false;
  const orAway = async () => {
    if (isAway) throw new Error('away');
  };
  const read = async () => {
    await orAway();
    return FIGURES;
  };
  const { lines, logged } = await adminOver({ read, ping: orAway });
  expect(await lines('planning_tasks_open{')).toContain('planning_tasks_open{kind="submissionUnknown"} 4');
  isAway = true;
  now += 5_000;
  expect(await lines('planning_')).toStrictEqual(['planning_figures_up 0']);
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { msg: 'how things stand cannot be read', err: { message: 'away' } },
  ]);
  expect(await lines('api_part_up')).toStrictEqual(['api_part_up{part="MongoDB"} 0', 'api_part_up{part="Temporal"} 1']);
  isAway = false;
  now += 5_000;
  expect(await lines('planning_figures_up')).toStrictEqual(['planning_figures_up 1']);
});

test('entries of the audit that wait are told', async () => {
  const { lines } = await adminOver({ read: async () => FIGURES });
  expect(await lines('audit_entries_waiting')).toStrictEqual(['audit_entries_waiting 6']);
});

test('a no is counted by its code, and each request by its route, whatever its path', async () => {
  jest.restoreAllMocks();
  const { api, call } = await openRig();
  /** The series of a metric that have these labels, as Prometheus gets them. */
  const count = async (name: string, ...labels: string[]): Promise<number> => {
    const series = (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));
    const found = series.find((line) => labels.every((label) => line.includes(label)));
    return Number(found?.split(' ').at(-1) ?? 0);
  };
  const unauthenticated = () => count('api_problems_total', 'code="unauthenticated"');
  const before = await unauthenticated();
  await api.inject('/v1/engagements/E-1');
  await api.inject('/v1/engagements/E-2');
  expect(await unauthenticated()).toBe(before + 2);
  await call('GET', '/v1/engagements/E-1');
  expect(await unauthenticated()).toBe(before + 2);
  const ofRoute = ['route="/v1/engagements/:engagementId"', 'status="401"'];
  expect(await count('api_request_duration_seconds_count', ...ofRoute)).toBe(2);
});
