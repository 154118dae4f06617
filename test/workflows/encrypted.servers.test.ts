import { randomBytes, randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { clientConverter } from '../../codec/dataConverter';
import { createKeyRing, type PayloadKey } from '../../codec/keyRing';
import type { PayloadProtection } from '../../codec/payloadCodec';
import { seal, textOf } from '../../codec/seal';
import type { EngagementEvent } from '../../domain/engagement/events';
import { Case, OPERATOR } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { storedText } from '../support/storedText';

const key = (id: string): PayloadKey => ({ id, secret: randomBytes(32) });
const [current, former] = [key('2026-07'), key('2026-01')];
const payloads: PayloadProtection = { keys: [current, former], encrypts: true };
const ring = createKeyRing([current]);

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, payloads });
});
afterAll(() => house.stop());

/** The same Temporal with other keys, or none. */
const clientWith = (protection?: PayloadProtection) =>
  new Client({ connection: house.client.connection, dataConverter: clientConverter(protection) });

const caseOf = (client: Client) => Case.start({ ...house, client });

/** Those of `words` that Temporal stores of a workflow. */
async function foundIn({ handle }: Case, ...words: string[]): Promise<string[]> {
  const text = await storedText(handle);
  return words.filter((word) => text.includes(word));
}

/** Sends a Signal whose argument was encoded by somebody else. */
async function signalRaw({ handle }: Case, signalName: string, payload: Payload): Promise<void> {
  const workflowExecution = { workflowId: handle.workflowId };
  const input = { payloads: [payload] };
  await house.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution,
    signalName,
    input,
    requestId: randomUUID(),
  });
}

async function untilTaskFails(handle: WorkflowHandle): Promise<void> {
  await eventually(
    async () => (await handle.fetchHistory()).events!,
    (events) => events.some(({ workflowTaskFailedEventAttributes: failed }) => failed),
  );
}

/** The event that comes after what is on record now. */
async function nextAfter(engagement: Case, act: () => Promise<unknown>): Promise<EngagementEvent> {
  const { version } = await engagement.until((view) => view.version >= 1);
  await act();
  const events = await eventually(
    () => engagement.timeline(),
    ({ length }) => length > version,
  );
  return events[version]!;
}

const typed = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

test('an engagement is paid, and its history tells nothing of what was said', async () => {
  const engagement = await Case.start(house);
  const { reserveVoucher } = engagement.payloads();
  await engagement.assign();
  await expect(
    engagement.send('reserveVoucher', { ...reserveVoucher, voucherAdministratorEmail: 'wrong@fabrikam.example' }),
  ).rejects.toThrow();
  await engagement.reserve();
  await engagement.report();
  await engagement.redeem();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  await engagement.advance('paid');
  expect(await engagement.handle.result()).toMatchObject({ stage: 'paid', customer: { name: 'Fabrikam AB' } });
  const secrets = ['fabrikam.example', 'Fabrikam AB', 'Per Persson', 'rollout planned', 'does not match'];
  expect(await foundIn(engagement, 'binary/encrypted', ...secrets)).toStrictEqual(['binary/encrypted']);
});

test('the text of a failure is encrypted, and clients read it', async () => {
  const engagement = await Case.start(house, { partnerId: 'unheard-of' });
  await expect(engagement.handle.result()).rejects.toMatchObject({
    cause: { message: 'there is no partner unheard-of' },
  });
  expect(await foundIn(engagement, 'Encoded failure', 'no partner', 'workflow-bundle')).toStrictEqual([
    'Encoded failure',
  ]);
});

test('who has no key reads nothing', async () => {
  const engagement = await Case.start(house);
  await engagement.assign();
  const stranger = clientWith({ keys: [key('another')], encrypts: true }).workflow.getHandle(
    engagement.handle.workflowId,
  );
  await expect(stranger.query('view')).rejects.toThrow('no key of this process');
});

test.each([
  ['encrypted with a former key', () => clientWith({ keys: [former], encrypts: true })],
  ['not encrypted', () => clientWith()],
])('a workflow takes what was %s', async (_, client) => {
  const engagement = await Case.start(house);
  const said = client().workflow.getHandle(engagement.handle.workflowId);
  const note = await nextAfter(engagement, () => said.signal('addNote', { text: 'hello' }));
  expect(note).toMatchObject({ type: 'NoteAdded', data: { text: 'hello' } });
});

