import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { recordedInput, startOptions } from '../../client/engagements/start';
import type { BatchView } from '../../contracts/batch';
import type { EngagementView } from '../../contracts/engagement';
import { batchWorkflowId, TASK_QUEUE } from '../../contracts/names';
import type { Effect } from '../../domain/settlement/effect';
import { BatchCase } from '../support/batchCase';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();
/** What gets lost of the next mails to batches: they do not arrive, or they do and their sender never learns of it. */
const losses: ('mail' | 'answer')[] = [];
let house: House;
beforeAll(async () => {
  const { address } = temporal();
  house = await openHouse({
    address,
    mongoUri: mongo().uri,
    batched: { size: 3 },
    dependencies: (usual) => ({
      ...usual,
      async batchMail(...mail) {
        const lost = losses.shift();
        if (lost !== 'mail') await usual.batchMail(...mail);
        if (lost !== undefined) throw new Error('the connection broke');
      },
    }),
  });
});
afterEach(async () => {
  losses.length = 0;
  await house.savbFaults();
});
afterAll(() => house.stop());

const RATE = 8_250_000;

/** A partner of its own for each test, so that nobody joins another test's batch. */
async function newPartner(): Promise<string> {
  const partnerId = `p-${randomUUID().slice(0, 8)}`;
  const contoso = (await house.records.partners.view('contoso-services'))!;
  await showPartner(house.records, { ...contoso, partnerId });
  return partnerId;
}

/** Redeemed at a location in a country; what it asks for is not with a batch yet. */
async function redeemed(partnerId: string, locationId = 'contoso-se', deliveryCountry = 'SE'): Promise<Case> {
  const engagement = await Case.start(house, { partnerId });
  await engagement.assign();
  const reservation = { ...engagement.payloads().reserveVoucher, locationId, deliveryCountry };
  await engagement.send('reserveVoucher', reservation, { actor: engagement.partnerAdmin });
  await engagement.report();
  await engagement.redeem();
  return engagement;
}

/** So many engagements of one group. */
const severalRedeemed = async (count: number, partnerId: string): Promise<Case[]> =>
  Promise.all(Array.from({ length: count }, () => redeemed(partnerId)));

const isCollected = ({ paymentRequest }: EngagementView): boolean => paymentRequest?.batchId !== undefined;

/** The batch an engagement is in. */
async function batchOf(engagement: Case): Promise<BatchCase> {
  const { paymentRequest } = await engagement.until(isCollected);
  return new BatchCase(house, paymentRequest!.batchId!);
}

const all = (engagements: readonly Case[], fits: (view: EngagementView) => boolean) =>
  Promise.all(engagements.map((engagement) => engagement.until(fits)));

const inStage = (stage: string) => (view: { stage: string }) => view.stage === stage;
const hasTask = (kind: string) => (view: { tasks: { kind: string }[] }) =>
  view.tasks.some((task) => task.kind === kind);

const vouchersOf = (engagements: readonly Case[]) => engagements.map(({ engagementId }) => `V-${engagementId}`).sort();

/** What was meant to be sent under a batch's key. */
const intended = async (batch: BatchCase, seq = 1) =>
  (await house.records.paymentRequests.get(batch.reference(seq)))?.request;

/** Everybody in the batch, by engagement. */
const membersOf = ({ members }: BatchView) => members.map(({ engagementId }) => engagementId).sort();

