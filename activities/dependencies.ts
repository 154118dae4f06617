import type { Rates } from '../contracts/rulebook';
import type { Records } from '../records/connect';
import type { RulebookLibrary } from '../records/rulebooks';
import type { PaymentTool } from './savb/paymentTool';

/** All in milliseconds. `quarantineMs` is longer than any request to SAVB can be under way. */
export interface SettlementPace {
  quarantineMs: number;
  pollIntervalMs: number;
}

/** What activities need of the world. */
export interface Dependencies {
  records: Records;
  rulebooks: RulebookLibrary;
  rates: Rates;
  paymentTool: PaymentTool;
  gateway: 'http' | 'manual';
  pace: SettlementPace;
}
