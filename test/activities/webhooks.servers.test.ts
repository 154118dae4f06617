import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Dependencies } from '../../activities';
import { createWebhookDelivery } from '../../activities/webhooks/deliverWebhooks';
import { NOBODY_ACTS } from '../../activities/whoActs';
import type { Attempt, Outgoing } from '../../activities/webhooks/gateway';
import { createStageChangeMessages } from '../../activities/webhooks/stageChanges';
import type { WebhookMessage } from '../../contracts/webhooks';
import type { EngagementEvent } from '../../domain/engagement/events';
import { InvalidCursor } from '../../records/pages';
import type { RecordedWebhook } from '../../records/webhooks';
import { eventually } from '../support/eventually';
import { openedRecords } from '../records/opened';
import { assignedEvents, AT, recordedMessage } from '../records/samples';

const opened = openedRecords();
const webhooks = () => opened().records.webhooks;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** An endpoint on record, of a partner of its own unless told otherwise. */
async function endpoint(changes: Partial<RecordedWebhook> = {}): Promise<RecordedWebhook> {
  const endpointId = `we-${randomUUID()}`;
  const messageId = randomUUID();
  const webhook: RecordedWebhook = {
    endpointId,
    partnerId: `p-${endpointId}`,
    url: 'https://partner.example/hook',
    status: 'enabled',
    createdAt: AT,
    createdBy: 'pia',
    secrets: [{ secret: 'whsec_bmV3', messageId }],
    slot: 1,
    messageId,
    fingerprint: 'f',
    ...changes,
  };
  await webhooks().create(webhook);
  return webhook;
}

let count = 0;
function message({ endpointId, partnerId }: RecordedWebhook, at = ago(0)): WebhookMessage {
  const version = ++count;
  const data = { engagementId: 'E-1', partnerId, stage: 'reserved' as const, version, at };
  return { webhookId: `evt_${version}`, endpointId, event: { type: 'engagement.stageChanged', timestamp: at, data } };
}

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** A worker whose receivers answer in turn, then take everything. */
function worker(...answers: Attempt[]) {
  const sent: Outgoing[] = [];
  const logged: string[] = [];
  let released: Promise<void> = Promise.resolve();
  let toHold = 0;
  const gateway = {
    async send(outgoing: Outgoing): Promise<Attempt> {
      sent.push(outgoing);
      if (toHold-- > 0) await released;
      return answers.shift() ?? { kind: 'delivered', responseStatus: 204 };
    },
  };
  const { records } = opened();
  const activities = createWebhookDelivery({ records, webhooks: gateway } as Dependencies);
  const run = <T>(work: () => Promise<T>): Promise<T> => {
    const logger = new DefaultLogger('WARN', ({ message: line }) => logged.push(line));
    return new MockActivityEnvironment({}, { logger }).run(work);
  };
  return {
    sent: () => sent.map(({ webhookId }) => webhookId),
    outgoing: sent,
    logged,
    /** Keeps the next so many waiting until what it answers is called. */
    hold: (count: number): (() => void) => {
      let release = () => undefined as void;
      released = new Promise((resolve) => (release = resolve));
      toHold = count;
      return () => release();
    },
    deliver: (...messages: WebhookMessage[]) => run(() => activities.deliverWebhooks(messages)),
    tryOut: (given: WebhookMessage) => run(() => activities.tryWebhook(given)),
  };
}

const refused = (responseStatus: number): Attempt => ({
  kind: 'refused',
  responseStatus,
  why: `it answered ${responseStatus}`,
});
const deferred = ({ webhookId, endpointId }: WebhookMessage) =>
  ApplicationFailure.retryable(`${webhookId} was not taken by ${endpointId}. ${NOBODY_ACTS}`, 'WebhookDeferred');
const instant = expect.stringMatching(/^20.*Z$/) as string;

test('a message is sent to its endpoint and kept as delivered, however often the activity runs', async () => {
  const to = await endpoint();
  const given = message(to);
  const { deliver, outgoing } = worker();
  await deliver(given);
  await deliver(given);
  expect(outgoing).toStrictEqual([
    { url: to.url, secrets: ['whsec_bmV3'], webhookId: given.webhookId, event: given.event },
  ]);
  expect(await webhooks().delivery(given)).toStrictEqual({
    ...given,
    status: 'delivered',
    attempts: 1,
    createdAt: instant,
    lastAttempt: { at: instant, responseStatus: 204 },
  });
});

