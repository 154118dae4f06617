import type { Actor } from '../../contracts/messages';
import { PARTNER_MESSAGE_ROLES, type PartnerMessageName } from '../../contracts/names';
import { refusal, type Refusal } from '../refusals';

/** Who may say it (403): what can be refused without knowing anything but the message (source: BASE, section 1). */
export function refusePartnerRole(name: PartnerMessageName, { role }: Actor): Refusal | undefined {
  const roles = PARTNER_MESSAGE_ROLES[name];
  return role === 'system' || roles.includes(role)
    ? undefined
    : refusal('role-not-allowed', `${name} is for ${roles.join(', ')}, not for ${role}`);
}
