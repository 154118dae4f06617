import { MongoServerError, type Db } from 'mongodb';
import { createEngagements } from '../../records/engagements';
import { createTasks } from '../../records/tasks';
import { openedRecords } from './opened';
import { AT, noteEvent, recordedMessage, refusedEvent, task, view } from './samples';

const opened = openedRecords();
const engagements = () => opened().records.engagements;
const tasks = () => opened().records.tasks;

describe('the record decides', () => {
  test('of fifty messages recorded on one version at once exactly one is recorded', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        engagements().record(recordedMessage({ engagementId: 'race', fromVersion: 3, messageId: `m-${n}` })),
      ),
    );
    expect(answers.filter(Boolean)).toStrictEqual([true]);
    expect(await engagements().all('race')).toHaveLength(1);
  });

  test('one message is recorded once, on whatever version it is tried again', async () => {
    const first = recordedMessage({ engagementId: 'again', fromVersion: 0, messageId: 'm' });
    expect(await engagements().record(first)).toBe(true);
    expect(await engagements().record({ ...first, fromVersion: 1 })).toBe(false);
    expect(await engagements().all('again')).toStrictEqual([first]);
  });

  test('other engagements do not stand in the way', async () => {
    expect(await engagements().record(recordedMessage({ engagementId: 'one', messageId: 'm' }))).toBe(true);
    expect(await engagements().record(recordedMessage({ engagementId: 'other', messageId: 'm' }))).toBe(true);
  });

  test('what was recorded since a version comes back in order, and so does the message itself, however old', async () => {
    const documents = [0, 1, 2, 3].map((fromVersion) => recordedMessage({ engagementId: 'since', fromVersion }));
    for (const document of documents.toReversed()) await engagements().record(document);
    const [oldest, , third, fourth] = documents;
    expect(await engagements().recordedSince('since', 2, 'nobody')).toStrictEqual([third, fourth]);
    expect(await engagements().recordedSince('since', 2, 'm-0')).toStrictEqual([oldest, third, fourth]);
    expect(await engagements().recordedSince('since', 2, 'm-3')).toStrictEqual([third, fourth]);
    expect(await engagements().recordedSince('since', 4, 'nobody')).toStrictEqual([]);
    expect(await engagements().all('since')).toStrictEqual(documents);
  });

  test('values that are undefined are left out, as in JSON', async () => {
    const note = { ...noteEvent('sparse', 1, 'm'), deadlines: undefined };
    await engagements().record(recordedMessage({ engagementId: 'sparse', messageId: 'm', events: [note] }));
    expect(await engagements().timeline('sparse')).toStrictEqual([noteEvent('sparse', 1, 'm')]);
  });

  test('the timeline is every event of every message, in order', async () => {
    const twoEvents = [noteEvent('line', 1, 'm-0'), noteEvent('line', 2, 'm-0')];
    await engagements().record(recordedMessage({ engagementId: 'line', fromVersion: 0, events: twoEvents }));
    await engagements().record(recordedMessage({ engagementId: 'line', fromVersion: 2 }));
    expect(await engagements().timeline('line')).toStrictEqual([...twoEvents, noteEvent('line', 3, 'm-2')]);
    expect(await engagements().timeline('nobody')).toStrictEqual([]);
  });
});

describe('what became of a message', () => {
  test('one that nobody has seen is pending', async () => {
    expect(await engagements().messageStatus('status', 'unseen')).toStrictEqual({
      messageId: 'unseen',
      status: 'pending',
    });
  });

  test('one with an effect is applied', async () => {
    await engagements().record(recordedMessage({ engagementId: 'status', fromVersion: 0, messageId: 'done' }));
    expect(await engagements().messageStatus('status', 'done')).toStrictEqual({ messageId: 'done', status: 'applied' });
  });

  test('one that was refused says why, even if it opened a task beside', async () => {
    const events = [noteEvent('status', 2, 'no'), refusedEvent('status', 3, 'no')];
    await engagements().record(recordedMessage({ engagementId: 'status', fromVersion: 1, messageId: 'no', events }));
    expect(await engagements().messageStatus('status', 'no')).toStrictEqual({
      messageId: 'no',
      status: 'refused',
      reason: { code: 'report-missing', detail: 'no report yet' },
    });
  });

  test('one that repeated another counts as applied, and its first answer stands', async () => {
    const outcome = { messageId: 'twin', fingerprint: 'f', sameAs: 'done', at: AT };
    await engagements().recordOutcome('status', outcome);
    await engagements().recordOutcome('status', { ...outcome, sameAs: 'another' });
    expect(await engagements().outcomeOf('status', 'twin')).toStrictEqual({ engagementId: 'status', ...outcome });
    expect(await engagements().outcomeOf('status', 'nobody')).toBeUndefined();
    expect(await engagements().messageStatus('status', 'twin')).toStrictEqual({ messageId: 'twin', status: 'applied' });
  });
});

/** The database, in which the first such write loses: a rival writes, and its key is taken. */
function losingOnce(method: 'replaceOne' | 'bulkWrite', rival: () => Promise<unknown>): Db {
  const lost = jest.fn(async () => {
    await rival();
    throw new MongoServerError({ message: 'E11000', code: 11000 });
  });
  const { db } = opened();
  const collection = (name: string) => {
    const rows = db.collection(name);
    const write = rows[method].bind(rows) as (...args: unknown[]) => unknown;
    return Object.assign(rows, {
      [method]: (...args: unknown[]) => (lost.mock.calls.length ? write(...args) : lost()),
    });
  };
  return Object.assign(Object.create(db) as Db, { collection });
}

