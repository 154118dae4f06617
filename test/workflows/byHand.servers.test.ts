import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { TASK_QUEUE, type EngagementMessageName } from '../../contracts/names';
import type { EngagementEvent } from '../../domain/engagement/events';
import { Case, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
afterAll(() => house.stop());

const SOMEBODY = { subject: 'unknown', role: 'operator', via: 'temporal' };

const text = 'typed by hand';

/** The id a message typed into the Temporal UI is given, by the number it has among them. */
const idByHand = async ({ handle }: Case, n: number) =>
  `hand:${(await handle.describe()).raw.workflowExecutionInfo?.firstRunId}:${n}`;

/** Types a Signal and answers with what it led to. */
async function type(engagement: Case, name: EngagementMessageName, ...args: unknown[]): Promise<EngagementEvent> {
  const { version } = await engagement.until((view) => view.version >= 1);
  await engagement.handle.signal(name, ...args);
  return nextAfter(engagement, version);
}

async function nextAfter(engagement: Case, version: number): Promise<EngagementEvent> {
  const events = await eventually(
    () => engagement.timeline(),
    ({ length }) => length > version,
  );
  return events[version]!;
}

/** What is typed wrongly holds nobody up. */
async function expectToGoOn(engagement: Case): Promise<void> {
  await engagement.assign();
  expect((await engagement.view()).stage).toBe('voucherAssigned');
  expect(await house.records.engagements.timeline(engagement.engagementId)).toStrictEqual(await engagement.timeline());
}

describe('a payload typed without an envelope', () => {
  test('is accepted as said by an unknown operator, and gets an id of its own', async () => {
    const engagement = await Case.start(house);
    expect(await type(engagement, 'addNote', { text })).toMatchObject({
      type: 'NoteAdded',
      data: { text },
      messageId: await idByHand(engagement, 1),
      actor: SOMEBODY,
    });
    expect(await type(engagement, 'addNote', { text })).toMatchObject({ messageId: await idByHand(engagement, 2) });
  });

  test('moves the engagement on', async () => {
    const engagement = await Case.start(house);
    const { assignVoucher, reserveVoucher } = engagement.payloads();
    expect(await type(engagement, 'assignVoucher', assignVoucher)).toMatchObject({ type: 'VoucherAssigned' });
    expect(await type(engagement, 'reserveVoucher', reserveVoucher)).toMatchObject({ type: 'VoucherReserved' });
  });

  test('is accepted as an Update too', async () => {
    const engagement = await Case.start(house);
    expect(await engagement.handle.executeUpdate('addNote', { args: [{ text }] })).toMatchObject({ status: 'applied' });
  });
});

describe('rubbish', () => {
  test.each<[what: string, args: unknown[], why: RegExp]>([
    ['no argument', [], /\/text: /],
    ['null', [null], /expected object, received null/],
    ['a text', ['hello'], /expected object, received string/],
    ['a number', [5], /expected object, received number/],
    ['a list', [[1, 2]], /expected object, received array/],
    ['another object', [{ foo: 'bar' }], /\/text: .*Unrecognized key: "foo"/],
    ['an envelope around rubbish', [{ payload: 'hello' }], /expected object, received string/],
    ['an envelope around nothing', [{ payload: null }], /expected object, received null/],
    ['a text longer than allowed', [{ text: 'x'.repeat(2_001) }], /\/text: Too big/],
  ])('%s is refused readably, and the workflow goes on', async (_what, args, why) => {
    const engagement = await Case.start(house);
    const refused = await type(engagement, 'addNote', ...args);
    expect(refused).toMatchObject({
      type: 'MessageRefused',
      data: {
        message: 'addNote',
        refusal: { code: 'malformed-message', detail: expect.stringMatching(why) as string },
      },
      messageId: await idByHand(engagement, 1),
      actor: SOMEBODY,
    });
    await expectToGoOn(engagement);
  });

  test.each<[what: string, encoding: string, data: string]>([
    ['JSON that breaks off', 'json/plain', '{"text": '],
    ['nothing where JSON was announced', 'json/plain', ''],
    ['bytes', 'binary/plain', 'hello'],
  ])('%s is refused readably, and the workflow goes on', async (_what, encoding, data) => {
    const engagement = await Case.start(house);
    expect(await typeRaw(engagement, encoding, data)).toMatchObject({
      type: 'MessageRefused',
      data: { refusal: { code: 'malformed-message' } },
    });
    await expectToGoOn(engagement);
  });

  test('the other encoding the Temporal UI offers for JSON makes no difference', async () => {
    const engagement = await Case.start(house);
    expect(await typeRaw(engagement, 'json/protobuf', JSON.stringify({ text }))).toMatchObject({ data: { text } });
  });

  test('a Signal nobody knows is ignored', async () => {
    const engagement = await Case.start(house);
    await engagement.handle.signal('reserveTheVoucher', { any: 'thing' });
    await expectToGoOn(engagement);
  });

  async function typeRaw(engagement: Case, encoding: string, data: string): Promise<EngagementEvent> {
    const { version } = await engagement.until((view) => view.version >= 1);
    await house.client.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: engagement.handle.workflowId },
      signalName: 'addNote',
      input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
    });
    return nextAfter(engagement, version);
  }
});

