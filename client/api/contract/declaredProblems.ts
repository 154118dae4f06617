import {
  CORRECTING_MESSAGES,
  type BatchMessageName,
  type EngagementMessageName,
  type PartnerMessageName,
} from '../../../contracts/names';
import { BATCH_REFUSALS, ENGAGEMENT_REFUSALS, PARTNER_REFUSALS } from '../../../domain/refusalsByMessage';
import type { ProblemCode } from '../problems/problems';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Problems that only this route answers; what all of its kind answer follows from what it is. */
    problems?: readonly ProblemCode[];
  }
}

/** What there is to know of a route before anyone calls it. */
export interface DeclaredRoute {
  method: string;
  /** As OpenAPI spells it. */
  path: string;
  takesBody: boolean;
  /** The message that it sends, if it does. */
  message?: string;
  problems?: readonly ProblemCode[];
}

const EVERYWHERE: readonly ProblemCode[] = [
  'malformed-request',
  'request-timeout',
  'quota-exceeded',
  'headers-too-large',
  'unavailable',
  'internal',
];
const WITH_TOKEN: readonly ProblemCode[] = ['unauthenticated', 'forbidden'];
const WITH_BODY: readonly ProblemCode[] = ['too-large', 'unsupported-media-type'];
const WITH_KEY: readonly ProblemCode[] = ['idempotency-key-missing', 'idempotency-key-reused'];
const WITH_MESSAGE: readonly ProblemCode[] = ['idempotency-key-reused', 'precondition-failed', 'busy'];

/** Every code with which a route may say no; the contract declares them, and the tests hold every answer to it. */
export function problemsOf({ method, path, takesBody, message, problems = [] }: DeclaredRoute): ProblemCode[] {
  const codes = [
    ...EVERYWHERE,
    ...(path.includes('{') ? (['not-found'] as const) : []),
    ...(path.startsWith('/v1/') ? WITH_TOKEN : []),
    ...(takesBody || method === 'DELETE' ? WITH_BODY : []),
    ...(method === 'POST' ? WITH_KEY : []),
    ...(message === undefined ? [] : [...WITH_MESSAGE, ...refusalsOf(path, message)]),
    ...(message !== undefined && CORRECTING_MESSAGES.includes(message) ? (['precondition-required'] as const) : []),
    ...problems,
  ];
  return [...new Set(codes)];
}

/** A task is an engagement's, a partner's or a batch's. */
function refusalsOf(path: string, message: string): readonly ProblemCode[] {
  const toEngagement = ENGAGEMENT_REFUSALS[message as EngagementMessageName] ?? [];
  const toPartner = PARTNER_REFUSALS[message as PartnerMessageName] ?? [];
  const toBatch = BATCH_REFUSALS[message as BatchMessageName] ?? [];
  if (path.startsWith('/v1/partners/')) return toPartner;
  if (path.startsWith('/v1/batches/')) return toBatch;
  if (path.startsWith('/v1/tasks/')) return [...toEngagement, ...toPartner, ...toBatch];
  return toEngagement;
}
