import { isPartnerRole, type Role } from '../../../contracts/names';

/** Who calls, as a token or a key says. A partner's role without a partner is none. */
export interface Principal {
  subject: string;
  roles: Role[];
  partnerId?: string;
  /** Whose limits, keys and entries these are: one partner's, the staff's who see every partner, or nobody's without a role. */
  tenant: `partner:${string}` | 'staff' | 'nobody';
  /** How the caller proved it. */
  via: 'token' | 'key';
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
  }
}

/** Whoever has a staff's role is staff, whichever partner the token names besides. */
export function tenantOf(roles: readonly Role[], partnerId: string | undefined): Principal['tenant'] {
  if (roles.some((role) => !isPartnerRole(role))) return 'staff';
  return roles.length > 0 && partnerId !== undefined ? `partner:${partnerId}` : 'nobody';
}
