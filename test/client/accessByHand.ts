import type { Role } from '../../contracts/names';

/** Who may use a route, and what it is about; the words are those of `client/api/access/accessTable.ts`, the answers are not. */
export interface ByHand {
  scope: 'one' | 'rows' | 'named' | 'all';
  roles: readonly Role[];
}

const everyone: readonly Role[] = ['operator', 'support', 'globalAdmin', 'partnerAdmin', 'consultant'];
const admins: readonly Role[] = ['operator', 'globalAdmin', 'partnerAdmin'];
/** Whoever does the work. */
const delivering: readonly Role[] = [...admins, 'consultant'];
/** Signing, enrolling and being paid bind the partner (source: BASE, section 1). */
const binding: readonly Role[] = ['operator', 'globalAdmin'];
const operators: readonly Role[] = ['operator'];

const engagement = '/v1/engagements/{engagementId}';
const partner = '/v1/partners/{partnerId}';
const batch = '/v1/batches/{batchId}';
const task = '/v1/tasks/{taskId}';

const about = (roles: readonly Role[], ...routes: string[]): [string, ByHand][] =>
  routes.map((route) => [route, { scope: 'one', roles }]);
const saying = (to: string, roles: readonly Role[], ...messages: string[]): [string, ByHand][] =>
  about(roles, ...messages.map((message) => `POST ${to}/${message}`));

/** What only staff may use: it shows or changes what is more than one partner's. */
export const STAFF_ONLY: Readonly<Record<string, readonly Role[]>> = {
  'GET /v1/audit': ['operator', 'support'],
  'GET /v1/api-keys': ['operator', 'support'],
  'POST /v1/api-keys': operators,
  'DELETE /v1/api-keys/{keyId}': operators,
  'POST /v1/customers/{customerId}/erasure': operators,
  'POST /v1/reconciliations': ['operator', 'support'],
  'GET /v1/reconciliations/{reconciliationId}': ['operator', 'support'],
};

/** Written from the programme's rules and from who is told what, route by route: nothing here follows from the API. */
export const BY_HAND: Readonly<Record<string, ByHand>> = Object.fromEntries<ByHand>([
  ['GET /v1/catalogue', { scope: 'all', roles: everyone }],
  ...Object.entries(STAFF_ONLY).map(([route, roles]): [string, ByHand] => [route, { scope: 'all', roles }]),

  ['GET /v1/engagements', { scope: 'rows', roles: everyone }],
  ['GET /v1/batches', { scope: 'rows', roles: everyone }],
  ['GET /v1/partners', { scope: 'rows', roles: everyone }],
  ['GET /v1/tasks', { scope: 'rows', roles: everyone }],
  ...about(everyone, ...[engagement, partner, batch].flatMap((one) => [`GET ${one}`, `GET ${one}/timeline`])),
  ...about(everyone, ...[engagement, partner, batch].map((one) => `GET ${one}/messages/{messageId}`)),
  ...about(everyone, `GET ${partner}/checklist`, `GET ${engagement}/deliverables/{name}`),
  ...about(everyone, ...[engagement, batch].map((one) => `GET ${one}/payment-request/invoice`)),
  ...about(
    ['operator', 'support', 'globalAdmin', 'partnerAdmin'],
    ...[engagement, batch].map((one) => `GET ${one}/payment-request/sheet`),
  ),

  ['POST /v1/engagements', { scope: 'named', roles: admins }],
  ...saying(engagement, admins, 'voucher-assignment', 'voucher-replacement', 'voucher-problem'),
  ...saying(engagement, admins, 'reservation', 'reservation-cancellation', 'schedule', 'redemption', 'cancellation'),
  ...saying(engagement, admins, 'license-end', 'customer'),
  ...saying(engagement, operators, 'erasure'),
  ...saying(engagement, delivering, 'completion-report'),
  ...about(delivering, `PUT ${engagement}/deliverables/{name}`),
  ...saying(engagement, operators, 'voucher-extension', 'payment-status', 'payment-request-correction'),
  ...saying(engagement, operators, 'rules', 'transfer'),
  ...saying(engagement, everyone, 'notes'),

  ...about(operators, `PUT ${partner}`),
  ...about(admins, `PUT ${partner}/business-profile`),
  ...saying(partner, admins, 'compliance-training', 'competencies', 'consultants', 'locations', 'withdrawal'),
  ...saying(partner, binding, 'agreement', 'enrollments', 'renewal', 'savb-registrations', 'bank-accounts'),

  ...about(admins, `POST ${partner}/webhooks`, `DELETE ${partner}/webhooks/{endpointId}`),
  ...saying(`${partner}/webhooks/{endpointId}`, admins, 'secret', 'test'),
  ...about([...admins, 'support'], `GET ${partner}/webhooks`, `GET ${partner}/webhooks/{endpointId}/deliveries`),

  ...saying(batch, operators, 'dispatch', 'split', 'payment-status', 'payment-request-correction'),
  ...saying(batch, everyone, 'notes'),
  ...saying(task, everyone, 'resolution', 'claim', 'release'),
]);