describe('several vouchers in one payment request', () => {
  test('three of one group fill a batch: one invoice over their sum, and every engagement is paid', async () => {
    const partnerId = await newPartner();
    const engagements = await severalRedeemed(3, partnerId);
    const batch = await batchOf(engagements[0]!);
    await all(engagements, inStage('paymentRequested'));
    const [booked, ...more] = await batch.booked();
    expect(more).toStrictEqual([]);
    expect(booked).toMatchObject({ reference: batch.reference(), amount: { minor: 3 * RATE, currency: 'SEK' } });
    const request = (await intended(batch))!;
    expect(request.vouchers.map(({ voucherId }) => voucherId).sort()).toStrictEqual(vouchersOf(engagements));
    for (const { paymentRequest } of await all(engagements, isCollected))
      expect(paymentRequest).toMatchObject({
        status: 'submitted',
        gateway: 'batch',
        batchId: batch.batchId,
        amount: { minor: RATE, currency: 'SEK' },
        microsoftReferenceNumber: booked?.microsoftReferenceNumber,
      });
    await batch.advance('approved');
    await all(engagements, inStage('paymentApproved'));
    await batch.advance('paid');
    for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
    expect(await batch.handle.result()).toMatchObject({ stage: 'paid', total: { minor: 3 * RATE }, tasks: [] });
  });

  test('who delivers at another location is in another batch', async () => {
    const partnerId = await newPartner();
    const [inSweden, inGermany] = await Promise.all([redeemed(partnerId), redeemed(partnerId, 'contoso-de', 'DE')]);
    const batches = [await batchOf(inSweden), await batchOf(inGermany)];
    expect(batches[0]!.batchId).toMatch(/^DDPS-SE-[0-9a-f]{10}-1$/);
    expect(batches[1]!.batchId).toMatch(/^DDPS-DE-[0-9a-f]{10}-1$/);
    for (const batch of batches) await batch.send('sendBatch', {});
    await all([inSweden, inGermany], inStage('paymentRequested'));
    expect(await batches[0]!.booked()).toMatchObject([{ amount: { minor: RATE, currency: 'SEK' } }]);
    expect(await batches[1]!.booked()).toMatchObject([{ amount: { currency: 'EUR' } }]);
    const numbers = await Promise.all(batches.map(async (batch) => (await intended(batch))?.invoice.number));
    expect(numbers.sort()).toStrictEqual([1, 2].map((n) => `${inSweden.today.slice(0, 4)}-0000${n}`));
  });

  test('who comes after a batch is full is in the next one', async () => {
    const partnerId = await newPartner();
    const engagements = await severalRedeemed(4, partnerId);
    const batches = await Promise.all(engagements.map(batchOf));
    const ids = [...new Set(batches.map(({ batchId }) => batchId))].sort();
    expect(ids.map((id) => id.slice(-2))).toStrictEqual(['-1', '-2']);
    const views = await Promise.all(ids.map((batchId) => new BatchCase(house, batchId).view()));
    expect(views.map(({ members }) => members.length)).toStrictEqual([3, 1]);
    expect(views.flatMap(membersOf).sort()).toStrictEqual(engagements.map(({ engagementId }) => engagementId).sort());
  });

  test('denied is denied for all', async () => {
    const engagements = await severalRedeemed(3, await newPartner());
    const batch = await batchOf(engagements[0]!);
    await all(engagements, inStage('paymentRequested'));
    await batch.send('recordPaymentStatus', { status: 'denied', at: new Date().toISOString(), note: 'no contract' });
    for (const { handle } of engagements)
      expect(await handle.result()).toMatchObject({ stage: 'paymentDenied', tasks: [] });
    expect(await batch.handle.result()).toMatchObject({ stage: 'paymentDenied' });
  });
});

describe('a batch that SAVB rejects', () => {
  test('is split: who remains is paid under the next key, who left is corrected and joins anew', async () => {
    const partnerId = await newPartner();
    await house.savbFaults({ fault: 'refuse', status: 422, body: { code: 'wrongLevel', message: 'V-3 has 3 days' } });
    const engagements = await severalRedeemed(3, partnerId);
    const batch = await batchOf(engagements[0]!);
    const rejected = await batch.until(hasTask('paymentRejected'));
    expect(rejected.tasks[0]?.instructions).toContain('V-3 has 3 days');
    expect((await all(engagements, isCollected)).map(({ tasks }) => tasks)).toStrictEqual([[], [], []]);
    const [gone, ...rest] = engagements as [Case, Case, Case];
    await batch.send('splitBatch', { engagementIds: [gone.engagementId], reason: 'V-3 has 3 days' });

    await all(rest, inStage('paymentRequested'));
    expect(await batch.booked(1)).toStrictEqual([]);
    expect(await batch.booked(2)).toMatchObject([{ amount: { minor: 2 * RATE } }]);
    expect((await intended(batch, 2))!.vouchers.map(({ voucherId }) => voucherId).sort()).toStrictEqual(
      vouchersOf(rest),
    );

    const { paymentRequest } = await gone.until(hasTask('paymentRejected'));
    expect(paymentRequest).toMatchObject({ status: 'cancelled', batchId: batch.batchId });
    const amount = { minor: 5_000_000, currency: 'SEK' };
    await gone.send('correctPaymentRequest', { changes: { amount }, reason: '3 days' });
    await gone.until((view) => isCollected(view) && view.paymentRequest?.reference.endsWith(':2') === true);
    const next = await batchOf(gone);
    expect(next.batchId).toBe(batch.batchId.replace(/-1$/, '-2'));
    await next.send('sendBatch', { reason: 'it has waited long enough' });
    await gone.until(inStage('paymentRequested'));
    expect(await next.booked()).toMatchObject([{ amount }]);

    await batch.advance('paid', { seq: 2 });
    await next.advance('paid');
    for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
    for (const { handle } of [batch, next]) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  });

  test('after it was submitted is asked for anew, and every engagement knows the new number', async () => {
    const engagements = await severalRedeemed(3, await newPartner());
    const batch = await batchOf(engagements[0]!);
    await all(engagements, inStage('paymentRequested'));
    await batch.advance('rejected', { code: 'wrongLocation', message: 'not this location' });
    await batch.until(hasTask('paymentRejected'));
    const amount = { minor: 1, currency: 'SEK' };
    const correct = (changes: object) => batch.send('correctPaymentRequest', { changes, reason: 'moved' });
    expect(await batch.refusalOf(correct({ amount }))).toBe('correct-by-splitting');
    await correct({ invoiceDate: engagements[0]!.today });
    const { microsoftReferenceNumber } = (
      await eventually(
        () => batch.booked(2),
        ({ length }) => length === 1,
      )
    )[0]!;
    await all(
      engagements,
      ({ paymentRequest }) => paymentRequest?.microsoftReferenceNumber === microsoftReferenceNumber,
    );
    await batch.advance('paid', { seq: 2 });
    for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  });

  test('from which all leave is over', async () => {
    const [engagement] = await severalRedeemed(1, await newPartner());
    const batch = await batchOf(engagement!);
    await batch.send('splitBatch', { engagementIds: [engagement!.engagementId], reason: 'to be asked for alone' });
    await engagement!.until(hasTask('paymentRejected'));
    expect(await batch.handle.result()).toMatchObject({ stage: 'dissolved', members: [], tasks: [] });
  });
});

