import {
  BATCH_EXAMPLES,
  ENGAGEMENT_EXAMPLES,
  PARTNER_EXAMPLES,
  PARTNER_ID,
  START_EXAMPLE,
} from '../../../contracts/examples';
import type { Task } from '../../../contracts/tasks';
import { catalogueOf } from '../../../domain/rulebook/rulebook';
import type { RulebookLibrary } from '../../../records/rulebooks';
import { summaryOf } from '../../../records/partnerRows';
import { EDITION, playStory } from './story';

const TASK: Task = {
  taskId: ENGAGEMENT_EXAMPLES.claimTask.taskId,
  kind: 'voucherMissing',
  status: 'open',
  engagementId: START_EXAMPLE.engagementId,
  partnerId: START_EXAMPLE.partnerId,
  role: 'operator',
  title: 'No voucher yet',
  instructions: 'Ask the customer to assign one.',
  resolutions: ['keepWaiting'],
  openedAt: '2020-07-31T09:00:00.000Z',
};

const API_KEY = {
  keyId: 'key-5d41402abc4b2a76',
  partnerId: PARTNER_ID,
  roles: ['consultant'],
  name: 'Reporting machine in Stockholm',
  createdAt: '2020-06-15T09:00:00.000Z',
  createdBy: 'olle',
  expiresAt: '2021-06-15T00:00:00.000Z',
};

const AUDIT_ENTRY = {
  at: '2020-07-02T09:00:00.000Z',
  tenant: 'staff',
  subject: 'olle',
  roles: ['operator'],
  via: 'token',
  method: 'POST',
  route: '/v1/engagements/{engagementId}/voucher-assignment',
  about: [START_EXAMPLE.engagementId],
  message: 'assignVoucher',
  messageId: 'assignVoucher-1',
  status: 200,
  requestId: 'request-1',
  address: '192.0.2.10',
  seq: 1,
  previous: '0'.repeat(64),
  hash: '3f'.repeat(32),
};

const DIFFERENCE = {
  reference: `${START_EXAMPLE.engagementId}:invoice:1`,
  engagementId: START_EXAMPLE.engagementId,
  partnerId: START_EXAMPLE.partnerId,
  here: { amount: { minor: 8_250_000, currency: 'SEK' }, microsoftReferenceNumber: 'SAVB-2020-004711' },
  there: { amount: { minor: 8_520_000, currency: 'SEK' }, microsoftReferenceNumber: 'SAVB-2020-004711' },
  why: 'the amounts differ',
};

const RECONCILIATION = {
  reconciliationId: 'reconciliation-1',
  startedAt: '2020-09-01T03:00:00.000Z',
  status: 'completed',
  endedAt: '2020-09-01T03:00:04.000Z',
  savb: 'compared',
  matched: 41,
  underWay: 1,
  missingThere: [],
  missingHere: [],
  amountDiffers: [DIFFERENCE],
  terminated: [],
  woken: [],
  counts: { missingThere: 0, missingHere: 0, amountDiffers: 1, terminated: 0, woken: 0 },
  sums: [{ currency: 'SEK', here: 346_500_000, there: 346_770_000 }],
  tasks: { opened: 1, closed: 0 },
};

const WEBHOOK = {
  endpointId: 'we-5d41402abc4b2a76',
  partnerId: PARTNER_ID,
  url: 'https://hooks.contoso.example/planning-services',
  status: 'enabled',
  createdAt: '2020-06-15T09:00:00.000Z',
  createdBy: 'pia',
};

const WEBHOOK_EVENT = {
  type: 'engagement.stageChanged',
  timestamp: '2020-07-10T09:00:00.000Z',
  data: {
    engagementId: START_EXAMPLE.engagementId,
    partnerId: PARTNER_ID,
    stage: 'reserved',
    previousStage: 'voucherAssigned',
    version: 3,
    at: '2020-07-10T09:00:00.000Z',
  },
};

const WEBHOOK_DELIVERY = {
  webhookId: 'evt_1c8f2a52-5d0e-5c36-9a55-0f3b8f0a1f10',
  endpointId: WEBHOOK.endpointId,
  event: WEBHOOK_EVENT,
  status: 'delivered',
  attempts: 1,
  createdAt: '2020-07-10T09:00:00.200Z',
  lastAttempt: { at: '2020-07-10T09:00:00.400Z', responseStatus: 204 },
};

/** An example for each named schema of the contract: what is said, and what comes of it. */
export function examplesOf(rulebooks: RulebookLibrary): Record<string, unknown> {
  const story = playStory(rulebooks);
  const payloads = { ...PARTNER_EXAMPLES, ...BATCH_EXAMPLES, ...ENGAGEMENT_EXAMPLES };
  const { taskId: _taskId, ...resolution } = ENGAGEMENT_EXAMPLES.resolveTask;
  return {
    ...Object.fromEntries(Object.entries(payloads).map(([name, payload]) => [capitalized(name), payload])),
    StartRequest: START_EXAMPLE,
    TaskResolution: resolution,
    TaskClaim: { note: 'I ask the customer.' },
    Engagement: story.engagement,
    EngagementList: { items: [story.engagement] },
    Timeline: { items: story.engagementEvents.slice(0, 2) },
    MessageStatus: { messageId: 'assignVoucher-1', status: 'applied' },
    Accepted: { status: 'accepted', messageId: 'assignVoucher-1' },
    Uploaded: story.uploaded,
    Task: TASK,
    TaskList: { items: [TASK] },
    Erasure: { customerId: 'fabrikam', engagements: [START_EXAMPLE.engagementId] },
    ApiKeyRequest: { partnerId: PARTNER_ID, roles: API_KEY.roles, name: API_KEY.name, expiresAt: API_KEY.expiresAt },
    ApiKey: API_KEY,
    NewApiKey: { ...API_KEY, key: `psk_${'shown-once-'.repeat(4)}` },
    ApiKeyList: { items: [API_KEY] },
    Catalogue: catalogueOf(rulebooks.edition(EDITION)),
    WebhookRequest: { url: WEBHOOK.url },
    Webhook: WEBHOOK,
    NewWebhook: { ...WEBHOOK, secret: `whsec_${'shown+once+'.repeat(4)}` },
    WebhookList: { items: [WEBHOOK] },
    WebhookEvent: WEBHOOK_EVENT,
    WebhookDelivery: WEBHOOK_DELIVERY,
    WebhookDeliveryList: { items: [WEBHOOK_DELIVERY] },
    Difference: DIFFERENCE,
    Reconciliation: RECONCILIATION,
    Partner: story.partner,
    PartnerList: { items: [summaryOf(story.partner)] },
    PartnerTimeline: { items: story.partnerEvents.slice(0, 2) },
    Checklist: { items: story.checklist.slice(0, 1) },
    Batch: story.batch,
    BatchList: { items: [story.batch] },
    BatchTimeline: { items: story.batchEvents },
    AuditEntry: AUDIT_ENTRY,
    AuditList: { items: [AUDIT_ENTRY] },
  };
}

/** The name of a message's schema. */
export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
