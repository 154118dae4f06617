import { randomBytes, randomUUID } from 'node:crypto';
import { createWebhookGateway } from '../../activities/webhooks/httpGateway';
import { createWebhooksClient } from '../../client/webhooks/client';
import { STAGES, TASK_QUEUE } from '../../contracts/names';
import type { StageChange } from '../../contracts/webhooks';
import { addDays } from '../../domain/days';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { webhookReceiver } from '../support/webhookReceiver';
import { housesInOwnTime, type HouseInOwnTime } from './ownTime';

jest.setTimeout(120_000);

/** Hooks run in the order in which they are made: what a test leaves on record is taken away while its house stands. */
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
const openHouse = housesInOwnTime();

const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** A house that tells endpoints on this machine. */
const houseWithWebhooks = (webhooks = createWebhookGateway({ allowLocal: true })): Promise<HouseInOwnTime> =>
  openHouse({ dependencies: (usual) => ({ ...usual, webhooks }) });

/** Puts an endpoint on record until the test ends. Answers its id. */
async function endpointAt({ records }: HouseInOwnTime, url: string, partnerId: string): Promise<string> {
  const endpointId = `we-${randomUUID()}`;
  ends.push(() => records.webhooks.remove(endpointId));
  const messageId = randomUUID();
  await records.webhooks.create({
    endpointId,
    partnerId,
    url,
    status: 'enabled',
    createdAt: '2020-01-01T00:00:00.000Z',
    createdBy: 'pia',
    secrets: [{ secret, messageId }],
    messageId,
    fingerprint: 'f',
  });
  return endpointId;
}

/** An endpoint of a partner, until the test ends. */
async function endpoint(house: HouseInOwnTime, partnerId = 'contoso-services') {
  const receiver = await webhookReceiver();
  ends.push(() => receiver.close());
  const endpointId = await endpointAt(house, receiver.url, partnerId);
  const told = () => receiver.verified(secret).map(({ data }) => data as StageChange);
  return { ...receiver, endpointId, told, stages: () => told().map(({ stage }) => stage) };
}

const STRAIGHT = STAGES.slice(0, STAGES.indexOf('paid') + 1);

async function untilPaid(engagement: Case): Promise<void> {
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  const at = `${engagement.today}T12:00:00.000Z`;
  await engagement.send('recordPaymentStatus', { status: 'approved', at });
  await engagement.send('recordPaymentStatus', { status: 'paid', at });
}

test('a partner is told of every stage, once and in order, and the engagement ends only then', async () => {
  const house = await houseWithWebhooks();
  const { told, stages, received } = await endpoint(house);
  const stranger = await endpoint(house, 'northwind-consulting');
  const engagement = await Case.start(house);
  await untilPaid(engagement);
  await engagement.handle.result();
  expect(stages()).toStrictEqual(STRAIGHT);
  const events = await engagement.timeline();
  for (const { engagementId, version, at } of told()) {
    expect(engagementId).toBe(engagement.engagementId);
    expect(events.find((event) => event.version === version)?.at).toBe(at);
  }
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(STRAIGHT.length);
  expect(Math.max(...received.map(({ body }) => body.length))).toBeLessThan(20_000);
  const personal = /Fabrikam|vera@|per@|Persson|Eva|pia/i;
  expect(received.filter(({ body }) => personal.test(body))).toStrictEqual([]);
  expect(stranger.received).toStrictEqual([]);
});

