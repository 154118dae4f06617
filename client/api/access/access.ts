import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorSchema, type Actor } from '../../../contracts/messages';
import { isPartnerRole, ROLES, type Role } from '../../../contracts/names';
import { ACCESS, type Access } from './accessTable';
import type { Principal } from './principal';
import { ApiProblem } from '../problems/problems';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use this route; every route below `/v1` has it. */
    access?: Access;
  }
  interface FastifyRequest {
    /** The table of access has been asked about this request, and allows it. */
    isAllowed: boolean;
  }
}

/**
 * Gives every route below `/v1` its entry of `ACCESS`, and holds back what a route would answer without having asked.
 * @throws Error while the API is made, when a route has no entry
 */
export function guardAccess(app: FastifyInstance): void {
  app.decorateRequest('isAllowed', false);
  app.addHook('onRoute', (route) => {
    if (!/^\/v1(\/|$)/.test(route.url)) return;
    const method = [route.method].flat().join().replace('HEAD', 'GET');
    const access = ACCESS[`${method} ${route.url.replace(/:(\w+)/g, '{$1}')}`];
    if (!access) throw new Error(`${method} ${route.url} has no entry in the table of access`);
    route.config = { ...route.config, access };
    route.schema = { ...route.schema, description: described(access, route.schema?.description) };
  });
  app.addHook('onSend', async ({ isAllowed, routeOptions: { config, url } }, { statusCode }) => {
    if (config.access && statusCode < 400 && !isAllowed) throw new Error(`${url} did not ask who may have its answer`);
  });
}

/** The contract names the roles wherever not everyone may. */
const described = ({ roles }: Access, more: string | undefined): string | undefined =>
  roles.length === ROLES.length ? more : [`For ${roles.join(', ')}.`, more ?? []].flat().join(' ');

/**
 * Lets nobody use a route of `api` without a role for it, where that can be told without knowing what the request is about;
 * what is one partner's is asked about by `visible` and `actorOf`. Goes after `authenticate`.
 */
export function requireRole(api: FastifyInstance): void {
  api.addHook('onRequest', async (request) => {
    const { scope } = accessOf(request);
    if (scope !== 'one') return allow(request, roleIn(request, request.principal.partnerId));
    request.isAllowed = isForStaff(request);
  });
}

/** True for a caller who may do this whosever it is. */
export const isForStaff = (request: FastifyRequest): boolean =>
  request.principal.roles.some((role) => accessOf(request).roles.includes(role) && !isPartnerRole(role));

/** True for those who see every partner. */
export const seesEveryPartner = ({ roles }: Principal): boolean =>
  roles.includes('operator') || roles.includes('support');

/** True for those who see what belongs to this partner. */
export const sees = (principal: Principal, partnerId: string | undefined): boolean =>
  seesEveryPartner(principal) || (principal.roles.length > 0 && principal.partnerId === partnerId);

/**
 * What the caller may see and do this with. What does not exist and what belongs to another partner are the same nothing.
 * @throws ApiProblem 404, or 403 when it is the caller's and the role is not enough
 */
export function visible<T extends { partnerId?: string }>(
  request: FastifyRequest,
  found: T | undefined,
  what: string,
): T {
  if (!found || !sees(request.principal, found.partnerId)) throw new ApiProblem('not-found', `there is no ${what}`);
  allow(request, roleIn(request, found.partnerId));
  return found;
}

/**
 * Whose rows a list may show: the partner asked for, or all. Undefined when the caller asks for what is not theirs and
 * the list is empty.
 */
export function listedPartner(
  { principal }: FastifyRequest,
  asked: string | undefined,
): { partnerId?: string } | undefined {
  if (seesEveryPartner(principal)) return asked === undefined ? {} : { partnerId: asked };
  return asked === undefined || asked === principal.partnerId ? { partnerId: principal.partnerId } : undefined;
}

/**
 * The caller as the one who acts on something of `partnerId`, in the strongest role that may; operators may name whom
 * they act for. Without a `partnerId` only roles that are not bound to a partner count.
 * @throws ApiProblem 403
 */
export function actorOf(request: FastifyRequest, partnerId?: string): Actor {
  const { principal, headers } = request;
  const role = allow(request, roleIn(request, partnerId));
  const onBehalfOf = headers['on-behalf-of'];
  if (onBehalfOf === undefined) return { subject: principal.subject, role, ...(isPartnerRole(role) && { partnerId }) };
  if (role !== 'operator') throw new ApiProblem('forbidden', 'only operators act on behalf of someone');
  const named = actorSchema.shape.onBehalfOf.safeParse(onBehalfOf);
  if (!named.success) throw new ApiProblem('malformed-request', 'On-Behalf-Of names one person, in 200 characters');
  return { subject: principal.subject, role, onBehalfOf: named.data };
}

/** The strongest of the caller's roles that may do this with something of `partnerId`. */
function roleIn(request: FastifyRequest, partnerId: string | undefined): Role | undefined {
  const { roles, partnerId: own } = request.principal;
  const allowed = accessOf(request).roles.filter((role) => !isPartnerRole(role) || own === partnerId);
  return ROLES.find((role) => roles.includes(role) && allowed.includes(role));
}

/** @throws ApiProblem 403 */
function allow(request: FastifyRequest, role: Role | undefined): Role {
  if (role === undefined) throw new ApiProblem('forbidden', `this is for ${accessOf(request).roles.join(', ')}`);
  request.isAllowed = true;
  return role;
}

function accessOf({ routeOptions: { config, url } }: FastifyRequest): Access {
  if (!config.access) throw new Error(`${url} has no entry in the table of access`);
  return config.access;
}
