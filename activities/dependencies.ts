import type { Envelope } from '../contracts/messages';
import type { EngagementMessageName } from '../contracts/names';
import type { Rates } from '../contracts/rulebook';
import type { Audience } from '../domain/notices';
import type { Records } from '../records/connect';
import type { RulebookLibrary } from '../records/rulebooks';
import type { NoticeGateway } from './notices/gateway';
import type { PaymentTool } from './savb/paymentTool';

/** All in milliseconds. `quarantineMs` is longer than any request to SAVB can be under way. */
export interface SettlementPace {
  quarantineMs: number;
  pollIntervalMs: number;
}

/** Brings a message to an engagement's workflow; one that runs no more needs none. Throws when Temporal does not answer. */
export type Mail = (engagementId: string, name: EngagementMessageName, envelope: Envelope) => Promise<void>;

/** What activities need of the world. */
export interface Dependencies {
  records: Records;
  rulebooks: RulebookLibrary;
  rates: Rates;
  paymentTool: PaymentTool;
  gateway: 'http' | 'manual';
  /** What is in force for partners, and the offset from UTC in which calendar days are meant. */
  programme: { edition: string; utcOffset: string };
  mail: Mail;
  pace: SettlementPace;
  /** Absent: nobody is told anything. */
  notices?: { gateway: NoticeGateway; audience: Pick<Audience, 'operators'> };
}
