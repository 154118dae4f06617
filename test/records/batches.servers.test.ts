import type { BatchMember, BatchView } from '../../contracts/batch';
import type { Task } from '../../contracts/tasks';
import { memberClaim } from '../../domain/batch/claims';
import type { BatchEvent, NewBatchEvent, RecordedBatchMessage } from '../../domain/batch/events';
import { batchHolder } from '../../domain/claims';
import { InvalidCursor } from '../../records/pages';
import { contoso } from '../support/partner';
import { openedRecords } from './opened';
import { AT } from './samples';

const opened = openedRecords();
const batches = () => opened().records.batches;

const group = { partnerId: 'contoso-services', offering: 'DDPS', country: 'SE', locationId: 'se', currency: 'SEK' };

const member = (engagementId: string): BatchMember => ({
  engagementId,
  reference: `${engagementId}:invoice:1`,
  voucherId: `V-${engagementId}`,
  serviceLevelDays: 5,
  redeemedOn: '2020-09-01',
  amount: { minor: 8_250_000, currency: 'SEK' },
  paymentRequestDueOn: '2020-10-31',
});

const view = (batchId: string, changes: Partial<BatchView> = {}): BatchView => ({
  ...group,
  batchId,
  stage: 'collecting',
  version: 2,
  members: [member('e-1')],
  tasks: [],
  openedAt: AT,
  updatedAt: AT,
  ...changes,
});

const task = (batchId: string): Task => ({
  taskId: `batch:${batchId}:paymentHeld:1`,
  kind: 'paymentHeld',
  status: 'open',
  batchId,
  partnerId: group.partnerId,
  role: 'operator',
  title: 'SAVB holds the payment',
  instructions: 'Ask why.',
  resolutions: ['bankDetailsCorrected'],
  openedAt: AT,
});

/** A message recorded on `fromVersion`. */
function recorded(batchId: string, fromVersion: number, ...events: NewBatchEvent[]): RecordedBatchMessage {
  const messageId = `m-${fromVersion}`;
  const actor = { subject: 'system', role: 'system' as const };
  const stamped = events.map((event, index): BatchEvent => ({
    ...event,
    batchId,
    version: fromVersion + index + 1,
    at: AT,
    messageId,
    actor,
  }));
  return { batchId, fromVersion, messageId, fingerprint: 'f'.repeat(64), message: 'addToBatch', events: stamped };
}

const opening = (batchId: string, engagementId: string): RecordedBatchMessage =>
  recorded(
    batchId,
    0,
    { type: 'BatchOpened', data: { ...group, utcOffset: '+00:00' } },
    { type: 'VoucherAdded', data: { member: member(engagementId) } },
  );

describe('the record of a batch decides', () => {
  test('of many messages on one version at once exactly one is recorded', async () => {
    const messages = Array.from({ length: 20 }, (_, n) => ({ ...opening('race-1', 'e-1'), messageId: `m-${n}` }));
    const answers = await Promise.all(messages.map((message) => batches().record(message)));
    expect(answers.filter(Boolean)).toStrictEqual([true]);
    expect(await batches().all('race-1')).toHaveLength(1);
  });

  test('a message has its answer: applied, refused with its reason, or pending', async () => {
    const no = { code: 'batch-sealed', detail: 'nothing more is collected' } as const;
    await batches().record(opening('told-1', 'e-1'));
    await batches().record(
      recorded('told-1', 2, { type: 'MessageRefused', data: { message: 'addToBatch', refusal: no } }),
    );
    await batches().recordOutcome('told-1', { messageId: 'again', fingerprint: 'f', at: AT });
    const status = (messageId: string) => batches().messageStatus('told-1', messageId);
    expect(await Promise.all(['m-0', 'm-2', 'again', 'never'].map(status))).toStrictEqual([
      { messageId: 'm-0', status: 'applied' },
      { messageId: 'm-2', status: 'refused', reason: no },
      { messageId: 'again', status: 'applied' },
      { messageId: 'never', status: 'pending' },
    ]);
    expect((await batches().timeline('told-1')).map(({ version, type }) => [version, type])).toStrictEqual([
      [1, 'BatchOpened'],
      [2, 'VoucherAdded'],
      [3, 'MessageRefused'],
    ]);
  });
});

describe('what a batch shows', () => {
  test('never goes back to an older version', async () => {
    await batches().project(view('guarded-1', { version: 5, stage: 'prepared' }));
    await batches().project(view('guarded-1', { version: 4 }));
    expect(await batches().view('guarded-1')).toStrictEqual(view('guarded-1', { version: 5, stage: 'prepared' }));
  });

  test('of its tasks, a task is open while it has it, and resolved once it has not', async () => {
    const open = task('worked-1');
    await batches().project(view('worked-1', { version: 3, tasks: [open] }));
    expect(await opened().records.tasks.find(open.taskId)).toStrictEqual(open);
    await batches().project(view('worked-1', { version: 4 }));
    expect(await opened().records.tasks.find(open.taskId)).toStrictEqual({ ...open, status: 'resolved' });
  });

  test('a partner that has no task leaves those of its batches alone', async () => {
    const open = task('left-alone-1');
    await batches().project(view('left-alone-1', { version: 3, tasks: [open] }));
    const partner = { ...contoso, partnerId: group.partnerId, version: 100, tasks: [] };
    await opened().records.partners.project({ ...partner, registeredAt: AT, updatedAt: AT });
    expect(await opened().records.tasks.find(open.taskId)).toStrictEqual(open);
  });
});

