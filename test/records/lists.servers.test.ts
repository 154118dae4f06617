import { MongoClient, type CommandStartedEvent, type Db, type Document } from 'mongodb';
import type { EngagementView } from '../../contracts/engagement';
import type { Stage } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import { createBatches, type BatchFilter } from '../../records/batches';
import { createDeliverables } from '../../records/deliverables';
import { createDifferenceTasks } from '../../records/differenceTasks';
import { createPaymentRequests } from '../../records/paymentRequests';
import type { EngagementFilter } from '../../records/engagementRows';
import { createEngagements } from '../../records/engagements';
import type { Records } from '../../records/connect';
import { InvalidCursor, type Page } from '../../records/pages';
import type { PartnerFilter } from '../../records/partnerRows';
import { createPartners } from '../../records/partners';
import { createTasks, type TaskFilter } from '../../records/tasks';
import { contoso } from '../support/partner';
import { openedRecords } from './opened';
import { AT, claimed, everyOf, found, task, view, voucher } from './samples';

const opened = openedRecords();
const day = (n: number) => `2020-08-${String(n).padStart(2, '0')}T00:00:00.000Z`;

beforeAll(async () => {
  const { engagements } = opened().records;
  const fabrikam = { name: 'Fabrikam  AB', country: 'SE', customerId: 'FAB-1', licensingId: 'L-9' };
  await Promise.all([
    engagements.project(view({ engagementId: 'a', customer: fabrikam, nextDeadline: { kind: 'closing', at: day(3) } })),
    engagements.project(
      view({
        engagementId: 'b',
        stage: 'voucherAssigned',
        voucher: voucher('V-1'),
        nextDeadline: { kind: 'closing', at: day(9) },
      }),
    ),
    engagements.project(
      view({
        engagementId: 'c',
        partnerId: 'northwind-consulting',
        tasks: [
          task({
            taskId: 'c:1',
            engagementId: 'c',
            partnerId: 'northwind-consulting',
            role: 'consultant',
            claimedBy: 'kim',
          }),
        ],
      }),
    ),
    engagements.project(
      view({
        engagementId: 'd',
        stage: 'voucherAssigned',
        tasks: [
          task({ taskId: 'd:1', engagementId: 'd', kind: 'paymentHeld' }),
          task({ taskId: 'd:2', engagementId: 'd' }),
        ],
      }),
    ),
  ]);
  await engagements.project(
    view({
      engagementId: 'd',
      version: 2,
      stage: 'paid',
      tasks: [task({ taskId: 'd:2', engagementId: 'd', dueAt: day(3) })],
    }),
  );
});