describe('an envelope', () => {
  test.each<[what: string, actor: unknown]>([
    ['no actor', undefined],
    ['a name for an actor', 'olle'],
    ['an actor without a subject', { role: 'operator' }],
    ['an actor of an unknown role', { subject: 'olle', role: 'king' }],
    ['the system for an actor', { subject: 'system', role: 'system' }],
    ['an actor with more than an actor has', { ...PARTNER_ADMIN, foo: 'bar' }],
    ['an actor of an impossible partner', { ...PARTNER_ADMIN, partnerId: 5 }],
  ])('with %s is from an unknown operator', async (_what, actor) => {
    const engagement = await Case.start(house);
    const typed = await type(engagement, 'addNote', { messageId: 'note-1', actor, payload: { text } });
    expect(typed).toMatchObject({ type: 'NoteAdded', messageId: 'note-1' });
    expect(typed.actor).toStrictEqual(SOMEBODY);
  });

  test.each([
    '',
    'with space',
    'ö',
    'x'.repeat(301),
    5,
    null,
    'start:x',
    'deadline:x',
    'savb:x',
    'hand:x',
    'cancellation:x',
  ])('with the impossible or reserved message id %j is given another', async (messageId) => {
    const engagement = await Case.start(house);
    const typed = await type(engagement, 'addNote', { messageId, actor: PARTNER_ADMIN, payload: { text } });
    expect(typed).toMatchObject({ messageId: await idByHand(engagement, 1), actor: PARTNER_ADMIN });
  });
});

describe('a start typed by hand', () => {
  test.each<[what: string, args: unknown[]]>([
    ['nothing', []],
    ['a text', ['hello']],
    ['a part of the input', [{ engagementId: 'typed', partnerId: 'contoso-services' }]],
  ])('with %s fails and says why', async (_what, args) => {
    const workflowId = `engagement:${randomUUID()}`;
    const result = house.client.workflow.execute('engagement', { workflowId, taskQueue: TASK_QUEUE, args });
    const error: unknown = await result.catch((failure: unknown) => failure);
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
    expect(error.cause).toMatchObject({
      type: 'StartRefused',
      message: expect.stringMatching(/Invalid input/) as string,
    });
  });

  test('for an unknown partner fails, and leaves no record', async () => {
    const engagement = await Case.start(house, { partnerId: 'nobody' });
    await expect(engagement.handle.result()).rejects.toMatchObject({ cause: { type: 'StartRefused' } });
    expect(await house.records.engagements.all(engagement.engagementId)).toStrictEqual([]);
  });
});