test('what is not taken is sent again under the same id, and what comes after it waits', async () => {
  const to = await endpoint();
  const [one, two, three] = [message(to), message(to), message(to)];
  const { deliver, sent } = worker({ kind: 'delivered', responseStatus: 200 }, refused(503));
  await expect(deliver(one, two, three)).rejects.toThrow(deferred(two));
  expect(await webhooks().delivery(two)).toMatchObject({
    status: 'pending',
    attempts: 1,
    lastAttempt: { responseStatus: 503, why: 'it answered 503' },
  });
  expect(await webhooks().delivery(three)).toMatchObject({ status: 'pending', attempts: 0 });
  await deliver(one, two, three);
  expect(sent()).toStrictEqual([one, two, two, three].map(({ webhookId }) => webhookId));
  expect(await webhooks().delivery(two)).toMatchObject({ status: 'delivered', attempts: 2 });
});

test('what is not taken three days after it happened is given up, and holds up nothing any more', async () => {
  const to = await endpoint();
  const [old, fresh] = [message(to, ago(3 * DAY_MS)), message(to)];
  const { deliver, sent, logged } = worker(refused(500));
  await deliver(old, fresh);
  expect(sent()).toStrictEqual([old.webhookId, fresh.webhookId]);
  expect(await webhooks().delivery(old)).toMatchObject({ status: 'failed', attempts: 1 });
  expect(logged).toStrictEqual([`webhook ${old.webhookId} is not sent again to ${to.endpointId}`]);
});

test('what has waited behind it has three days of its own, from when it happened; what has waited longer is tried once', async () => {
  const to = await endpoint();
  const [old, late, fresh] = [message(to, ago(4 * DAY_MS)), message(to, ago(3.5 * DAY_MS)), message(to, ago(DAY_MS))];
  const { deliver, sent } = worker(refused(500), refused(500), refused(500));
  await expect(deliver(old, late, fresh)).rejects.toThrow(deferred(fresh));
  expect(sent()).toStrictEqual([old.webhookId, late.webhookId, fresh.webhookId]);
  expect(await webhooks().delivery(late)).toMatchObject({ status: 'failed', attempts: 1 });
  expect(await webhooks().delivery(fresh)).toMatchObject({ status: 'pending', attempts: 1 });
});

test('within three days it is not given up', async () => {
  const given = message(await endpoint(), ago(3 * DAY_MS - 60_000));
  await expect(worker(refused(500)).deliver(given)).rejects.toThrow(deferred(given));
});

test('an endpoint that answers 410 is disabled and told nothing any more', async () => {
  const to = await endpoint();
  const [one, two] = [message(to), message(to)];
  const { deliver, sent } = worker({ kind: 'gone', responseStatus: 410 });
  await deliver(one, two);
  expect(sent()).toStrictEqual([one.webhookId]);
  expect(await webhooks().find(to.partnerId, to.endpointId)).toMatchObject({
    status: 'disabled',
    disabledAt: instant,
    why: 'it answered 410 Gone',
  });
  expect(await webhooks().delivery(one)).toMatchObject({ status: 'failed', lastAttempt: { responseStatus: 410 } });
  expect(await webhooks().delivery(two)).toMatchObject({
    status: 'failed',
    lastAttempt: { why: 'the endpoint is disabled' },
  });
});

test('a partner whose endpoints are slow is told four things at once, and the others wait for nobody', async () => {
  const slow = await endpoint();
  const [waiting, given, other] = [message(slow), message(slow), message(await endpoint())];
  const { deliver, tryOut, sent, hold } = worker();
  const release = hold(4);
  const held = [deliver(waiting), ...[1, 2, 3].map(() => tryOut(message(slow)))];
  await eventually(
    async () => sent(),
    (ids) => ids.length === 4,
  );
  const tooMany = `${slow.partnerId} is told 4 things at once already. ${NOBODY_ACTS}`;
  await expect(deliver(given)).rejects.toThrow(ApplicationFailure.retryable(tooMany, 'WebhookDeferred'));
  expect(await webhooks().delivery(given)).toMatchObject({ status: 'pending', attempts: 0 });
  await deliver(other);
  release();
  await Promise.all(held);
  await deliver(given);
  expect(sent().slice(4)).toStrictEqual([other.webhookId, given.webhookId]);
});