type Wanted = Extract<Effect, { kind: 'join' }>;

describe('joining', () => {
  /** What an engagement wants that is in no batch yet; there need be no engagement. */
  const wanting = (partnerId: string): Wanted => {
    const engagementId = `e-${randomUUID()}`;
    const reference = `${engagementId}:invoice:1`;
    const today = new Date().toISOString().slice(0, 10);
    const vouchers = [{ voucherId: `V-${engagementId}`, serviceLevelDays: 5, redeemedOn: today }];
    const amount = { minor: RATE, currency: 'SEK' };
    const place = { offering: 'DDPS', country: 'SE', locationId: 'contoso-se' };
    const request = { reference, status: 'prepared', gateway: 'batch', ...place, vouchers, amount } as const;
    const member = { engagementId, partnerId, request, paymentRequestDueOn: '2099-12-31', utcOffset: '+00:00' };
    return { kind: 'join', id: `join:${reference}:0`, reference, member };
  };
  const joining = (wanted: Wanted) => house.activities.joinBatch(wanted);
  const join = (wanted: Wanted): ReturnType<typeof joining> =>
    new MockActivityEnvironment().run<[Wanted], { status: 'collected'; batchId: string }, typeof joining>(
      joining,
      wanted,
    );

  test('twice and at once is joining once', async () => {
    const effect = wanting(await newPartner());
    const answers = await Promise.all(Array.from({ length: 5 }, () => join(effect)));
    expect(new Set(answers.map(({ batchId }) => batchId)).size).toBe(1);
    const { members } = await new BatchCase(house, answers[0]!.batchId).view();
    expect(members.map(({ reference }) => reference)).toStrictEqual([effect.reference]);
    expect(await join(effect)).toStrictEqual(answers[0]);
  });

  test('again, when the batch has gone out and another one collects, is answered with the batch it is in', async () => {
    const partnerId = await newPartner();
    const [first, second] = [wanting(partnerId), wanting(partnerId)];
    const answer = await join(first);
    await new BatchCase(house, answer.batchId).send('sendBatch', {});
    const other = await join(second);
    expect(other.batchId).not.toBe(answer.batchId);
    expect(await join(first)).toStrictEqual(answer);
    expect(await join(second)).toStrictEqual(other);
  });

  test('of many at once: each is in one batch, and no batch has more than it may', async () => {
    const partnerId = await newPartner();
    const effects = Array.from({ length: 10 }, () => wanting(partnerId));
    const answers = await Promise.all(effects.map(join));
    const ids = [...new Set(answers.map(({ batchId }) => batchId))];
    const views = await Promise.all(ids.map((batchId) => house.records.batches.view(batchId)));
    expect(views.map((view) => view!.members.length).sort()).toStrictEqual([1, 3, 3, 3]);
    expect(views.flatMap((view) => view!.members.map(({ reference }) => reference)).sort()).toStrictEqual(
      effects.map(({ reference }) => reference).sort(),
    );
  });

  test('is tried again when the mail was lost, or its answer: it is in, once', async () => {
    losses.push('mail', 'answer');
    const engagement = await redeemed(await newPartner());
    const batch = await batchOf(engagement);
    expect(losses).toStrictEqual([]);
    expect(membersOf(await batch.view())).toStrictEqual([engagement.engagementId]);
  });

  test('a claim left over from a decision that came to nothing keeps nobody out', async () => {
    const partnerId = await newPartner();
    const [opener, late] = [wanting(partnerId), wanting(partnerId)];
    const full = new BatchCase(house, (await join(opener)).batchId);
    await full.send('sendBatch', {});
    const { member, reference } = late;
    const payload = {
      batchId: full.batchId,
      group: { ...member.request, partnerId, currency: 'SEK' },
      member: { ...member.request.vouchers[0]!, ...member, ...member.request },
      utcOffset: '+00:00',
    };
    const messageId = `join:${reference}:${full.batchId}`;
    await house.records.claims.take({ kind: 'batchMember', key: reference }, batchWorkflowId(full.batchId), messageId);
    const envelope = { messageId, sentAt: '', actor: { subject: 'system', role: 'system' }, payload };
    await full.handle.signal('addToBatch', envelope);
    await eventually(
      () => house.records.batches.messageStatus(full.batchId, messageId),
      ({ status }) => status === 'refused',
    );
    expect((await join(late)).batchId).toBe(full.batchId.replace(/-1$/, '-2'));
  });
});

