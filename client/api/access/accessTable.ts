import { BATCH_ROUTES } from '../../../contracts/batch';
import { MESSAGE_ROUTES } from '../../../contracts/messages';
import {
  BATCH_MESSAGE_ROLES,
  MESSAGE_ROLES,
  PARTNER_MESSAGE_ROLES,
  RECONCILIATION_ROLES,
  ROLES,
  START_ROLES,
  type Role,
} from '../../../contracts/names';
import { PARTNER_PUTS, PARTNER_ROUTES } from '../../../contracts/partner';
import { BATCH_MESSAGE_STAGES } from '../../../domain/batch/stages';
import { MESSAGE_STAGES, UPLOAD_STAGES } from '../../../domain/engagement/stages';

/**
 * What a route is about, and so what another partner gets of it:
 * - `one`: one thing of a partner; a foreign one is the same 404 as one that does not exist
 * - `rows`: a list, of which a partner gets its own rows
 * - `named`: something new for the partner that the body names; another partner's name is a 403
 * - `all`: nothing of a partner's; the same for everyone who has a role
 */
export type Scope = 'one' | 'rows' | 'named' | 'all';

/** Who may use a route. A partner's role counts for what is that partner's, an operator's and support's for everything. */
export interface Access {
  scope: Scope;
  roles: readonly Role[];
  /** The message that is sent, if it is one. */
  message?: string;
  /** Stages in which that message, or file, can be taken, by the rules of `domain`; absent when it can in any. */
  stages?: readonly string[];
}

const staff: readonly Role[] = ['operator', 'support'];
const list: Access = { scope: 'rows', roles: ROLES };
const reading: Access = { scope: 'one', roles: ROLES };
const sheet: Access = { scope: 'one', roles: [...staff, 'globalAdmin', 'partnerAdmin'] };

const engagement = '/v1/engagements/{engagementId}';
const partner = '/v1/partners/{partnerId}';
const batch = '/v1/batches/{batchId}';
const task = '/v1/tasks/{taskId}';
const webhooks = `${partner}/webhooks`;
const telling: Access = { scope: 'one', roles: ['operator', 'globalAdmin', 'partnerAdmin'] };

/** Every route below `/v1`, as OpenAPI spells it: enforcement and docs/access.md both follow from this table. */
export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /v1/catalogue': { scope: 'all', roles: ROLES },

  'GET /v1/audit': { scope: 'all', roles: staff },

  'POST /v1/api-keys': { scope: 'all', roles: ['operator'] },
  'GET /v1/api-keys': { scope: 'all', roles: staff },
  'DELETE /v1/api-keys/{keyId}': { scope: 'all', roles: ['operator'] },

  'POST /v1/customers/{customerId}/erasure': { scope: 'all', roles: ['operator'] },

  'GET /v1/engagements': list,
  'POST /v1/engagements': { scope: 'named', roles: START_ROLES },
  [`GET ${engagement}`]: reading,
  [`GET ${engagement}/timeline`]: reading,
  [`GET ${engagement}/messages/{messageId}`]: reading,
  [`POST ${engagement}/erasure`]: { scope: 'one', roles: ['operator'] },
  ...messages(engagement, MESSAGE_ROUTES, MESSAGE_ROLES, MESSAGE_STAGES),
  [`GET ${engagement}/deliverables/{name}`]: reading,
  [`PUT ${engagement}/deliverables/{name}`]: {
    scope: 'one',
    roles: ['operator', 'globalAdmin', 'partnerAdmin', 'consultant'],
    stages: UPLOAD_STAGES,
  },
  [`GET ${engagement}/payment-request/invoice`]: reading,
  [`GET ${engagement}/payment-request/sheet`]: sheet,

  'GET /v1/partners': list,
  [`GET ${partner}`]: reading,
  [`GET ${partner}/checklist`]: reading,
  [`GET ${partner}/timeline`]: reading,
  [`GET ${partner}/messages/{messageId}`]: reading,
  ...messages(partner, PARTNER_ROUTES, PARTNER_MESSAGE_ROLES, {}, PARTNER_PUTS),

  [`POST ${webhooks}`]: telling,
  [`GET ${webhooks}`]: { scope: 'one', roles: ['support', ...telling.roles] },
  [`DELETE ${webhooks}/{endpointId}`]: telling,
  [`POST ${webhooks}/{endpointId}/secret`]: telling,
  [`POST ${webhooks}/{endpointId}/test`]: telling,
  [`GET ${webhooks}/{endpointId}/deliveries`]: { scope: 'one', roles: ['support', ...telling.roles] },

  'GET /v1/batches': list,
  [`GET ${batch}`]: reading,
  [`GET ${batch}/timeline`]: reading,
  [`GET ${batch}/messages/{messageId}`]: reading,
  ...messages(batch, BATCH_ROUTES, BATCH_MESSAGE_ROLES, BATCH_MESSAGE_STAGES),
  [`GET ${batch}/payment-request/invoice`]: reading,
  [`GET ${batch}/payment-request/sheet`]: sheet,

  'GET /v1/tasks': list,
  [`POST ${task}/resolution`]: { scope: 'one', roles: MESSAGE_ROLES.resolveTask, message: 'resolveTask' },
  [`POST ${task}/claim`]: { scope: 'one', roles: MESSAGE_ROLES.claimTask, message: 'claimTask' },
  [`POST ${task}/release`]: { scope: 'one', roles: MESSAGE_ROLES.releaseTask, message: 'releaseTask' },

  'POST /v1/reconciliations': { scope: 'all', roles: RECONCILIATION_ROLES },
  'GET /v1/reconciliations/{reconciliationId}': { scope: 'all', roles: RECONCILIATION_ROLES },
};

/** The routes of messages, each below what it is said to. */
function messages<Name extends string>(
  to: string,
  routes: Partial<Record<Name, string>>,
  roles: Record<Name, readonly Role[]>,
  stages: Partial<Record<Name, readonly string[]>>,
  puts: readonly Name[] = [],
): Record<string, Access> {
  const names = Object.keys(routes) as Name[];
  return Object.fromEntries(
    names.map((message) => {
      const route = routes[message] ? `${to}/${routes[message]}` : to;
      const taken = stages[message];
      return [
        `${puts.includes(message) ? 'PUT' : 'POST'} ${route}`,
        { scope: 'one', roles: roles[message], message, ...(taken && { stages: taken }) },
      ];
    }),
  );
}