describe('engagements', () => {
  const list = async (filter: EngagementFilter) =>
    (await opened().records.engagements.list({ ...filter, limit: 10 })).items.map(({ engagementId }) => engagementId);

  test.each<[string, EngagementFilter, string[]]>([
    ['all of them', {}, ['a', 'b', 'c', 'd']],
    ['of a partner', { partnerId: 'northwind-consulting' }, ['c']],
    ['in a stage', { stage: 'voucherAssigned' }, ['b']],
    ['in a final stage', { over: true }, ['d']],
    ['in any other', { over: false }, ['a', 'b', 'c']],
    ['in a stage that is not final', { over: false, stage: 'voucherAssigned' }, ['b']],
    ['in a final stage that is not final', { over: true, stage: 'voucherAssigned' }, []],
    ['with a voucher', { voucherId: 'V-1' }, ['b']],
    ['of a customer by name, in any case and spacing', { customer: 'fabrikam ab' }, ['a', 'b', 'c', 'd']],
    ['of a customer by how its name begins', { customer: 'Fabri' }, ['a', 'b', 'c', 'd']],
    ['of a customer by its beginning only', { customer: 'rikam' }, []],
    ['of a customer, not by two names of which one is before and one after', { customer: 'g' }, []],
    ['of a customer by its id', { customer: 'fab-1' }, ['a']],
    ['of a customer by its licensing id', { customer: 'L-9' }, ['a']],
    ['with open tasks', { openTasks: true }, ['c', 'd']],
    ['without open tasks', { openTasks: false }, ['a', 'b']],
    ['due before an instant of any offset', { dueBefore: '2020-08-03T02:30:00+02:00' }, ['a']],
    ['due before that instant only', { dueBefore: '2020-08-03T01:30:00+02:00' }, []],
    ['by several conditions at once', { partnerId: 'contoso-services', openTasks: true, stage: 'paid' }, ['d']],
    ['of nobody', { partnerId: 'adventure-works' }, []],
  ])('are listed %s', async (_title, filter, expected) => {
    expect(await list(filter)).toStrictEqual(expected);
  });

  test('an undefined condition is no condition', async () => {
    expect(await list({ partnerId: undefined, stage: undefined })).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  test('are shown as views, nothing else', async () => {
    const { items } = await opened().records.engagements.list({ voucherId: 'V-1', limit: 1 });
    expect(items).toStrictEqual([await opened().records.engagements.view('b')]);
  });
});

describe('engagements in the order of their deadlines', () => {
  const ids = ({ items }: Page<EngagementView>) => items.map(({ engagementId }) => engagementId);
  const listed = (request: Partial<Parameters<Records['engagements']['list']>[0]>) =>
    opened().records.engagements.list({ order: 'deadline', limit: 10, ...request });

  beforeAll(async () => {
    const { engagements } = opened().records;
    const partnerId = 'proseware';
    const due = (engagementId: string, at?: number, stage: Stage = 'reserved') =>
      view({ engagementId, partnerId, stage, ...(at && { nextDeadline: { kind: 'voucherExpiry', at: day(at) } }) });
    const all = [due('m'), due('n', 20), due('o', 10), due('p', 20), due('q', 5, 'paid'), due('l'), due('k', 20)];
    await Promise.all(all.map((each) => engagements.project(each)));
  });
  afterAll(() => opened().db.collection('engagements').deleteMany({ partnerId: 'proseware' }));

  test.each<[string, EngagementFilter, string[]]>([
    ['the nearest first, then by id, those without one last', {}, ['q', 'o', 'k', 'n', 'p', 'l', 'm']],
    ['of a stage', { stage: 'reserved' }, ['o', 'k', 'n', 'p', 'l', 'm']],
    ['that are due and not over', { over: false, dueBefore: day(20) }, ['o']],
    ['that are due', { dueBefore: day(21) }, ['q', 'o', 'k', 'n', 'p']],
  ])('are listed: %s', async (_title, filter, expected) => {
    expect(ids(await listed({ partnerId: 'proseware', ...filter }))).toStrictEqual(expected);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('by %i a page, each once', async (limit) => {
    const pages: string[] = [];
    let after: string | undefined;
    do {
      const page = await listed({ partnerId: 'proseware', limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      pages.push(...ids(page));
      after = page.next;
    } while (after !== undefined);
    expect(pages).toStrictEqual(['q', 'o', 'k', 'n', 'p', 'l', 'm']);
  });

  test('what has no deadline is not due, wherever a page begins', async () => {
    const { next } = await listed({ partnerId: 'proseware', limit: 6 });
    expect(await listed({ partnerId: 'proseware', dueBefore: day(21), after: next })).toStrictEqual({ items: [] });
  });

  test('a cursor of the other order is refused', async () => {
    const { next } = await listed({ order: 'id', limit: 1 });
    await expect(listed({ after: next })).rejects.toThrow(InvalidCursor);
  });
});

describe('tasks', () => {
  test.each<[string, TaskFilter, string[]]>([
    ['all of them', {}, ['c:1', 'd:1', 'd:2']],
    ['that are open', { status: 'open' }, ['c:1', 'd:2']],
    ['that are resolved', { status: 'resolved' }, ['d:1']],
    ['of a partner', { partnerId: 'northwind-consulting' }, ['c:1']],
    ['of a kind', { kind: 'voucherMissing' }, ['c:1', 'd:2']],
    ['for a role', { role: 'consultant' }, ['c:1']],
    ['claimed by somebody', { claimedBy: 'kim' }, ['c:1']],
    ['due before an instant of any offset', { dueBefore: '2020-08-03T02:30:00+02:00' }, ['d:2']],
    ['due before that instant only', { dueBefore: '2020-08-03T01:30:00+02:00' }, []],
    ['by all conditions at once', { partnerId: 'contoso-services', kind: 'voucherMissing', status: 'open' }, ['d:2']],
  ])('are listed %s', async (_title, filter, expected) => {
    const { items } = await opened().records.tasks.list({ ...filter, limit: 10 });
    expect(items.map(({ taskId }) => taskId)).toStrictEqual(expected);
  });
});

describe('tasks in the order in which they are due', () => {
  const partnerId = 'proseware';
  const ids = ({ items }: Page<Task>) => items.map(({ taskId }) => taskId);
  const listed = (request: Partial<Parameters<Records['tasks']['list']>[0]>) =>
    opened().records.tasks.list({ partnerId, status: 'open', order: 'due', limit: 10, ...request });

  beforeAll(() => {
    const due = (taskId: string, at?: number) =>
      task({ taskId, engagementId: 'u', partnerId, ...(at !== undefined && { dueAt: day(at) }) });
    const all = [due('u:m'), due('u:n', 20), due('u:o', 10), due('u:p', 20), due('u:l')];
    return opened().records.engagements.project(view({ engagementId: 'u', partnerId, tasks: all }));
  });
  afterAll(() =>
    Promise.all(['engagements', 'tasks'].map((name) => opened().db.collection(name).deleteMany({ partnerId }))),
  );

  test('the soonest comes first, then by id, and last what has no date', async () => {
    expect(ids(await listed({}))).toStrictEqual(['u:o', 'u:n', 'u:p', 'u:l', 'u:m']);
  });

  test('whatever is due before an instant is listed, and nothing without a date', async () => {
    expect(ids(await listed({ dueBefore: day(20) }))).toStrictEqual(['u:o']);
    expect(ids(await listed({ dueBefore: day(21) }))).toStrictEqual(['u:o', 'u:n', 'u:p']);
  });

  test.each([1, 2, 3, 4, 5])('by %i a page, each once', async (limit) => {
    const pages: string[] = [];
    let after: string | undefined;
    do {
      const page = await listed({ limit, after });
      pages.push(...ids(page));
      after = page.next;
    } while (after !== undefined);
    expect(pages).toStrictEqual(['u:o', 'u:n', 'u:p', 'u:l', 'u:m']);
  });

  test('a cursor of the other order is refused', async () => {
    const { next } = await listed({ order: 'id', limit: 1 });
    await expect(listed({ after: next })).rejects.toThrow(InvalidCursor);
  });
});

describe('partners', () => {
  const one = { ...contoso, version: 3, tasks: [], registeredAt: AT, updatedAt: AT };
  const reminder = { kind: 'enrollmentReminder' as const, at: day(3), about: ['DDPS'] };
  const about = { partnerId: 'northwind-consulting', role: 'partnerAdmin' as const };
  const busy = {
    ...{ ...one, partnerId: about.partnerId, name: 'Northwind  Contoso Consulting', mpnId: '7654321' },
    ...{ nextDeadline: reminder, tasks: [task({ taskId: 'n:1', ...about }), task({ taskId: 'n:2', ...about })] },
  };
  beforeAll(async () => {
    const { partners } = opened().records;
    for (const view of [busy, one, { ...one, partnerId: 'proseware', name: 'Proseware', mpnId: '1239999' }])
      await partners.project(view);
  });
  afterAll(() =>
    Promise.all([
      opened().db.collection('partners').deleteMany({}),
      opened()
        .db.collection('tasks')
        .deleteMany({ taskId: { $in: ['n:1', 'n:2'] } }),
    ]),
  );
  const list = async (filter: PartnerFilter) =>
    (await opened().records.partners.list({ ...filter, limit: 10 })).items.map(({ partnerId }) => partnerId);

  test.each<[string, PartnerFilter, string[]]>([
    ['all of them', {}, ['contoso', 'northwind-consulting', 'proseware']],
    ['by how the name begins, in any case and spacing', { name: 'northWIND con' }, ['northwind-consulting']],
    ['by how the id begins', { name: 'northwind-' }, ['northwind-consulting']],
    ['by how the MPN id begins', { name: '123' }, ['contoso', 'proseware']],
    ['not by what is in the middle of a name', { name: 'consulting' }, []],
    ['by nothing but what they begin with', { name: '.*' }, []],
    ['one of them', { partnerId: 'proseware' }, ['proseware']],
    ['one of them by its name', { partnerId: 'contoso', name: '123' }, ['contoso']],
    ['one of them not by the name of another', { partnerId: 'contoso', name: 'north' }, []],
  ])('are listed: %s', async (_title, filter, expected) => {
    expect(await list(filter)).toStrictEqual(expected);
  });

  test('are shown without their people and places, with the number of their open tasks', async () => {
    const { items } = await opened().records.partners.list({ limit: 2 });
    const { partnerId, name, mpnId, membershipRenewsOn, version, registeredAt, updatedAt } = one;
    const shown = { partnerId, name, mpnId, membershipRenewsOn, version, registeredAt, updatedAt, openTasks: 0 };
    const { partnerId: other, name: called, mpnId: mpn } = busy;
    expect(items).toStrictEqual([
      shown,
      { ...shown, partnerId: other, name: called, mpnId: mpn, nextDeadline: reminder, openTasks: 2 },
    ]);
    expect(await opened().records.partners.view('contoso')).toStrictEqual(one);
  });

  test('follow one another page by page, each once, and a foreign cursor shows nothing foreign', async () => {
    const { partners } = opened().records;
    const first = await partners.list({ name: '123', limit: 1 });
    expect(first.items.map(({ partnerId }) => partnerId)).toStrictEqual(['contoso']);
    const { items, ...rest } = await partners.list({ name: '123', limit: 1, after: first.next });
    expect([items.map(({ partnerId }) => partnerId), rest]).toStrictEqual([['proseware'], {}]);
    expect(await partners.list({ partnerId: 'contoso', limit: 9, after: first.next })).toStrictEqual({ items: [] });
    await expect(partners.list({ limit: 9, after: '%' })).rejects.toThrow(InvalidCursor);
  });
});

describe('pages', () => {
  test('follow one another to the end, each row once', async () => {
    const { engagements } = opened().records;
    const first = await engagements.list({ limit: 3 });
    expect(first.items.map(({ engagementId }) => engagementId)).toStrictEqual(['a', 'b', 'c']);
    const last = await engagements.list({ limit: 3, after: first.next });
    expect(last).toStrictEqual<Page<unknown>>({ items: [await engagements.view('d')] });
  });

  test('a page that ends with the last row has no next', async () => {
    const { items, ...rest } = await opened().records.tasks.list({ limit: 3 });
    expect([items.length, rest]).toStrictEqual([3, {}]);
  });

  test.each(['', '%', 'not a cursor', 'ab=='])('the cursor %j is refused', async (after) => {
    await expect(opened().records.engagements.list({ limit: 3, after })).rejects.toThrow(InvalidCursor);
    await expect(opened().records.tasks.list({ limit: 3, after })).rejects.toThrow(InvalidCursor);
  });
});

describe('every list is read through an index', () => {
  interface Find {
    find: string;
    filter: Document;
    sort?: Document;
    limit?: number;
    hint?: string;
  }
  let client: MongoClient;
  const finds: Find[] = [];
  beforeAll(async () => {
    client = await new MongoClient(opened().uri, { monitorCommands: true, ignoreUndefined: true }).connect();
    client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
      if (commandName === 'find') finds.push(command as unknown as Find);
    });
  });
  afterAll(() => client.close());

  /** How the server would run the last query: through the whole collection, or through which index. */
  async function planOf(query: (db: Db) => Promise<unknown>, through?: string) {
    const db = client.db();
    await query(db);
    const { find, filter, sort, limit, hint = through } = finds.at(-1)!;
    const explain = { find, filter, sort, limit, hint };
    const explained = await db.command({ explain, verbosity: 'queryPlanner' }, { ignoreUndefined: true });
    const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    return { scansAll: plan.includes('COLLSCAN'), index: /"indexName":"(\w+)"/.exec(plan)?.[1] };
  }
  const engagementsIn = (db: Db) => createEngagements(db, createTasks(db));

  const one: EngagementFilter = {
    stage: 'paid',
    openTasks: true,
    dueBefore: AT,
    partnerId: 'p',
    customer: 'c',
    voucherId: 'v',
  };
  const all: [string, EngagementFilter][] = [
    ['_id_', {}],
    ['stage', { stage: one.stage }],
    ['openTasks', { stage: one.stage, openTasks: true }],
    ['due', { stage: one.stage, openTasks: true, dueBefore: AT }],
    ['partner', { stage: one.stage, openTasks: true, dueBefore: AT, partnerId: 'p' }],
    ['customer', { ...one, voucherId: undefined }],
    ['voucher', one],
    ['due', { dueBefore: AT }],
    ['openTasks', { openTasks: false }],
    ['partner', { partnerId: 'p' }],
    ['customer', { customer: 'c' }],
    ['voucher', { voucherId: 'v' }],
  ];
  test.each(all)('engagements through %s: %j', async (index, filter) => {
    const plan = { scansAll: false, index };
    const after = Buffer.from('a').toString('base64url');
    expect(await planOf((db) => engagementsIn(db).list({ ...filter, limit: 5 }))).toStrictEqual(plan);
    expect(await planOf((db) => engagementsIn(db).list({ ...filter, limit: 5, after }))).toStrictEqual(plan);
  });

  // Which index such a query takes is the planner's choice: what is seen here is that there is one for it.
  test.each<[string, EngagementFilter]>([
    ['due', {}],
    ['due', { over: false, dueBefore: AT }],
    ['stageDue', { stage: 'reserved' }],
    ['partner', { partnerId: 'p' }],
    ['voucher', one],
  ])('engagements in the order of their deadlines can be, through %s: %j', async (index, filter) => {
    const list = (db: Db) => engagementsIn(db).list({ ...filter, order: 'deadline', limit: 1 });
    expect(await planOf(list, index)).toStrictEqual({ scansAll: false, index });
  });

  test.each<[string, TaskFilter]>([
    ['_id_', {}],
    ['status', { status: 'open' }],
    ['kind', { kind: 'paymentHeld', status: 'open' }],
    ['kind', { kind: 'paymentHeld' }],
    ['partner', { partnerId: 'p', kind: 'paymentHeld', status: 'open' }],
    ['partner', { partnerId: 'p' }],
  ])('tasks through %s: %j', async (index, filter) => {
    const plan = { scansAll: false, index };
    const after = Buffer.from('a').toString('base64url');
    expect(await planOf((db) => createTasks(db).list({ ...filter, limit: 5 }))).toStrictEqual(plan);
    expect(await planOf((db) => createTasks(db).list({ ...filter, limit: 5, after }))).toStrictEqual(plan);
  });

  test.each<[string, TaskFilter]>([
    ['dueOfAll', {}],
    ['due', { status: 'open' }],
    ['due', { status: 'open', dueBefore: AT }],
    ['kind', { status: 'open', kind: 'paymentHeld' }],
    ['partner', { status: 'open', partnerId: 'p' }],
  ])('tasks in the order in which they are due can be, through %s: %j', async (index, filter) => {
    const list = (db: Db) => createTasks(db).list({ ...filter, order: 'due', limit: 1 });
    expect(await planOf(list, index)).toStrictEqual({ scansAll: false, index });
  });

  const batchesIn = (db: Db) => createBatches(db, createTasks(db));

  test.each<[string, BatchFilter]>([
    ['_id_', {}],
    ['stage', { stage: 'collecting' }],
    ['partner', { partnerId: 'p', stage: 'collecting' }],
    ['partner', { partnerId: 'p' }],
  ])('batches through %s: %j', async (index, filter) => {
    const plan = { scansAll: false, index };
    const after = Buffer.from('a').toString('base64url');
    expect(await planOf((db) => batchesIn(db).list({ ...filter, limit: 5 }))).toStrictEqual(plan);
    expect(await planOf((db) => batchesIn(db).list({ ...filter, limit: 5, after }))).toStrictEqual(plan);
  });

  test.each<[string, PartnerFilter]>([
    ['_id_', {}],
    ['_id_', { partnerId: 'p' }],
    ['name', { name: 'c' }],
    ['name', { partnerId: 'p', name: 'c' }],
  ])('partners through %s: %j', async (index, filter) => {
    const plan = { scansAll: false, index };
    const after = Buffer.from('a').toString('base64url');
    const list = (page: object) => (db: Db) =>
      createPartners(db, createTasks(db)).list({ ...filter, limit: 5, ...page });
    expect(await planOf(list({}))).toStrictEqual(plan);
    expect(await planOf(list({ after }))).toStrictEqual(plan);
  });

  const invoice = { reference: 'r', engagementId: 'e', partnerId: 'p', year: 2020, at: AT };
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['the record of an engagement', (db) => engagementsIn(db).all('a')],
    ['the record of a batch', (db) => batchesIn(db).all('b')],
    ['the latest batch of a group', (db) => batchesIn(db).latestOf('g')],
    ['the record since a version', (db) => engagementsIn(db).recordedSince('a', 3, 'm')],
    ['the answer of a message', (db) => engagementsIn(db).outcomeOf('a', 'm')],
    ['the highest invoice number', (db) => createPaymentRequests(db).claimInvoiceNumber(invoice)],
    ['the current version of a file', (db) => createDeliverables(db).find('e', 'plan')],
    ['the files of an engagement', (db) => createDeliverables(db).list('e')],
    ['all payment requests', (db) => everyOf(createPaymentRequests(db).entries())],
    ['what was recorded lately', (db) => everyOf(engagementsIn(db).recordedBetween(AT, AT))],
    ['several views at once', (db) => engagementsIn(db).viewsOf(['a', 'b'])],
    ['the open tasks about differences', (db) => createDifferenceTasks(db).follow([], AT)],
    ['the tasks about one reference', (db) => createDifferenceTasks(db).follow([found('r')], AT)],
    [
      'a task about a difference',
      (db) => createDifferenceTasks(db).hear(claimed('reconciliation:r:recordsDiffer:1'), AT),
    ],
  ])('%s', async (_title, query) => {
    expect((await planOf(query)).scansAll).toBe(false);
  });
});
