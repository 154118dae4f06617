import type { Task } from '../../contracts/tasks';
import { openedRecords } from './opened';
import { claimed, found, task, view } from './samples';

const opened = openedRecords();
const tasks = () => opened().records.differenceTasks;
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T03:00:00.000Z`;
const inList = (taskId: string): Promise<Task | undefined> => opened().records.tasks.find(taskId);
const rowOf = (taskId: string) => opened().db.collection('tasks').findOne({ taskId });

/** As many connections as are used at once: whoever has to open one first comes too late to race. */
beforeAll(() => Promise.all(Array.from({ length: 10 }, () => inList('none'))));
afterEach(() => opened().db.collection('tasks').deleteMany({}));

const FIRST = 'reconciliation:E-1:invoice:1:recordsDiffer:1';
const here = { engagementId: 'e-1', partnerId: 'contoso-services' };
const difference = found('E-1:invoice:1', here);

describe('a difference', () => {
  test('opens one task, however often and at once it is found', async () => {
    const counts = await Promise.all(Array.from({ length: 8 }, () => tasks().follow([difference], day(1))));
    expect(counts.reduce((sum, { opened: count }) => sum + count, 0)).toBe(1);
    expect(await tasks().follow([difference], day(2))).toStrictEqual({ opened: 0, closed: 0 });
    expect(await inList(FIRST)).toMatchObject({ taskId: FIRST, status: 'open', about: 'missingHere N-1', ...here });
    expect(await inList(FIRST.replace(/1$/, '2'))).toBeUndefined();
  });

  test('has a task beside another about the same reference', async () => {
    const other = found('E-1:invoice:1', { ...here, group: 'missingThere', there: undefined });
    const third = found('E-1:invoice:1', { ...here, group: 'amountDiffers' });
    await Promise.all([difference, other, third].map((each) => tasks().follow([each], day(1))));
    const { items } = await opened().records.tasks.list({ kind: 'recordsDiffer', limit: 10 });
    expect(items.map(({ about }) => about).toSorted()).toStrictEqual([
      'amountDiffers N-1',
      'missingHere N-1',
      'missingThere',
    ]);
  });

  test('that is gone closes its task, and opens the next when it is back', async () => {
    await tasks().follow([difference], day(1));
    expect(await tasks().follow([], day(2))).toStrictEqual({ opened: 0, closed: 1 });
    expect(await inList(FIRST)).toMatchObject({ status: 'resolved' });
    expect(await rowOf(FIRST)).toMatchObject({
      reconciliation: {
        said: [{ type: 'TaskResolved', at: day(2), actor: { subject: 'system' }, resolution: 'noLongerNeeded' }],
      },
    });
    expect(await tasks().follow([difference], day(3))).toStrictEqual({ opened: 1, closed: 0 });
    expect(await inList(FIRST.replace(/1$/, '2'))).toMatchObject({ status: 'open', openedAt: day(3) });
  });

  test('found by a reconciliation that began later is none of an earlier one’s business', async () => {
    await tasks().follow([difference], day(2));
    expect(await tasks().follow([], day(1))).toStrictEqual({ opened: 0, closed: 0 });
    expect(await inList(FIRST)).toMatchObject({ status: 'open' });
  });

  test('that still is there after somebody settled it opens the next task', async () => {
    await tasks().follow([difference], day(1));
    await tasks().hear(claimed(FIRST, { name: 'resolveTask' }), day(1));
    expect(await tasks().follow([difference], day(2))).toStrictEqual({ opened: 1, closed: 0 });
  });

  test('of a reference that cannot be in an id has a task with another name', async () => {
    const typed = found('typed by hand / März');
    expect(await tasks().follow([typed, typed], day(1))).toStrictEqual({ opened: 1, closed: 0 });
    const { items } = await opened().records.tasks.list({ kind: 'recordsDiffer', limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.taskId).toMatch(/^reconciliation:[0-9a-f]{20}:recordsDiffer:1$/);
    expect(items[0]?.instructions).toContain('typed by hand / März');
    expect('partnerId' in items[0]!).toBe(false);
    expect(await tasks().follow([typed], day(2))).toStrictEqual({ opened: 0, closed: 0 });
  });
});

describe('what somebody says about it', () => {
  beforeEach(async () => void (await tasks().follow([difference], day(1))));

  test('is recorded with the task: who, when and why', async () => {
    const said = claimed(FIRST, { payload: { taskId: FIRST, note: 'looking into it' } });
    expect(await tasks().hear(said, day(2))).toStrictEqual({ task: { ...(await inList(FIRST)), claimedBy: 'sam' } });
    expect(await rowOf(FIRST)).toMatchObject({
      claimedBy: 'sam',
      version: 2,
      reconciliation: {
        said: [
          { type: 'TaskClaimed', at: day(2), actor: { subject: 'sam', role: 'support' }, note: 'looking into it' },
        ],
      },
    });
  });

  test('has its answer again under the same id, and is refused with other content', async () => {
    const resolving = claimed(FIRST, { name: 'resolveTask', messageId: 'm-2', fingerprint: 'f-2' });
    const resolved = await tasks().hear(resolving, day(2));
    expect(resolved).toMatchObject({ task: { status: 'resolved' } });
    expect(await tasks().hear(resolving, day(3))).toStrictEqual(resolved);
    expect(await tasks().hear({ ...resolving, fingerprint: 'f-3' }, day(3))).toMatchObject({
      refusal: { code: 'idempotency-key-reused' },
    });
    expect(await tasks().hear({ ...resolving, messageId: 'm-3' }, day(3))).toMatchObject({
      refusal: { code: 'task-resolved' },
    });
    expect((await rowOf(FIRST))?.['version']).toBe(2);
  });

  test('of two who claim it at once one has it, and the other hears so', async () => {
    const by = (subject: string) =>
      tasks().hear(claimed(FIRST, { actor: { subject, role: 'support' }, messageId: `by-${subject}` }), day(2));
    const answers = await Promise.all(['ann', 'ben', 'cleo', 'dora', 'emil'].map(by));
    const claimants = answers.flatMap((answer) => (answer && 'task' in answer ? [answer.task.claimedBy] : []));
    expect(claimants).toStrictEqual([(await inList(FIRST))?.claimedBy]);
    expect(answers.filter((answer) => answer && 'refusal' in answer)).toHaveLength(4);
  });

  test('that changes nothing is not recorded', async () => {
    await tasks().hear(claimed(FIRST), day(2));
    expect(await tasks().hear(claimed(FIRST, { messageId: 'm-9' }), day(3))).toMatchObject({
      task: { status: 'open' },
    });
    expect((await rowOf(FIRST))?.['version']).toBe(2);
  });

  test('is about nothing where there is no such task, or it is an engagement’s', async () => {
    await opened().records.engagements.project(view({ tasks: [task({ taskId: 'e-1:recordsDiffer:1' })] }));
    expect(await tasks().hear(claimed('reconciliation:E-9:recordsDiffer:1'), day(2))).toBeUndefined();
    expect(await tasks().hear(claimed('e-1:recordsDiffer:1'), day(2))).toBeUndefined();
  });
});

test('an engagement, a batch or a partner that goes on leaves it alone', async () => {
  const { records, db } = opened();
  const ofPartner = found('typed', { partnerId: 'contoso-services' });
  await tasks().follow(
    [found('E-5:invoice:1', { engagementId: 'e-5', partnerId: 'contoso-services' }), ofPartner],
    day(1),
  );
  await records.engagements.project(view({ engagementId: 'e-5', version: 7 }));
  await records.tasks.project({ partnerId: 'contoso-services' }, 9, []);
  expect(await db.collection('tasks').countDocuments({ status: 'open' })).toBe(2);
});
