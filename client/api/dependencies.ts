import type { PortalConfig } from '../../config/portal';
import type { Records } from '../../records/connect';
import type { RulebookLibrary } from '../../records/rulebooks';
import type { BatchesClient } from '../batches/client';
import type { EngagementsClient } from '../engagements/client';
import type { PartnersClient } from '../partners/client';
import type { ReconciliationsClient } from '../reconciliations/client';
import type { WebhooksClient } from '../webhooks/client';
import type { TokenRules } from './access/tokens';

/** What the routes stand on. */
export interface ApiDependencies {
  records: Records;
  rulebooks: RulebookLibrary;
  engagements: EngagementsClient;
  partners: PartnersClient;
  batches: BatchesClient;
  reconciliations: ReconciliationsClient;
  webhooks: WebhooksClient;
  /** Whether partners' endpoints may be on this machine, and there without TLS. */
  allowLocalWebhooks: boolean;
  /** Throws when Temporal does not answer. */
  pingTemporal(): Promise<void>;
  tokens: TokenRules;
  /** How people sign in to the web page; absent where there is none. */
  portal?: PortalConfig;
  /** Id of the edition of the rules that new engagements follow. */
  edition: string;
  /** Offset from UTC in which calendar days are meant, such as `+00:00`. */
  utcOffset: string;
}
