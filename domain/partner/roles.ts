import type { Actor } from '../../contracts/messages';
import { PARTNER_MESSAGE_ROLES, type PartnerMessageName } from '../../contracts/names';
import { refusal, type Refusal } from '../refusals';
import { refuseForeign } from '../tenancy';

/** Who may say it to this partner (403): what can be refused without knowing more (source: BASE, section 1). */
export function refusePartnerRole(name: PartnerMessageName, actor: Actor, partnerId: string): Refusal | undefined {
  const { role } = actor;
  const roles = PARTNER_MESSAGE_ROLES[name];
  return role === 'system' || roles.includes(role)
    ? refuseForeign(actor, partnerId)
    : refusal('role-not-allowed', `${name} is for ${roles.join(', ')}, not for ${role}`);
}
