import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Dependencies } from '../../activities';
import { createEngagementsClient } from '../../client/engagements/client';
import { createMessenger } from '../../client/messenger/messenger';
import { evolveAll } from '../../domain/engagement/evolve';
import { engagementWorkflowId } from '../../contracts/names';
import type { Erased } from '../../records/erasure';
import { Case, OPERATOR, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

/** Called once, right after the next document has been inserted and before anybody hears of it. */
let afterNextInsert: (() => Promise<void>) | undefined;
/** Called once, before a workflow hears what is on record. */
let beforeNextRead: (() => Promise<void>) | undefined;
const interruptible = (usual: Dependencies): Dependencies => ({
  ...usual,
  records: {
    ...usual.records,
    engagements: {
      ...usual.records.engagements,
      async record(document) {
        const isFirst = await usual.records.engagements.record(document);
        const interrupt = afterNextInsert;
        afterNextInsert = undefined;
        await interrupt?.();
        return isFirst;
      },
      async recordedSince(...asked) {
        const interrupt = beforeNextRead;
        beforeNextRead = undefined;
        await interrupt?.();
        return usual.records.engagements.recordedSince(...asked);
      },
    },
  },
});

let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, dependencies: interruptible });
});
afterAll(() => house.stop());

/** Workflow and record tell the same story, the projection shows its end, and no version is missing or doubled. */
async function expectOneTruth(engagement: Case): Promise<void> {
  const recorded = await house.records.engagements.timeline(engagement.engagementId);
  expect(recorded.map(({ version }) => version)).toStrictEqual(recorded.map((_, index) => index + 1));
  expect(await engagement.timeline()).toStrictEqual(recorded);
  expect(await house.records.engagements.view(engagement.engagementId)).toStrictEqual(await engagement.view());
}

async function killAndRestartTemporal(): Promise<void> {
  const server = temporal().process;
  if (!server) throw new Error('this test kills its Temporal server: it needs one of its own');
  await server.kill('SIGKILL');
  await server.restart();
}

test('a server killed while a record is being written: the message is there once, and its sender hears so', async () => {
  const engagement = await Case.start(house);
  afterNextInsert = killAndRestartTemporal;
  await engagement.send('assignVoucher', engagement.payloads().assignVoucher, { messageId: 'assign-1' });
  await engagement.until(({ stage }) => stage === 'voucherAssigned');
  await expectOneTruth(engagement);
});

test('a record ahead of its workflow is taken up before the next message, whatever that is', async () => {
  const engagement = await Case.start(house);
  const { assignVoucher } = engagement.payloads();
  await house.activities.handleMessage(
    await stateOf(engagement),
    { name: 'assignVoucher', messageId: 'assign-1', actor: OPERATOR, payload: assignVoucher },
    new Date().toISOString(),
  );
  await engagement.until(({ stage }) => stage === 'awaitingVoucher');
  await engagement.send('addNote', { text: 'anything' });
  expect((await engagement.view()).stage).toBe('voucherAssigned');
  await expectOneTruth(engagement);
});

test('a reset repairs the workflow and undoes no fact, and no invoice goes out again', async () => {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.handle.signal('addNote', { text: 'typed by hand' });
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  await eventually(
    () => engagement.timeline(),
    (events) => events.some(({ type }) => type === 'NoteAdded'),
  );
  const before = await engagement.timeline();
  await reset(engagement);
  const after = await eventually(
    () => engagement.timeline(),
    (events) => events.length === before.length,
  );
  expect(after).toStrictEqual(before);
  await expectOneTruth(engagement);
  expect(await invoicesOf(engagement)).toHaveLength(1);
});

test('a customer that was forgotten does not come back with a reset, and is not forgotten while the workflow is open', async () => {
  const engagement = await Case.start(house);
  const { engagementId } = engagement;
  await engagement.send('assignVoucher', engagement.payloads().assignVoucher);
  const { erasure, engagements } = house.records;
  const { stateOf: standing } = createEngagementsClient({
    messenger: createMessenger({ client: house.client, verdictTimeoutMs: 4_000 }),
    records: house.records,
  });
  const forget = () => erasure.forget({ engagementId }, async (id) => (await standing(id)).kind === 'open');
  const told = async () => JSON.stringify([await engagements.all(engagementId), await engagements.view(engagementId)]);
  await engagement.send('cancelEngagement', { reason: 'Per Persson withdrew' });
  await engagement.handle.result();
  expect(await told()).toContain('Per Persson');
  expect(await forget()).toStrictEqual({ forgotten: [engagementId] });
  expect(await told()).not.toMatch(/Persson|Fabrikam/i);
  const before = (await engagements.view(engagementId))!;
  const again = house.client.workflow.getHandle(engagementWorkflowId(engagementId));
  const note = engagement.envelope<'addNote'>({ text: 'Per Persson called' }, OPERATOR, 'note-after');
  let meanwhile: Erased | undefined;
  beforeNextRead = async () => {
    meanwhile = await forget();
    await again.signal('addNote', note);
  };
  await reset(engagement, { to: 'last' });
  expect(await again.result()).toMatchObject({ stage: 'cancelled' });
  expect(meanwhile).toStrictEqual({ running: [engagementId] });
  expect(await engagements.view(engagementId)).toMatchObject({
    version: before.version + 1,
    customer: before.customer,
  });
  expect(await told()).not.toMatch(/Persson|Fabrikam/i);
});