test('an endpoint that is gone is told nothing, and nothing is kept about it', async () => {
  const to = await endpoint();
  const [one, two] = [message(to), message(to)];
  const { deliver, sent } = worker();
  await deliver(one);
  await webhooks().remove(to.endpointId);
  await deliver(two);
  expect(sent()).toStrictEqual([one.webhookId]);
  expect(await webhooks().deliveries(to.endpointId, { limit: 10 })).toStrictEqual({ items: [] });
});

test('of its secrets, those that have not ended sign', async () => {
  const secrets = [
    { secret: 'whsec_bmV3', messageId: 'm-2' },
    { secret: 'whsec_b2xk', messageId: 'm-1', until: '2099-01-01T00:00:00.000Z' },
    { secret: 'whsec_b3Zlcg==', messageId: 'm-0', until: AT },
  ];
  const { deliver, outgoing } = worker();
  await deliver(message(await endpoint({ secrets })));
  expect(outgoing[0]?.secrets).toStrictEqual(['whsec_bmV3', 'whsec_b2xk']);
});

test('a try is one attempt', async () => {
  const to = await endpoint();
  const [taken, not] = [message(to), message(to)];
  const { tryOut, sent } = worker({ kind: 'delivered', responseStatus: 200 }, { kind: 'refused', why: 'ECONNREFUSED' });
  await tryOut(taken);
  await tryOut(not);
  await tryOut(not);
  expect(sent()).toStrictEqual([taken.webhookId, not.webhookId]);
  expect(await webhooks().delivery(taken)).toMatchObject({ status: 'delivered', attempts: 1 });
  expect(await webhooks().delivery(not)).toMatchObject({
    status: 'failed',
    attempts: 1,
    lastAttempt: { at: instant, why: 'ECONNREFUSED' },
  });
});

test('deliveries are listed page by page, the latest event first, and each endpoint has its own', async () => {
  const [to, other] = [await endpoint(), await endpoint()];
  const at = (minute: number): WebhookMessage => {
    const given = message(to);
    return { ...given, event: { ...given.event, timestamp: `2020-07-01T08:0${minute}:00.000Z` } };
  };
  const [one, two, three] = [at(1), at(2), at(3)];
  await webhooks().expect([three, one, two], AT);
  await webhooks().expect([message(other)], AT);
  const first = await webhooks().deliveries(to.endpointId, { limit: 2 });
  expect(first.items.map(({ webhookId }) => webhookId)).toStrictEqual([three.webhookId, two.webhookId]);
  const rest = await webhooks().deliveries(to.endpointId, { limit: 2, after: first.next });
  expect(rest).toStrictEqual({ items: [{ ...one, status: 'pending', attempts: 0, createdAt: AT }] });
});

test.each([
  ['another endpoint', (other: string) => `${other}:~`],
  ['whatever there is', () => '~'],
  ['an endpoint whose id begins like its own', (_other: string, own: string) => `${own};`],
  ['its own id alone', (_other: string, own: string) => own],
])('a cursor made up to begin at %s is refused, and shows nothing', async (_title, forged) => {
  const [one, two] = [await endpoint(), await endpoint()].toSorted((a, b) => (a.endpointId < b.endpointId ? -1 : 1));
  await webhooks().expect([message(one!), message(two!)], AT);
  const after = Buffer.from(forged(two!.endpointId, one!.endpointId)).toString('base64url');
  await expect(webhooks().deliveries(one!.endpointId, { limit: 10, after })).rejects.toThrow(InvalidCursor);
});