describe('what was typed by hand', () => {
  const sealed = seal(typed({ text: 'typed' }), ring, 'hand');

  test('is taken as a Signal', async () => {
    const engagement = await Case.start(house);
    expect(await nextAfter(engagement, () => signalRaw(engagement, 'addNote', sealed))).toMatchObject({
      type: 'NoteAdded',
      data: { text: 'typed' },
      actor: { subject: 'unknown', role: 'operator', via: 'temporal' },
    });
  });

  test('is refused as an Update, and begins nothing', async () => {
    const asTyped = new Client({
      connection: house.client.connection,
      dataConverter: {
        payloadCodecs: [
          {
            encode: async (given) => given.map((payload) => seal(payload, ring, 'hand')),
            decode: (given, context) => clientConverter(payloads)!.payloadCodecs![0]!.decode(given, context),
          },
        ],
      },
    });
    const engagement = await Case.start(house);
    const update = asTyped.workflow.getHandle(engagement.handle.workflowId);
    await expect(update.executeUpdate('addNote', { args: [{ text: 'typed' }] })).rejects.toMatchObject({
      cause: { type: 'malformed-message' },
    });
    const started = await caseOf(asTyped);
    await expect(started.handle.result()).rejects.toMatchObject({ cause: { type: 'StartRefused' } });
  });
});

test('what was encrypted for another workflow is refused on record, and holds nobody up', async () => {
  const [one, other] = [await Case.start(house), await Case.start(house)];
  await one.signal('addNote', { text: 'meant for one' });
  await one.until(({ version }) => version === 2);
  const { events } = await one.handle.fetchHistory();
  const signalled = events!.find(({ workflowExecutionSignaledEventAttributes: signal }) => signal);
  const copied = signalled!.workflowExecutionSignaledEventAttributes!.input!.payloads![0]!;
  expect(textOf(copied.metadata!['workflow-id'])).toBe(one.handle.workflowId);
  expect(await nextAfter(other, () => signalRaw(other, 'addNote', copied))).toMatchObject({ type: 'MessageRefused' });
  await other.assign();
  expect(JSON.stringify(await other.timeline())).not.toContain('meant for one');
});

describe('a Signal that cannot be read', () => {
  test('is refused on record when it was typed and cut, and holds nobody up', async () => {
    const engagement = await Case.start(house);
    const { data, ...rest } = seal(typed({ text: 'typed' }), ring, 'hand');
    const cut = { ...rest, data: data!.subarray(0, 40) };
    expect(await nextAfter(engagement, () => signalRaw(engagement, 'addNote', cut))).toMatchObject({
      type: 'MessageRefused',
    });
    await engagement.assign();
    expect(house.workers.getState()).toBe('RUNNING');
  });

  test('for want of its key waits for a worker that has it, and nobody else waits', async () => {
    const late = key('2027-01');
    const [engagement, other] = [await Case.start(house), await Case.start(house)];
    await engagement.until(({ version }) => version >= 1);
    const said = clientWith({ keys: [late], encrypts: true }).workflow.getHandle(engagement.handle.workflowId);
    await said.signal('addNote', { text: 'hello' });
    await untilTaskFails(engagement.handle);
    await other.assign();
    expect(house.workers.getState()).toBe('RUNNING');
    // Each time a worker without the key takes the task, the next try is further away.
    house.workers.shutdown();
    const rotated = await openHouse({
      address: temporal().address,
      mongoUri: mongo().uri,
      payloads: { keys: [current, former, late], encrypts: true },
    });
    try {
      await eventually(
        () => house.records.engagements.timeline(engagement.engagementId),
        (events) => events.some(({ type }) => type === 'NoteAdded'),
      );
    } finally {
      await rotated.stop();
    }
  });
});

describe('where the codec is required', () => {
  beforeAll(async () => {
    await house.stop();
    const required = { ...payloads, refusesClear: true };
    house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, payloads: required });
  });

  test('a workflow takes nothing in clear where the codec is required', async () => {
    const engagement = await Case.start(house);
    const inClear = clientWith().workflow.getHandle(engagement.handle.workflowId);
    const envelope = engagement.envelope({ text: 'hello' }, OPERATOR, randomUUID());
    expect(await nextAfter(engagement, () => inClear.signal('addNote', envelope))).toMatchObject({
      type: 'MessageRefused',
    });
    await expect(inClear.executeUpdate('addNote', { args: [envelope] })).rejects.toThrow();
    const refused = house.client.workflow.getHandle((await caseOf(clientWith())).handle.workflowId);
    await expect(refused.result()).rejects.toMatchObject({ cause: { type: 'StartRefused' } });
    await engagement.assign();
    expect((await engagement.timeline()).filter(({ type }) => type === 'NoteAdded')).toStrictEqual([]);
  });
});
