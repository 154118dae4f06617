import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChecklistItem } from '../contracts/partner';
import { dayOf } from '../domain/days';
import { peopleOf, type People } from './people';
import { samplePartners } from './sample/partners';
import { urlOf } from './settings';
import type { Stack } from './stack';
import { startStack } from './stack';
import { freeStackPorts } from './stackPorts';
import { stopOnRequest } from './stopOnRequest';
import type { Walked } from './walk';
import { walk } from './walk';

const ENGAGEMENT = 'demo';
const signal = stopOnRequest();
const say = (line: string): void => console.log(line);

/** `npm run demo`: the same walk on free ports and passing data, every result checked, everything stopped. */
async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-demo-'));
  const stack = await startStack({ dataDir, ports: await freeStackPorts(), say, signal });
  try {
    const today = dayOf(new Date().toISOString(), '+00:00');
    const [partner] = samplePartners(today);
    const [apiUrl, issuerUrl] = [urlOf(stack.ports.api), urlOf(stack.ports.issuer)];
    checkWalk(await walk({ apiUrl, issuerUrl, partner, engagementId: ENGAGEMENT, today, say, signal }));
    await checkPartner(await peopleOf({ apiUrl, issuerUrl, partnerId: partner.partnerId }), partner.partnerId);
    await checkInvoice(stack);
  } finally {
    await stack.stop();
  }
  await rm(dataDir, { recursive: true });
  say('Every result is as it should be, and everything is stopped.');
}

function checkWalk({ view, timeline, stages }: Walked): void {
  assert.deepEqual(
    stages.filter((stage) => stage !== 'redeemed'),
    [
      'awaitingVoucher',
      'voucherAssigned',
      'reserved',
      'completionReported',
      'paymentRequested',
      'paymentApproved',
      'paid',
    ],
  );
  assert.deepEqual(
    timeline.map(({ version }) => version),
    timeline.map((_, index) => index + 1),
    'versions are dense',
  );
  const types = timeline.map(({ type }) => type).filter((type) => type !== 'PaymentStatusChanged');
  assert.deepEqual(types, [
    'EngagementStarted',
    'VoucherAssigned',
    'VoucherReserved',
    'CompletionReportSubmitted',
    'VoucherRedeemed',
    'TaskOpened',
    'TaskResolved',
    'PaymentRequestPrepared',
    'PaymentRequestSubmitted',
  ]);
  assert.equal(view.version, timeline.length);
  assert.equal(view.paymentRequest?.status, 'paid');
  assert.equal(view.paymentAtRisk, undefined);
  assert.deepEqual(view.tasks, []);
}

/** The partner came from nothing to where its check marks are green for what it delivered. */
async function checkPartner({ partnerAdmin: { api } }: People, partnerId: string): Promise<void> {
  const query = { engagementType: 'windowsOffice' };
  const { body } = await api.call<{ items: ChecklistItem[] }>('GET', `/partners/${partnerId}/checklist`, { query });
  const [{ status, requirements }] = body.items as [ChecklistItem];
  assert.equal(status, 'active');
  assert.ok(requirements.every(({ met }) => met));
}

/** SAVB has one invoice of this engagement, over the amount that we have on record. */
async function checkInvoice({ settings, ports }: Stack): Promise<void> {
  const address = `${urlOf(ports.savb)}/payment-requests?reference=${ENGAGEMENT}:invoice:1`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${settings.SAVB_TOKEN}` } });
  const { items } = (await response.json()) as { items: { status: string }[] };
  assert.deepEqual(
    items.map(({ status }) => status),
    ['paid'],
  );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
