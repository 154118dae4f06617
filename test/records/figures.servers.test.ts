import { openRecords, type Records } from '../../records/connect';
import { mongoServer } from '../support/servers';
import { BATCH, PARTNER, VIEW, TASK } from '../client/rig';
import type { EngagementView } from '../../contracts/engagement';

const mongo = mongoServer();
let records: Records;
beforeAll(async () => {
  records = await openRecords({ uri: mongo().uri, timeoutMs: 5_000 });
  await records.migrate();
});
afterAll(() => records.close());

const NOW = '2020-08-01T00:00:00.000Z';

test('of nothing there are no figures', async () => {
  expect(await records.figures.read(NOW)).toStrictEqual({
    engagements: [],
    paymentRequests: [],
    deadlines: [],
    tasks: [],
    batches: [],
  });
});

test('they tell how many engagements, tasks and payment requests there are, since when, and what is past', async () => {
  const show = (engagementId: string, changes: Partial<EngagementView>) =>
    records.engagements.project({ ...VIEW, engagementId, ...changes });
  const task = (taskId: string, changes: Partial<typeof TASK> = {}) => ({ ...TASK, taskId, ...changes });
  const paymentRequest = {
    status: 'unknown',
    submittedAt: '2020-07-20T10:00:00.000Z',
  } as EngagementView['paymentRequest'];
  await show('E-1', {
    startedAt: '2020-07-02T08:00:00.000Z',
    nextDeadline: { kind: 'voucherReminder', at: '2020-07-31T23:59:59.999Z' },
    tasks: [
      task('E-1:voucherMissing:1', { dueAt: '2020-07-31T00:00:00.000Z' }),
      task('E-1:voucherMissing:2', { claimedBy: 'olle' }),
    ],
  });
  await show('E-2', { startedAt: '2020-07-03T08:00:00.000Z', nextDeadline: { kind: 'voucherReminder', at: NOW } });
  await show('E-3', {
    stage: 'redeemed',
    redemption: { redeemedOn: '2020-07-19', paymentRequestDueOn: '2020-09-17' },
    paymentRequest,
  });
  await show('E-4', { stage: 'paymentRequested', paymentRequest });
  await show('E-5', { stage: 'paid' });
  const { engagements, ...rest } = await records.figures.read(NOW);
  expect(engagements).toStrictEqual([
    { stage: 'awaitingVoucher', count: 2, since: '2020-07-02T08:00:00.000Z' },
    { stage: 'redeemed', count: 1, since: '2020-07-19' },
    { stage: 'paymentRequested', count: 1, since: '2020-07-20T10:00:00.000Z' },
    { stage: 'paid', count: 1 },
  ]);
  expect(rest).toStrictEqual({
    paymentRequests: [
      { status: 'unknown', count: 1 },
      { status: 'unknown', count: 1 },
    ],
    deadlines: [{ kind: 'voucherReminder', count: 1 }],
    tasks: [{ kind: 'voucherMissing', count: 2, unclaimed: 1, overdue: 1, since: TASK.openedAt }],
    batches: [],
  });
});

test('a deadline of a partner or of an open batch that is past counts as one of an engagement does', async () => {
  const at = '2020-07-31T23:59:59.999Z';
  await records.partners.project({ ...PARTNER, nextDeadline: { kind: 'enrollmentEnd', at, about: ['DDPS'] } });
  const due = { ...BATCH, tasks: [], nextDeadline: { kind: 'paymentOverdue' as const, at } };
  await records.batches.project({ ...due, batchId: 'B-1', stage: 'paymentRequested' });
  await records.batches.project({ ...due, batchId: 'B-2', stage: 'paid' });
  const { deadlines } = await records.figures.read(NOW);
  expect(deadlines.slice(1)).toStrictEqual([
    { kind: 'enrollmentEnd', count: 1 },
    { kind: 'paymentOverdue', count: 1 },
  ]);
});
