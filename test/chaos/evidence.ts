import type { EngagementView } from '../../contracts/engagement';
import type { EngagementEvent, RecordedMessage } from '../../domain/engagement/events';
import type { PaymentRequestRecord } from '../../records/paymentRequests';
import type { Evidence, Invoice } from './storm/evidence';

/** What is on record of a straight engagement: each message and the events it led to. */
const STORY: readonly [messageId: string, events: readonly (readonly [type: string, data?: object])[]][] = [
  ['start', [['EngagementStarted']]],
  ['assign', [['VoucherAssigned']]],
  ['note', [['NoteAdded', { text: 'a note' }]]],
  ['reserve', [['VoucherReserved']]],
  ['report', [['CompletionReportSubmitted']]],
  ['redeem', [['VoucherRedeemed'], ['PaymentRequestPrepared']]],
  ['savb:submitted', [['PaymentRequestSubmitted']]],
  ['savb:approved', [['PaymentStatusChanged', { status: 'approved' }]]],
  ['savb:sent', [['PaymentStatusChanged', { status: 'sent' }]]],
  ['savb:paid', [['PaymentStatusChanged', { status: 'paid' }]]],
];

/** Everything as it should be after two engagements of one partner that nothing happened to. */
export function soundEvidence(): Evidence {
  const ids = ['e-1', 'e-2'];
  const messages = ids.flatMap(messagesOf);
  return {
    ledger: ids.map(invoiceOf),
    engagements: ids.map(viewOf),
    messages,
    outcomes: [{ engagementId: 'e-1', messageId: 'note-again' }],
    partnerMessages: [1, 2, 3].map((version) => ({
      partnerId: 'contoso',
      fromVersion: version - 1,
      messageId: `step-${version}`,
      fingerprint: 'f',
      message: 'addLocation',
      events: [{ type: 'LocationAdded', version, data: {} }],
    })),
    paymentRequests: ids.map(requestOf),
    deliverables: ids.map((engagementId) => ({ engagementId, name: 'plan.md', sha256: 'abc' })),
    workflows: new Map(
      ids.map((engagementId) => {
        const timeline = messagesOf(engagementId).flatMap(({ events }) => events);
        return [engagementId, { status: 'COMPLETED', timeline, broken: 0 }];
      }),
    ),
    log: {
      begun: ids,
      acknowledged: [
        ...messages
          .filter(({ messageId }) => !messageId.startsWith('savb:'))
          .map(({ engagementId, messageId }) => ({ engagementId, messageId, status: 200 })),
        { engagementId: 'e-1', messageId: 'note-again', status: 200 },
        { engagementId: 'e-1', messageId: 'reserve', status: 202 },
      ],
      uploads: ids.map((engagementId) => ({ engagementId, name: 'plan.md', size: 3, sha256: 'abc' })),
      refused: [],
      unfinished: [],
      retries: 4,
    },
    reconciliation: {
      reconciliationId: 'R-1',
      startedAt: '2020-09-01T10:05:00Z',
      status: 'completed',
      endedAt: '2020-09-01T10:05:01Z',
      savb: 'compared',
      matched: 2,
      underWay: 0,
      missingThere: [],
      missingHere: [],
      amountDiffers: [],
      counts: { missingThere: 0, missingHere: 0, amountDiffers: 0, terminated: 0, woken: 0 },
      sums: [],
      tasks: { opened: 0, closed: 0 },
      terminated: [],
      woken: [],
    },
  };
}

function messagesOf(engagementId: string): RecordedMessage[] {
  let version = 0;
  return STORY.map(([messageId, told]) => {
    const fromVersion = version;
    const events = told.map(([type, data = {}]) => {
      version += 1;
      return { engagementId, version, type, data, at: '2020-09-01T10:00:00Z', messageId } as unknown as EngagementEvent;
    });
    return { engagementId, fromVersion, messageId, fingerprint: 'f', message: messageId, events };
  });
}

const amountOf = (engagementId: string) =>
  engagementId === 'e-1' ? { minor: 1_000, currency: 'SEK' } : { minor: 70, currency: 'EUR' };

const referenceOf = (engagementId: string) => `${engagementId}:invoice:1`;

const invoiceOf = (engagementId: string): Invoice => ({
  microsoftReferenceNumber: `SAVB-${engagementId}`,
  request: {
    reference: referenceOf(engagementId),
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [{ voucherId: `V-${engagementId}`, serviceLevelDays: 5, redeemedOn: '2020-09-01' }],
    amount: amountOf(engagementId),
    invoice: { number: '2020-00001', date: '2020-09-01' },
  },
});

const viewOf = (engagementId: string) =>
  ({
    engagementId,
    stage: 'paid',
    version: 11,
    tasks: [],
    paymentRequest: {
      reference: referenceOf(engagementId),
      status: 'paid',
      microsoftReferenceNumber: `SAVB-${engagementId}`,
      amount: amountOf(engagementId),
    },
  }) as unknown as EngagementView;

const requestOf = (engagementId: string, index: number): PaymentRequestRecord => ({
  reference: referenceOf(engagementId),
  engagementId,
  partnerId: 'contoso',
  year: 2020,
  number: index + 1,
  numberedAt: '2020-09-01T10:00:00Z',
  request: invoiceOf(engagementId).request,
  attempt: 2,
  attempts: [
    { attempt: 1, startedAt: '2020-09-01T10:00:00Z', outcome: { class: 'ABSENT' } },
    {
      attempt: 2,
      startedAt: '2020-09-01T10:00:20Z',
      outcome: { class: 'SUCCESS', microsoftReferenceNumber: `SAVB-${engagementId}` },
    },
  ],
  unknowns: 1,
});
