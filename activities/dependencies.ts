import type { PaymentRequest } from '../contracts/engagement';
import type { Envelope } from '../contracts/messages';
import type { BatchMessageName, EngagementMessageName, PartnerMessageName } from '../contracts/names';
import type { Rates } from '../contracts/rulebook';
import type { BatchPolicy } from '../domain/batch/decision';
import type { Audience } from '../domain/notices';
import type { Records } from '../records/connect';
import type { RulebookLibrary } from '../records/rulebooks';
import type { NoticeGateway } from './notices/gateway';
import type { PaymentTool } from './savb/paymentTool';
import type { WebhookGateway } from './webhooks/gateway';

/**
 * All in milliseconds. `quarantineMs` is longer than any request to SAVB can be under way, `longestRetryMs` what the growing
 * delays between tries grow to while SAVB does not answer.
 */
interface SettlementPace {
  quarantineMs: number;
  pollIntervalMs: number;
  longestRetryMs: number;
}

/** Brings a message to an engagement's workflow. False when none runs. Throws when Temporal does not answer. */
export type Mail = (engagementId: string, name: EngagementMessageName, envelope: Envelope) => Promise<boolean>;

/** Brings a message to a batch's workflow, which begins with it when none runs. Throws when Temporal does not answer. */
export type BatchMail = (batchId: string, name: BatchMessageName, envelope: Envelope) => Promise<void>;

/** Brings a message to a partner's workflow, which begins with it when none runs. Throws when Temporal does not answer. */
export type PartnerMail = (partnerId: string, name: PartnerMessageName, envelope: Envelope) => Promise<void>;

/** Looks at workflows from outside. Throws when Temporal does not answer. */
export interface WorkflowWatch {
  /** Temporal's word for how a workflow stands, such as `RUNNING` or `TERMINATED`; `MISSING` when there is none. */
  statusOf(workflowId: string): Promise<string>;
  /** The version its view has; undefined while it cannot tell. */
  versionOf(workflowId: string): Promise<number | undefined>;
}

/** What activities need of the world. */
export interface Dependencies {
  records: Records;
  rulebooks: RulebookLibrary;
  rates: Rates;
  paymentTool: PaymentTool;
  /** How Microsoft is asked for an engagement's money. */
  gateway: PaymentRequest['gateway'];
  /** How Microsoft is asked for a batch's, and when. */
  batches: { gateway: 'http' | 'manual'; policy: BatchPolicy };
  /** What is in force for partners, and the offset from UTC in which calendar days are meant. */
  programme: { edition: string; utcOffset: string };
  mail: Mail;
  batchMail: BatchMail;
  partnerMail: PartnerMail;
  workflows: WorkflowWatch;
  pace: SettlementPace;
  /** Absent: nobody is told anything. `escalation` is the mailbox of who sees to it that tasks are done. */
  notices?: { gateway: NoticeGateway; audience: Pick<Audience, 'operators'> & { escalation?: string } };
  /** Absent: no partner's endpoint is told anything. */
  webhooks?: WebhookGateway;
}
