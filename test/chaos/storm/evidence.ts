import type { EngagementView } from '../../../contracts/engagement';
import type { Reconciliation } from '../../../contracts/reconciliation';
import type { PaymentRequestBody } from '../../../contracts/savb';
import type { EngagementEvent, RecordedMessage } from '../../../domain/engagement/events';
import type { Recorded } from '../../../domain/record';
import type { PaymentRequestRecord } from '../../../records/paymentRequests';
import type { Log } from './load';

/** What SAVB accepted, line by line of its ledger. */
export interface Invoice {
  microsoftReferenceNumber: string;
  request: PaymentRequestBody;
}

/** What Temporal says of an engagement's workflow. */
export interface WorkflowSeen {
  /** `RUNNING`, `COMPLETED`, `FAILED` …; undefined when there is none. */
  status?: string;
  /** The answer to the query `timeline`. */
  timeline?: EngagementEvent[];
  /** Why there was none. */
  silence?: string;
  /** What it returned, if it has ended. */
  result?: EngagementView;
  /** Tasks in which its code threw or did not fit its history. */
  broken: number;
  /** Why it gets no further: the reason its latest task was one of them. */
  standsStill?: string;
}

/** A recorded message of a partner. */
export type PartnerMessage = Recorded<{ type: string; version: number; data: object }> & { partnerId: string };

/** Everything there is after a storm, as it was found. */
export interface Evidence {
  ledger: Invoice[];
  engagements: EngagementView[];
  messages: RecordedMessage[];
  /** Messages that were answered without an effect. */
  outcomes: { engagementId: string; messageId: string }[];
  partnerMessages: PartnerMessage[];
  paymentRequests: PaymentRequestRecord[];
  /** Stored deliverables. */
  deliverables: { engagementId: string; name: string; sha256: string }[];
  workflows: Map<string, WorkflowSeen>;
  log: Log;
  /** What the system's own comparison with SAVB's books came to. */
  reconciliation: Reconciliation;
}