describe('the workflow of a batch', () => {
  const start = (batchId: string, ...args: unknown[]) =>
    house.client.workflow.start('paymentBatch', { workflowId: batchWorkflowId(batchId), taskQueue: TASK_QUEUE, args });

  test('that was lost is started again over its record: same members, same key, one invoice', async () => {
    const engagements = await severalRedeemed(2, await newPartner());
    const batch = await batchOf(engagements[0]!);
    await all(engagements, isCollected);
    await batch.handle.terminate();
    await start(batch.batchId);
    await batch.send('sendBatch', {});
    await all(engagements, inStage('paymentRequested'));
    await batch.handle.terminate();
    await start(batch.batchId);
    await batch.send('addNote', { text: 'here again' });
    const view = await batch.view();
    expect(membersOf(view)).toStrictEqual(engagements.map(({ engagementId }) => engagementId).sort());
    expect(view.paymentRequest).toMatchObject({ reference: batch.reference(1), status: 'submitted' });
    expect(await batch.booked()).toHaveLength(1);
    expect((await house.records.paymentRequests.get(batch.reference()))?.attempts).toHaveLength(1);
  });

  test('that is reset takes up its record: same members, same key, one invoice', async () => {
    const engagements = await severalRedeemed(3, await newPartner());
    const batch = await batchOf(engagements[0]!);
    await all(engagements, inStage('paymentRequested'));
    const { events } = await batch.handle.fetchHistory();
    const firstTask = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
    await house.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: batchWorkflowId(batch.batchId) },
      reason: 'test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: firstTask?.eventId,
    });
    await batch.advance('paid');
    for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
    expect(await batch.handle.result()).toMatchObject({
      stage: 'paid',
      paymentRequest: { reference: batch.reference(1) },
    });
    expect(await batch.booked()).toHaveLength(1);
    expect((await house.records.paymentRequests.get(batch.reference()))?.attempts).toHaveLength(1);
  });

  test('tells an engagement whose workflow was lost as soon as it is back', async () => {
    const engagements = await severalRedeemed(3, await newPartner());
    const batch = await batchOf(engagements[0]!);
    await all(engagements, inStage('paymentRequested'));
    const [lost, ...others] = engagements as [Case, Case, Case];
    await lost.handle.terminate();
    await batch.advance('paid');
    for (const { handle } of others) expect(await handle.result()).toMatchObject({ stage: 'paid' });
    const documents = await house.records.engagements.all(lost.engagementId);
    const view = (await house.records.engagements.view(lost.engagementId))!;
    const again = await house.client.workflow.start('engagement', startOptions(recordedInput(documents), view));
    expect(await again.result()).toMatchObject({ stage: 'paid', tasks: [] });
    expect(await batch.handle.result()).toMatchObject({ stage: 'paid' });
  });

  test.each([[undefined], [null], ['typed'], [{ batchId: null }]])(
    'started by hand over nothing (%j) ends, and says why',
    async (...args) => {
      const handle = await start(`nothing-${randomUUID()}-1`, ...args);
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'NothingCollected' } });
    },
  );

  test('started by hand with a message ends, too: only engagements begin a batch', async () => {
    const batchId = `typed-${randomUUID()}-1`;
    const handle = await house.client.workflow.signalWithStart('paymentBatch', {
      workflowId: batchWorkflowId(batchId),
      taskQueue: TASK_QUEUE,
      args: [],
      signal: 'addToBatch',
      signalArgs: [{ batchId }],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'NothingCollected' } });
    expect(await house.records.batches.all(batchId)).toStrictEqual([]);
  });

  test('under an id that is not its own ends at once', async () => {
    const handle = await house.client.workflow.start('paymentBatch', {
      workflowId: batchWorkflowId(`other-${randomUUID()}`),
      taskQueue: TASK_QUEUE,
      args: [{ batchId: 'DDPS-SE-0123456789-1' }],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'NothingCollected' } });
  });

  test('keeps a cancellation that was requested in Temporal as a note', async () => {
    const engagement = await redeemed(await newPartner());
    const batch = await batchOf(engagement);
    await batch.handle.cancel();
    const note = await eventually(
      async () => (await batch.timeline()).find(({ type }) => type === 'NoteAdded'),
      (found) => found !== undefined,
    );
    expect(note).toMatchObject({
      data: { text: 'Cancellation was requested in Temporal; engagements leave a batch by splitBatch' },
    });
    expect((await batch.view()).stage).toBe('collecting');
  });
});