test('an endpoint that is away holds up nothing, and is told everything in order when it is back', async () => {
  const house = await houseWithWebhooks();
  const away = await endpoint(house);
  const there = await endpoint(house);
  away.answers.push(503, 500, 429, 404);
  const engagement = await Case.start(house);
  await untilPaid(engagement);
  await eventually(
    async () => there.stages(),
    (stages) => stages.length === STRAIGHT.length,
  );
  await house.sleepUntil(addDays(engagement.today, 1));
  await engagement.handle.result();
  expect(away.stages().slice(4)).toStrictEqual(STRAIGHT);
  expect(new Set(away.stages().slice(0, 5))).toStrictEqual(new Set(['awaitingVoucher']));
  expect(new Set(away.received.slice(0, 5).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('an endpoint that answers 410 is told nothing more', async () => {
  const house = await houseWithWebhooks();
  const { answers, stages, endpointId } = await endpoint(house);
  answers.push(410);
  const engagement = await Case.start(house);
  await eventually(
    () => house.records.webhooks.find('contoso-services', endpointId),
    (found) => found?.status === 'disabled',
  );
  await untilPaid(engagement);
  await engagement.handle.result();
  expect(stages()).toStrictEqual(['awaitingVoucher']);
});

test('what was told is not told again when the record is taken up anew', async () => {
  const house = await houseWithWebhooks();
  const { stages } = await endpoint(house);
  const engagement = await Case.start(house);
  await engagement.assign();
  await eventually(
    async () => stages(),
    (told) => told.length === 2,
  );
  await engagement.handle.terminate();
  const { engagementId } = engagement;
  const again = await Case.start(house, { engagementId });
  await again.send('cancelEngagement', { reason: 'the customer withdrew' });
  await again.handle.result();
  expect(stages()).toStrictEqual(['awaitingVoucher', 'voucherAssigned', 'cancelled']);
});

test('an engagement whose partner has no endpoint pays nothing for it', async () => {
  const house = await houseWithWebhooks();
  const engagement = await Case.start(house);
  await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
  await engagement.handle.result();
  const { events } = await engagement.handle.fetchHistory();
  const scheduled = (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name ?? [],
  );
  expect(scheduled).not.toContain('deliverWebhooks');
});

test('a try is sent once for each id, and its end is told to whoever asks again', async () => {
  const house = await houseWithWebhooks();
  const { endpointId, answers, received } = await endpoint(house);
  answers.push(500);
  const webhooks = createWebhooksClient({ client: house.client, verdictTimeoutMs: 20_000 });
  const data = { partnerId: 'contoso-services', endpointId };
  const message = (webhookId: string) => ({
    webhookId,
    endpointId,
    event: { type: 'webhook.test' as const, timestamp: new Date().toISOString(), data },
  });
  const first = await webhooks.tryOut(message('evt_1'));
  expect(first).toMatchObject({
    kind: 'known',
    delivery: { webhookId: 'evt_1', status: 'failed', attempts: 1, lastAttempt: { responseStatus: 500 } },
  });
  expect(await webhooks.tryOut(message('evt_1'))).toStrictEqual(first);
  expect(await webhooks.tryOut(message('evt_2'))).toMatchObject({ delivery: { status: 'delivered' } });
  expect(received.map(({ headers }) => headers['webhook-id'])).toStrictEqual(['evt_1', 'evt_2']);
});

test('partners whose endpoints never answer, more of them than there are slots for webhooks, hold up no engagement', async () => {
  let answer = () => undefined as void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  ends.push(async () => answer());
  let underWay = 0;
  const house = await houseWithWebhooks({
    async send() {
      underWay += 1;
      await answered;
      return { kind: 'delivered', responseStatus: 204 };
    },
  });
  const partners = Array.from({ length: 30 }, (_, index) => `slow-${index}`);
  await Promise.all(
    partners.flatMap(async (partnerId) => {
      const endpointId = await endpointAt(house, 'https://slow.example/', partnerId);
      const event = {
        type: 'webhook.test' as const,
        timestamp: new Date().toISOString(),
        data: { partnerId, endpointId },
      };
      for (const count of [1, 2, 3, 4]) {
        const message = { webhookId: `evt_${endpointId}_${count}`, endpointId, event };
        await house.client.workflow.start('webhookTest', {
          workflowId: message.webhookId,
          taskQueue: TASK_QUEUE,
          args: [message],
        });
      }
    }),
  );
  await eventually(
    async () => underWay,
    (count) => count === 20,
  );
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  expect(underWay).toBe(20);
});