describe('projections follow', () => {
  const shown = async (engagementId: string) => (await engagements().view(engagementId))?.version;

  test('an engagement nobody projected is not there', async () => {
    expect(await engagements().view('nobody')).toBeUndefined();
  });

  test('a view is shown as it was projected', async () => {
    const projected = view({ engagementId: 'shown', tasks: [task({ engagementId: 'shown', taskId: 'shown:t:1' })] });
    await engagements().project(projected);
    expect(await engagements().view('shown')).toStrictEqual(projected);
  });

  test('an older view never replaces a newer one', async () => {
    await engagements().project(view({ engagementId: 'guarded', version: 5, stage: 'reserved' }));
    await engagements().project(view({ engagementId: 'guarded', version: 4, stage: 'voucherAssigned' }));
    expect(await engagements().view('guarded')).toStrictEqual(
      view({ engagementId: 'guarded', version: 5, stage: 'reserved' }),
    );
  });

  test('of the first views of an engagement, projected at once, the newest is shown in the end', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `first-${n}`);
    const open = (engagementId: string) => task({ engagementId, taskId: `${engagementId}:t:1` });
    const claimed = (engagementId: string, version: number) => ({ ...open(engagementId), claimedBy: `v${version}` });
    await Promise.all(
      ids.flatMap((engagementId) =>
        [1, 2, 3, 4].map((version) =>
          engagements().project(view({ engagementId, version, tasks: [claimed(engagementId, version)] })),
        ),
      ),
    );
    expect(await Promise.all(ids.map(shown))).toStrictEqual(ids.map(() => 4));
    const found = await Promise.all(ids.map((engagementId) => tasks().find(open(engagementId).taskId)));
    expect(found).toStrictEqual(ids.map((engagementId) => claimed(engagementId, 4)));
  });

  test('a task is open while the view has it, and resolved once it has not', async () => {
    const open = task({ engagementId: 'worked', taskId: 'worked:t:1' });
    await engagements().project(view({ engagementId: 'worked', version: 2, tasks: [open] }));
    expect(await tasks().find('worked:t:1')).toStrictEqual(open);
    await engagements().project(view({ engagementId: 'worked', version: 3, tasks: [{ ...open, claimedBy: 'eva' }] }));
    expect(await tasks().find('worked:t:1')).toStrictEqual({ ...open, claimedBy: 'eva' });
    await engagements().project(view({ engagementId: 'worked', version: 4, tasks: [] }));
    expect(await tasks().find('worked:t:1')).toStrictEqual({ ...open, claimedBy: 'eva', status: 'resolved' });
    expect(await tasks().find('nobody')).toBeUndefined();
  });

  test('a late projection opens no task that is resolved already', async () => {
    const open = task({ engagementId: 'late', taskId: 'late:t:1' });
    await engagements().project(view({ engagementId: 'late', version: 3, tasks: [] }));
    await engagements().project(view({ engagementId: 'late', version: 2, tasks: [open] }));
    expect(await tasks().find('late:t:1')).toBeUndefined();
  });

  test('a view that loses to an older one in the race to be the first is shown all the same', async () => {
    const rival = () => engagements().project(view({ engagementId: 'raced', version: 1 }));
    await createEngagements(losingOnce('replaceOne', rival), tasks()).project(
      view({ engagementId: 'raced', version: 2 }),
    );
    expect(await shown('raced')).toBe(2);
  });

  test('so are its tasks', async () => {
    const open = task({ engagementId: 'raced', taskId: 'raced:t:1' });
    const rival = () => tasks().project({ engagementId: 'raced' }, 1, [open]);
    const claimed = { ...open, claimedBy: 'eva' };
    await createTasks(losingOnce('bulkWrite', rival)).project({ engagementId: 'raced' }, 2, [claimed]);
    expect(await tasks().find('raced:t:1')).toStrictEqual(claimed);
  });

  test('tasks of an older view change nothing in those of a newer one', async () => {
    const claimed = task({ engagementId: 'kept', taskId: 'kept:t:1', claimedBy: 'eva' });
    await tasks().project({ engagementId: 'kept' }, 5, [claimed]);
    await tasks().project({ engagementId: 'kept' }, 3, [{ ...claimed, claimedBy: 'max' }]);
    await tasks().project({ engagementId: 'kept' }, 4, []);
    expect(await tasks().find('kept:t:1')).toStrictEqual(claimed);
  });

  test('whoever is overtaken while writing tasks writes them again by the newer view', async () => {
    const open = task({ engagementId: 'overtaken', taskId: 'overtaken:t:1' });
    const slow = createEngagements(opened().db, {
      ...tasks(),
      project: async (subject, version, shownTasks) => {
        if (version === 2) await engagements().project(view({ engagementId: 'overtaken', version: 3 }));
        await tasks().project(subject, version, shownTasks);
      },
    });
    await slow.project(view({ engagementId: 'overtaken', version: 2, tasks: [open] }));
    expect(await tasks().find('overtaken:t:1')).toStrictEqual({ ...open, status: 'resolved' });
    expect(await shown('overtaken')).toBe(3);
  });

  test('a projection that broke off between view and tasks is healed by its repetition', async () => {
    const open = task({ engagementId: 'healed', taskId: 'healed:t:1' });
    const projected = view({ engagementId: 'healed', version: 2, tasks: [open] });
    await engagements().project(projected);
    await opened().db.collection<{ _id: string }>('tasks').deleteOne({ _id: 'healed:t:1' });
    await engagements().project(projected);
    expect(await tasks().find('healed:t:1')).toStrictEqual(open);
  });
});
