import { createEngagementsClient } from '../../client/engagements/client';
import { createMessenger } from '../../client/messenger/messenger';
import { fingerprintOf } from '../../records/fingerprint';
import { Case, CONSULTANT, OPERATOR, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
/** Spoken to before any worker ran. */
let early: Case;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, idle: true });
  early = await Case.start(house);
  await early.signal('assignVoucher', early.payloads().assignVoucher);
  await early.signal('addNote', { text: 'early' });
  await early.signal('reserveVoucher', early.payloads().reserveVoucher, { actor: PARTNER_ADMIN });
  house.work();
});
afterAll(() => house.stop());

const typesOf = async (engagement: Case) => (await engagement.timeline()).map(({ type }) => type);

/** Workflow, record and projection tell the same, and no version is missing or doubled. */
async function expectOneTruth(engagement: Case): Promise<void> {
  const recorded = await house.records.engagements.timeline(engagement.engagementId);
  expect(recorded.map(({ version }) => version)).toStrictEqual(recorded.map((_, index) => index + 1));
  expect(await engagement.timeline()).toStrictEqual(recorded);
  expect(await house.records.engagements.view(engagement.engagementId)).toStrictEqual(await engagement.view());
}

describe('no message is lost', () => {
  test('that is sent before a worker runs; the order is kept', async () => {
    await early.until(({ stage }) => stage === 'reserved');
    expect(await typesOf(early)).toStrictEqual([
      'EngagementStarted',
      'VoucherAssigned',
      'NoteAdded',
      'VoucherReserved',
    ]);
    await expectOneTruth(early);
  });

  test('that is sent in quick succession: what is legal in that order is done in that order', async () => {
    const engagement = await Case.start(house);
    const { assignVoucher, reserveVoucher, submitCompletionReport, redeemVoucher } = engagement.payloads();
    await engagement.upload();
    await engagement.signal('assignVoucher', assignVoucher);
    await engagement.signal('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN });
    await engagement.signal('submitCompletionReport', submitCompletionReport, { actor: CONSULTANT });
    await engagement.signal('redeemVoucher', redeemVoucher, { actor: PARTNER_ADMIN });
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await typesOf(engagement)).not.toContain('MessageRefused');
    await expectOneTruth(engagement);
  });

  test('of twenty that are sent at once through the client', async () => {
    const engagement = await Case.start(house);
    const { engagementId } = engagement;
    const messenger = createMessenger({ client: house.client, verdictTimeoutMs: 4_000 });
    const client = createEngagementsClient({ messenger, records: house.records });
    const notes = Array.from({ length: 20 }, (_, index) => ({ text: `note ${index}` }));
    const sendOnceThereIsRoom = (note: { text: string }) =>
      eventually(
        () =>
          client.send(
            engagementId,
            'addNote',
            engagement.envelope<'addNote'>(note, OPERATOR, note.text.replace(' ', '-')),
            {
              fingerprint: fingerprintOf('addNote', note),
              respondAsync: false,
            },
          ),
        ({ kind }) => kind !== 'busy',
      );
    const outcomes = await Promise.all(notes.map(sendOnceThereIsRoom));
    expect(outcomes.filter(({ kind }) => kind !== 'verdict' && kind !== 'accepted')).toStrictEqual([]);
    const events = await eventually(
      () => engagement.timeline(),
      ({ length }) => length > notes.length,
    );
    const texts = events.flatMap((event) => (event.type === 'NoteAdded' ? [event.data.text] : []));
    expect(texts.toSorted()).toStrictEqual(notes.map(({ text }) => text).toSorted());
    await expectOneTruth(engagement);
  });
});

describe('a message said again', () => {
  test('under its id has no second effect, by Signal or by Update', async () => {
    const engagement = await Case.start(house);
    const { assignVoucher } = engagement.payloads();
    const said = { messageId: 'assign-1' };
    await engagement.signal('assignVoucher', assignVoucher, said);
    const verdict = await engagement.send('assignVoucher', assignVoucher, said);
    expect(verdict).toStrictEqual({ status: 'applied', version: 2, stage: 'voucherAssigned' });
    await engagement.signal('assignVoucher', assignVoucher, said);
    expect(await engagement.send('assignVoucher', assignVoucher, said)).toStrictEqual(verdict);
    await engagement.send('addNote', { text: 'after it' });
    expect(await typesOf(engagement)).toStrictEqual(['EngagementStarted', 'VoucherAssigned', 'NoteAdded']);
  });

  test('under another id is a success without a second effect, and stays one', async () => {
    const engagement = await Case.start(house);
    const { assignVoucher } = engagement.payloads();
    await engagement.assign();
    await engagement.reserve();
    const again = await engagement.send('assignVoucher', assignVoucher, { messageId: 'assign-2' });
    expect(again).toStrictEqual({ status: 'applied', version: 3, stage: 'reserved', repeated: true });
    await engagement.signal('assignVoucher', assignVoucher, { messageId: 'assign-2' });
    await engagement.send('addNote', { text: 'after it' });
    expect(await typesOf(engagement)).toStrictEqual([
      'EngagementStarted',
      'VoucherAssigned',
      'VoucherReserved',
      'NoteAdded',
    ]);
    expect(await house.records.engagements.messageStatus(engagement.engagementId, 'assign-2')).toStrictEqual({
      messageId: 'assign-2',
      status: 'applied',
    });
  });

  test('has an effect again once the first was undone', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.send('cancelReservation', { reason: 'another week' });
    await engagement.reserve();
    expect(await typesOf(engagement)).toStrictEqual([
      'EngagementStarted',
      'VoucherAssigned',
      'VoucherReserved',
      'ReservationCancelled',
      'VoucherReserved',
    ]);
  });

  test('with other content is refused while the effect stands', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    const other = { ...engagement.payloads().assignVoucher, voucherId: 'another' };
    expect(await engagement.refusalOf(engagement.send('assignVoucher', other))).toBe('already-done-differently');
    expect((await engagement.view()).voucher?.voucherId).toBe(`V-${engagement.engagementId}`);
  });
});

describe('one message id names one message', () => {
  test('other content under it is refused, and nothing is recorded', async () => {
    const engagement = await Case.start(house);
    const said = { messageId: 'note-1' };
    await engagement.send('addNote', { text: 'one' }, said);
    const before = await engagement.timeline();
    expect(await engagement.refusalOf(engagement.send('addNote', { text: 'two' }, said))).toBe(
      'idempotency-key-reused',
    );
    await engagement.signal('addNote', { text: 'three' }, said);
    expect(await engagement.refusalOf(engagement.send('cancelEngagement', { reason: 'why' }, said))).toBe(
      'idempotency-key-reused',
    );
    expect(await engagement.timeline()).toStrictEqual(before);
  });

  test('even if the first was a repeat', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    const said = { messageId: 'assign-2' };
    await engagement.send('assignVoucher', engagement.payloads().assignVoucher, said);
    expect(await engagement.refusalOf(engagement.send('addNote', { text: 'two' }, said))).toBe(
      'idempotency-key-reused',
    );
  });

  test('another engagement may use it for something else', async () => {
    const [one, other] = [await Case.start(house), await Case.start(house)];
    await one.send('addNote', { text: 'one' }, { messageId: 'note-1' });
    await other.send('addNote', { text: 'other' }, { messageId: 'note-1' });
    expect(await typesOf(other)).toStrictEqual(['EngagementStarted', 'NoteAdded']);
  });
});
