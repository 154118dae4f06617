import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentStatus } from '../../contracts/names';

/** What of a payment request says how far it has come. */
export type Progress = Pick<PaymentRequest, 'status' | 'approvedAt'>;

/** How far a request has come; a status never goes back (source: domain 9.3, 9.6). */
const RANK: Partial<Record<PaymentStatus, number>> = { submitted: 0, validating: 1, approved: 2, sent: 3, paid: 4 };

const rankOf = ({ status, approvedAt }: Progress): number => RANK[status] ?? (approvedAt === undefined ? 0 : 2);

/** True when `status` tells something new about a request that has come this far. Held and back again is news, too. */
export function isNews(request: Progress, status: PaymentStatus): boolean {
  if (status === request.status) return false;
  const rank = RANK[status];
  return rank === undefined || rank >= rankOf(request);
}