describe('batches are listed', () => {
  beforeAll(async () => {
    await opened().db.collection('batches').deleteMany({});
    await batches().project(view('DDPS-SE-aa-1', { stage: 'paid' }));
    await batches().project(view('DDPS-SE-aa-2'));
    await batches().project(view('SDPS-SE-bb-1', { partnerId: 'northwind', stage: 'paid' }));
  });

  const list = async (filter: Parameters<ReturnType<typeof batches>['list']>[0]) => {
    const { items, next } = await batches().list(filter);
    return [items.map(({ batchId }) => batchId), next];
  };

  test.each<[string, object, string[]]>([
    ['all of them', {}, ['DDPS-SE-aa-1', 'DDPS-SE-aa-2', 'SDPS-SE-bb-1']],
    ['of a partner', { partnerId: 'contoso-services' }, ['DDPS-SE-aa-1', 'DDPS-SE-aa-2']],
    ['in a stage', { stage: 'paid' }, ['DDPS-SE-aa-1', 'SDPS-SE-bb-1']],
    ['of a partner in a stage', { partnerId: 'northwind', stage: 'paid' }, ['SDPS-SE-bb-1']],
    ['of nobody', { partnerId: 'adventure-works' }, []],
    [
      'with an undefined condition, which is none',
      { stage: undefined },
      ['DDPS-SE-aa-1', 'DDPS-SE-aa-2', 'SDPS-SE-bb-1'],
    ],
  ])('%s', async (_title, filter, expected) => {
    expect(await list({ ...filter, limit: 10 })).toStrictEqual([expected, undefined]);
  });

  test('page by page, as views and nothing else', async () => {
    const { items, next } = await batches().list({ limit: 2 });
    expect(items).toStrictEqual([view('DDPS-SE-aa-1', { stage: 'paid' }), view('DDPS-SE-aa-2')]);
    expect(await list({ limit: 2, after: next! })).toStrictEqual([['SDPS-SE-bb-1'], undefined]);
    await expect(batches().list({ limit: 2, after: '%' })).rejects.toThrow(InvalidCursor);
  });
});

describe('the latest batch of a group', () => {
  test('is the one with the highest number, of ten, too', async () => {
    for (const number of [2, 9, 10, 1])
      await batches().project(view(`DDPS-SE-cc-${number}`, { stage: number === 10 ? 'collecting' : 'paid' }));
    expect(await batches().latestOf('DDPS-SE-cc')).toStrictEqual({ number: 10, stage: 'collecting' });
  });

  test('is none where there was none', async () => {
    await batches().project(view('DDPS-SE-dd-1'));
    expect(await batches().latestOf('DDPS-SE')).toBeUndefined();
    expect(await batches().latestOf('DDPS-SE-d')).toBeUndefined();
  });
});

describe('a claim of a batch', () => {
  test('stands while its recorded events hold it', async () => {
    const { claims } = opened().records;
    const [here, gone] = [memberClaim('e-here:invoice:1'), memberClaim('e-gone:invoice:1')];
    const me = batchHolder('holding-1');
    await batches().record(opening('holding-1', 'e-here'));
    for (const claim of [here, gone]) await claims.take(claim, me, 'm');
    expect(await claims.take(here, batchHolder('holding-2'), 'm')).toBe(me);
    for (const claim of [here, gone]) await claims.release(claim, me);
    expect([await claims.holderOf(here), await claims.holderOf(gone)]).toStrictEqual([me, undefined]);
  });
});

test('an invoice is numbered in one row for all, whether an engagement or a batch asks', async () => {
  const { paymentRequests } = opened().records;
  const common = { partnerId: 'numbered', year: 2020, at: AT };
  const numbers = [
    await paymentRequests.claimInvoiceNumber({ ...common, reference: 'e-1:invoice:1', engagementId: 'e-1' }),
    await paymentRequests.claimInvoiceNumber({ ...common, reference: 'b-1:invoice:1', batchId: 'b-1' }),
    await paymentRequests.claimInvoiceNumber({ ...common, reference: 'b-1:invoice:1', batchId: 'b-1' }),
  ];
  expect(numbers).toStrictEqual(['2020-00001', '2020-00002', '2020-00002']);
  expect(await paymentRequests.get('b-1:invoice:1')).toMatchObject({ batchId: 'b-1', partnerId: 'numbered' });
});
