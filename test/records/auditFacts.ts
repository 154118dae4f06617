import type { AuditFacts } from '../../contracts/audit';
import { AT } from './samples';

/** The facts of a request of this id, with changes. */
export const factsOf = (requestId: string, changes: Partial<AuditFacts> = {}): AuditFacts => ({
  at: AT,
  tenant: 'partner:contoso',
  subject: 'pia',
  roles: ['partnerAdmin'],
  via: 'token',
  method: 'POST',
  route: '/v1/engagements/{engagementId}/reservation',
  about: ['e-1'],
  message: 'reserveVoucher',
  messageId: `m-${requestId}`,
  status: 200,
  requestId,
  address: '127.0.0.1',
  ...changes,
});