test('a message that changed nothing changes nothing after a reset, which has Temporal deliver it again', async () => {
  const engagement = await Case.start(house);
  const { assignVoucher, reserveVoucher } = engagement.payloads();
  await engagement.send('assignVoucher', assignVoucher);
  await engagement.send('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN });
  await engagement.signal('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN, messageId: 'reserve-again' });
  await engagement.send('cancelReservation', { reason: 'the customer moved' }, { actor: PARTNER_ADMIN });
  await reset(engagement);
  await engagement.send('addNote', { text: 'after everything that was delivered again' });
  expect((await engagement.view()).stage).toBe('voucherAssigned');
  expect((await engagement.timeline()).map(({ type }) => type)).toStrictEqual([
    'EngagementStarted',
    'VoucherAssigned',
    'VoucherReserved',
    'ReservationCancelled',
    'NoteAdded',
  ]);
  await expectOneTruth(engagement);
});

test('a second start with the same id takes up the record at its stage', async () => {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  const before = await engagement.timeline();
  await engagement.handle.terminate('lost');
  const again = await Case.start(house, { engagementId: engagement.engagementId });
  await eventually(
    () => again.timeline(),
    (events) => events.length === before.length,
  );
  await again.advance('approved');
  await again.until(({ stage }) => stage === 'paymentApproved');
  await expectOneTruth(again);
  expect(await invoicesOf(again)).toHaveLength(1);
});

test('a workflow that was deleted and starts anew after the end ends at once', async () => {
  const engagement = await Case.start(house);
  await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
  await engagement.handle.result();
  const again = await Case.start(house, { engagementId: engagement.engagementId });
  expect(await again.handle.result()).toMatchObject({ stage: 'cancelled' });
  await expect(again.send('addNote', { text: 'too late' })).rejects.toBeInstanceOf(WorkflowNotFoundError);
});

test('a deadline that says nothing new now may say something when it is set again: no answer to it is kept', async () => {
  const engagement = await Case.start(house);
  const deadline = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' };
  const messageId = `deadline:${deadline.kind}:${deadline.at}`;
  const handled = await house.activities.handleMessage(
    await stateOf(engagement),
    { name: 'passDeadline', messageId, actor: { subject: 'system', role: 'system' }, payload: deadline },
    new Date().toISOString(),
  );
  expect(handled.answer).toMatchObject({ verdict: { repeated: true } });
  expect(await house.records.engagements.messageStatus(engagement.engagementId, messageId)).toMatchObject({
    status: 'pending',
  });
});

test('twenty different messages at once: each is recorded once, and versions are dense', async () => {
  const engagement = await Case.start(house);
  const notes = Array.from({ length: 20 }, (_, index) => ({ text: `note ${index}` }));
  // The server takes ten Updates in flight and aborts the rest: whoever gets no verdict says it again, as a Signal.
  await Promise.all(
    notes.map((note, index) => {
      const messageId = `note-${index}`;
      return engagement
        .send('addNote', note, { messageId })
        .catch(() => engagement.signal('addNote', note, { messageId }));
    }),
  );
  const events = await eventually(
    () => engagement.timeline(),
    ({ length }) => length === 21,
  );
  const texts = events.flatMap((event) => (event.type === 'NoteAdded' ? [event.data.text] : []));
  expect(texts.toSorted()).toStrictEqual(notes.map(({ text }) => text).toSorted());
  await expectOneTruth(engagement);
});

test('two messages decided on the same version at once: one is recorded first, and the other on top of it', async () => {
  const engagement = await Case.start(house);
  const state = await stateOf(engagement);
  const at = new Date().toISOString();
  const letters = ['one', 'two'].map((text) => ({
    name: 'addNote' as const,
    messageId: text,
    actor: OPERATOR,
    payload: { text },
  }));
  const handled = await Promise.all(letters.map((letter) => house.activities.handleMessage(state, letter, at)));
  const answered = handled.filter(({ answer }) => answer !== undefined);
  expect(answered.length).toBeGreaterThanOrEqual(1);
  expect(await house.records.engagements.timeline(engagement.engagementId)).toHaveLength(2);
  await engagement.send('addNote', { text: 'three' });
  await expectOneTruth(engagement);
});

/** Resets the workflow to its very beginning; Temporal delivers again whatever came since. */
async function reset(engagement: Case, { to = 'first' }: { to?: 'first' | 'last' } = {}): Promise<void> {
  const { events = [] } = await engagement.handle.fetchHistory();
  const tasks = events!.filter(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
  const task = tasks.at(to === 'first' ? 0 : -1);
  await house.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: engagementWorkflowId(engagement.engagementId) },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: task?.eventId,
  });
}

/** The state as a worker holds it: everything recorded, taken up. */
async function stateOf(engagement: Case) {
  await eventually(
    () => house.records.engagements.timeline(engagement.engagementId),
    ({ length }) => length > 0,
  );
  return evolveAll(await house.records.engagements.all(engagement.engagementId));
}

async function invoicesOf(engagement: Case): Promise<unknown[]> {
  const reference = `${engagement.engagementId}:invoice:1`;
  const response = await fetch(`${house.savbUrl}/payment-requests?reference=${encodeURIComponent(reference)}`, {
    headers: { authorization: 'Bearer test' },
  });
  return ((await response.json()) as { items: unknown[] }).items;
}