describe('a message to a batch is refused with a readable answer', () => {
  let engagement: Case;
  let batch: BatchCase;
  beforeAll(async () => {
    engagement = await redeemed(await newPartner());
    batch = await batchOf(engagement);
  });

  const unknown = { engagementIds: ['e-nobody'], reason: 'wrong level' };
  const paid = { status: 'paid', at: new Date().toISOString() } as const;
  const tooEarly = { changes: { locationId: 'contoso-de' }, reason: 'moved' };
  test.each([
    [
      'from somebody who may not',
      'role-not-allowed',
      () => batch.send('sendBatch', {}, { actor: engagement.partnerAdmin }),
    ],
    ['about somebody who is not in it', 'not-in-batch', () => batch.send('splitBatch', unknown)],
    ['about a payment before anything was asked for', 'wrong-stage', () => batch.send('recordPaymentStatus', paid)],
    ['that corrects what was not asked for', 'wrong-stage', () => batch.send('correctPaymentRequest', tooEarly)],
    ['about a task it does not have', 'task-unknown', () => batch.send('resolveTask', { taskId: 'batch:x:y:1' })],
  ])('%s', async (_title, code, sending) => {
    expect(await batch.refusalOf(sending())).toBe(code);
  });

  test('typed by hand it is in the timeline', async () => {
    await batch.handle.signal('splitBatch', { engagementIds: [], reason: '' });
    const refused = await eventually(
      async () => (await batch.timeline()).filter(({ type }) => type === 'MessageRefused').at(-1),
      (event) => event?.messageId.startsWith('hand:') === true,
    );
    expect(refused).toMatchObject({
      actor: { subject: 'unknown', role: 'operator', via: 'temporal' },
      data: { message: 'splitBatch', refusal: { code: 'malformed-message' } },
    });
  });

  test('meant for another batch it does not come into this one', async () => {
    const { members, partnerId, offering, country, locationId, currency } = await batch.view();
    const messageId = `join:e-9:invoice:1:${batch.batchId}`;
    await batch.handle.signal('addToBatch', {
      messageId,
      actor: { subject: 'system', role: 'system' },
      payload: {
        batchId: 'another-1',
        group: { partnerId, offering, country, locationId, currency },
        member: { ...members[0], engagementId: 'e-9', reference: 'e-9:invoice:1', voucherId: 'V-9' },
        utcOffset: '+00:00',
      },
    });
    const { reason } = await eventually(
      () => house.records.batches.messageStatus(batch.batchId, messageId),
      ({ status }) => status !== 'pending',
    );
    expect(reason).toMatchObject({ code: 'malformed-message', detail: `/batchId: this is ${batch.batchId}` });
  });

  test('of an engagement, what only its batch may say', async () => {
    const report = engagement.send('recordPaymentStatus', { status: 'rejected', at: new Date().toISOString() });
    expect(await engagement.refusalOf(report)).toBe('settled-by-batch');
  });
});
