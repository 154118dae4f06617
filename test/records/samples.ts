import type { EngagementView, Voucher } from '../../contracts/engagement';
import type { Task } from '../../contracts/tasks';
import type { EngagementEvent, RecordedMessage } from '../../domain/engagement/events';
import type { Found } from '../../domain/settlement/reconciliation';
import type { DifferenceMessage } from '../../records/differenceTasks';

export const AT = '2020-07-01T08:00:00.000Z';

const actor = { subject: 'op', role: 'operator' as const };

/** A message recorded on `fromVersion`; by default a note, which is one event. */
export function recordedMessage(given: Partial<RecordedMessage> = {}): RecordedMessage {
  const { engagementId = 'e-1', fromVersion = 0, messageId = `m-${fromVersion}` } = given;
  return {
    engagementId,
    fromVersion,
    messageId,
    fingerprint: 'f'.repeat(64),
    message: 'addNote',
    events: [noteEvent(engagementId, fromVersion + 1, messageId)],
    ...given,
  };
}

export const noteEvent = (engagementId: string, version: number, messageId: string): EngagementEvent => ({
  engagementId,
  version,
  type: 'NoteAdded',
  at: AT,
  messageId,
  actor,
  data: { text: `note ${version}` },
});

export const refusedEvent = (engagementId: string, version: number, messageId: string): EngagementEvent => ({
  engagementId,
  version,
  type: 'MessageRefused',
  at: AT,
  messageId,
  actor,
  data: { message: 'redeemVoucher', refusal: { code: 'report-missing', detail: 'no report yet' } },
});

export const voucher = (voucherId: string): Voucher => ({
  voucherId,
  voucherAdministratorEmail: 'it@fabrikam.example',
  projectManager: { name: 'Ada', email: 'ada@fabrikam.example' },
  offering: 'DDPS',
  serviceLevelDays: 5,
  assignedOn: '2020-07-01',
  expiresOn: '2020-12-28',
});

/** The beginning of an engagement that holds the voucher. */
export function assignedEvents(engagementId: string, voucherId: string): EngagementEvent[] {
  const common = { engagementId, at: AT, messageId: 'm-0', actor };
  const { partnerId, engagementType, customer, rulebook } = view();
  return [
    {
      ...common,
      version: 1,
      type: 'EngagementStarted',
      data: { partnerId, engagementType, customer, rulebook, utcOffset: '+00:00' },
    },
    { ...common, version: 2, type: 'VoucherAssigned', data: { voucher: voucher(voucherId) } },
  ];
}

export const view = (given: Partial<EngagementView> = {}): EngagementView => ({
  engagementId: 'e-1',
  partnerId: 'contoso-services',
  engagementType: 'windowsOffice',
  customer: { name: 'Fabrikam AB', country: 'SE' },
  rulebook: { id: '2020-06', hash: 'h' },
  stage: 'awaitingVoucher',
  version: 1,
  tasks: [],
  startedAt: AT,
  updatedAt: AT,
  ...given,
});

export const task = (given: Partial<Task> = {}): Task => ({
  taskId: 'e-1:voucherMissing:1',
  kind: 'voucherMissing',
  status: 'open',
  engagementId: 'e-1',
  partnerId: 'contoso-services',
  role: 'operator',
  title: 'Ask the customer for the voucher',
  instructions: 'Call them.',
  resolutions: ['reminded'],
  openedAt: AT,
  ...given,
});

/** A payment request that only SAVB has. */
export const found = (reference: string, given: Partial<Found> = {}): Found => ({
  group: 'missingHere',
  reference,
  there: { amount: { minor: 7, currency: 'SEK' }, microsoftReferenceNumber: 'N-1' },
  why: 'nothing is on record',
  ...given,
});

/** Somebody takes a task about a difference on. */
export const claimed = (taskId: string, given: Partial<DifferenceMessage> = {}): DifferenceMessage => ({
  name: 'claimTask',
  payload: { taskId },
  actor: { subject: 'sam', role: 'support' },
  messageId: 'm-1',
  fingerprint: 'f-1',
  ...given,
});

/** All that is read one by one. */
export async function everyOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}
