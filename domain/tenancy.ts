import type { Actor } from '../contracts/messages';
import { isPartnerRole } from '../contracts/names';
import { refusal, type Refusal } from './refusals';

/**
 * Who speaks for a partner speaks about what is that partner's at the moment of the decision, whatever was found before the
 * message was on its way (403; ASVS 5.0, 8.3.3): an engagement may have been transferred meanwhile.
 */
export function refuseForeign({ role, partnerId }: Actor, ownerId: string): Refusal | undefined {
  if (!isPartnerRole(role) || partnerId === undefined || partnerId === ownerId) return undefined;
  return refusal('role-not-allowed', `this is not ${partnerId}'s, for whom this ${role} speaks`);
}
