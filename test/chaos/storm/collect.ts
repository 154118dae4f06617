import type { Client } from '@temporalio/client';
import type { Db, Document } from 'mongodb';
import type { EngagementView } from '../../../contracts/engagement';
import { keyIn } from '../../../contracts/names';
import type { RecordedMessage } from '../../../domain/engagement/events';
import type { PaymentRequestRecord } from '../../../records/paymentRequests';
import type { Evidence, PartnerMessage } from './evidence';
import type { Log } from './load';
import { readInvoices } from './savb';
import { seeWorkflows } from './workflows';

/** Looks at SAVB's ledger, at every collection and at every workflow, past the code that wrote them. */
export async function collect(
  db: Db,
  temporal: Client,
  ledgerFile: string,
  log: Log,
): Promise<Omit<Evidence, 'reconciliation'>> {
  return {
    ledger: await readInvoices(ledgerFile),
    ...(await readRecords(db)),
    workflows: await seeWorkflows(temporal, log.begun),
    log,
  };
}

async function readRecords(db: Db): Promise<Omit<Evidence, 'ledger' | 'workflows' | 'log' | 'reconciliation'>> {
  const all = <Row extends Document>(collection: string) =>
    db
      .collection(collection)
      .find<Row>({}, { projection: { lookup: 0 } })
      .toArray();
  const [views, messages, outcomes, partnerMessages, requests, files] = await Promise.all([
    all<EngagementView>('engagements'),
    all<RecordedMessage>('engagementEvents'),
    all<Evidence['outcomes'][number]>('messageOutcomes'),
    all<PartnerMessage>('partnerEvents'),
    all<Omit<PaymentRequestRecord, 'reference'> & { _id: string }>('paymentRequests'),
    all<{ metadata: Evidence['deliverables'][number] }>('deliverables.files'),
  ]);
  return {
    engagements: views,
    messages: messages.map(withKey),
    outcomes: outcomes.map(withKey),
    partnerMessages,
    paymentRequests: requests.map(({ _id, ...row }) => ({ reference: _id, ...row })),
    deliverables: files.map(({ metadata }) => metadata),
  };
}

/** The driver knows its messages by the keys it gave them. */
const withKey = <Row extends { messageId: string }>(row: Row): Row => ({ ...row, messageId: keyIn(row.messageId) });