describe('a stage change is for', () => {
  const told = (partnerId: string) => {
    const [started] = assignedEvents('e-1', 'V-1') as [EngagementEvent & { type: 'EngagementStarted' }];
    const events = [{ ...started, data: { ...started.data, partnerId } }];
    return createStageChangeMessages(opened().records)(undefined, [recordedMessage({ events })]);
  };

  test('every enabled endpoint of the partner, each under the same id whenever it is read', async () => {
    const one = await endpoint();
    const two = await endpoint({ partnerId: one.partnerId });
    await endpoint({ partnerId: one.partnerId, status: 'disabled' });
    await endpoint();
    const messages = await told(one.partnerId);
    expect(messages.map(({ endpointId }) => endpointId).toSorted()).toStrictEqual(
      [one.endpointId, two.endpointId].toSorted(),
    );
    const ids = new Set(messages.map(({ webhookId }) => webhookId));
    expect([...ids]).toStrictEqual([expect.stringMatching(/^evt_[0-9a-f-]{36}$/)]);
    expect(await told(one.partnerId)).toStrictEqual(messages);
    expect(Buffer.byteLength(JSON.stringify(messages[0]))).toBeLessThan(1_000);
  });

  test('no endpoint that came later', async () => {
    const { partnerId } = await endpoint({ createdAt: '2020-07-01T08:02:00.000Z' });
    expect(await told(partnerId)).toStrictEqual([]);
  });
});

describe('an endpoint on record', () => {
  test('is created once for each message, and is the partner’s alone', async () => {
    const { secrets, ...given } = await endpoint();
    const again = { ...given, secrets, endpointId: `we-${randomUUID()}` };
    expect(await webhooks().create(again)).toStrictEqual({ ...given, secrets });
    expect(await webhooks().find('somebody-else', given.endpointId)).toBeUndefined();
    const { slot, messageId, fingerprint, ...known } = given;
    expect(await webhooks().list(given.partnerId)).toStrictEqual([known]);
  });

  test('is one of five of its partner, however many are asked for at once; one that is gone makes room', async () => {
    const { slot: _slot, ...given } = await endpoint();
    const another = () => ({ ...given, endpointId: `we-${randomUUID()}`, messageId: randomUUID() });
    const wanted = Array.from({ length: 20 }, another);
    const outcomes = await Promise.all(wanted.map((webhook) => webhooks().create(webhook)));
    expect(outcomes.toSorted()).toStrictEqual([
      ...Array<string>(4).fill('created'),
      ...Array<string>(16).fill('tooMany'),
    ]);
    expect(await webhooks().list(given.partnerId)).toHaveLength(5);
    const repeats = wanted.filter((_, index) => outcomes[index] === 'created');
    for (const webhook of repeats) expect(await webhooks().create(webhook)).toMatchObject(webhook);
    await webhooks().remove(given.endpointId);
    expect(await webhooks().create(another())).toBe('created');
    expect(await webhooks().create(another())).toBe('tooMany');
  });

  test('gets a new secret from one caller at a time, and keeps who asked for it; nobody is shown that', async () => {
    const given = await endpoint();
    const find = async () => (await webhooks().find(given.partnerId, given.endpointId))!;
    const asked = (messageId: string) => ({ messageId, fingerprint: `f-${messageId}` });
    const secrets = [{ secret: 'whsec_bmV3ZXI=', messageId: 'm-2' }];
    expect(await webhooks().rotate(given, { ...asked('m-2'), secrets })).toBe(true);
    expect(await webhooks().rotate(given, { ...asked('m-2'), secrets })).toBe(false);
    expect(await find()).toMatchObject({ secrets, rotations: [asked('m-2')] });
    expect(await webhooks().rotate(await find(), { ...asked('m-3'), secrets })).toBe(true);
    expect((await find()).rotations).toStrictEqual([asked('m-2'), asked('m-3')]);
    expect((await webhooks().list(given.partnerId))[0]).not.toHaveProperty('rotations');
  });

  test('knows the latest 1,000 who asked for a new secret', async () => {
    const asked = Array.from({ length: 1_000 }, (_, index) => ({ messageId: `m-${index}`, fingerprint: 'f' }));
    const given = await endpoint({ rotations: asked });
    const last = { messageId: 'm-1000', fingerprint: 'f' };
    await webhooks().rotate(given, { ...last, secrets: given.secrets });
    const { rotations } = (await webhooks().find(given.partnerId, given.endpointId))!;
    expect(rotations).toStrictEqual([...asked.slice(1), last]);
  });
});
