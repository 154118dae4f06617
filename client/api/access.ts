import type { FastifyRequest } from 'fastify';
import { actorSchema, type Actor } from '../../contracts/messages';
import { ROLES, type Role } from '../../contracts/names';
import { PARTNER_ROLES, type Principal } from './auth';
import { ApiProblem } from './problems';

/** True for those who see every partner. */
export const seesEveryPartner = ({ roles }: Principal): boolean =>
  roles.includes('operator') || roles.includes('support');

/** True when the caller may know that something of this partner, or of nobody, exists. */
export const sees = (principal: Principal, partnerId: string | undefined): boolean =>
  seesEveryPartner(principal) || (principal.roles.length > 0 && principal.partnerId === partnerId);

/** What does not exist and what belongs to another partner are the same nothing. @throws ApiProblem 404 */
export function visible<T extends { partnerId?: string }>(principal: Principal, found: T | undefined, what: string): T {
  if (!found || !sees(principal, found.partnerId)) throw new ApiProblem('not-found', `there is no ${what}`);
  return found;
}

/**
 * Whose rows a list may show: the partner asked for, or all. Undefined when the caller asks for what is not theirs and
 * the list is empty. @throws ApiProblem 403 for a caller without any role
 */
export function listedPartner(principal: Principal, asked: string | undefined): { partnerId?: string } | undefined {
  if (principal.roles.length === 0) throw new ApiProblem('forbidden', 'the token carries no role of the programme');
  if (seesEveryPartner(principal)) return asked === undefined ? {} : { partnerId: asked };
  return asked === undefined || asked === principal.partnerId ? { partnerId: principal.partnerId } : undefined;
}

/**
 * The caller as the one who acts on something of `partnerId`, in the strongest role that may; operators may name whom
 * they act for. Without a `partnerId` only roles that are not bound to a partner count.
 * @throws ApiProblem 403
 */
export function actorOf({ principal, headers }: FastifyRequest, allowed: readonly Role[], partnerId?: string): Actor {
  const own = (role: Role) => !PARTNER_ROLES.includes(role) || principal.partnerId === partnerId;
  const role = ROLES.find(
    (candidate) => principal.roles.includes(candidate) && allowed.includes(candidate) && own(candidate),
  );
  if (role === undefined) throw new ApiProblem('forbidden', `this is for ${allowed.join(', ')}`);
  const onBehalfOf = headers['on-behalf-of'];
  if (onBehalfOf === undefined)
    return { subject: principal.subject, role, ...(PARTNER_ROLES.includes(role) && { partnerId }) };
  if (role !== 'operator') throw new ApiProblem('forbidden', 'only operators act on behalf of someone');
  const named = actorSchema.shape.onBehalfOf.safeParse(onBehalfOf);
  if (!named.success) throw new ApiProblem('malformed-request', 'On-Behalf-Of names one person, in 200 characters');
  return { subject: principal.subject, role, onBehalfOf: named.data };
}
