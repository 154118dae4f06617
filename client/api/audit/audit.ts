import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditFacts } from '../../../contracts/audit';
import { MESSAGE_ID } from '../../../contracts/names';
import type { Problem } from '../../../contracts/problems';
import type { Audit } from '../../../records/audit';
import type { Written } from '../../../records/auditWriter';
import type { Access } from '../access/accessTable';
import { idsNamedBy, isId } from './namedIds';
import type { Principal } from '../access/principal';
import { ApiProblem } from '../problems/problems';
import { countRefusals } from './repeatedRefusals';
import { V1 } from '../problems/unknownAddresses';

const DENIED = [401, 403, 404, 412, 428, 429];

/** What a caller may name a chain of requests, so that it can be written anywhere. */
const TRACE_ID = /^[\w.:-]{1,200}$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** Settles when the entry that the answer waits for is on record, or waits itself. */
    onRecord: Promise<void> | undefined;
  }
}

/**
 * Puts on record who asked what of `/v1`: everything that may change something, everything that was denied, and what staff
 * read of partners' affairs. While MongoDB is away the entry waits in memory; when no more can wait, nothing is done any more
 * (503). Goes before everything that may say no.
 */
export function auditRequests(app: FastifyInstance, audit: Pick<Audit, 'hasRoom' | 'write' | 'close'>): void {
  app.decorateRequest('onRecord', undefined);

  app.addHook('onRequest', async ({ routeOptions: { config } }) => {
    if (config.access && !audit.hasRoom())
      throw new ApiProblem('unavailable', 'what is done here cannot be put on record at the moment');
  });

  const isOneTooMany = countRefusals(app);
  app.addHook('onSend', async (request, reply, payload) => {
    const { access } = request.routeOptions.config;
    if (!access && !isUnknownAddress(request)) return;
    if (!belongsOnRecord(access?.scope, request, reply)) return;
    const facts = factsOf(access, request, reply, payload);
    if (await isOneTooMany(request, facts.code)) return;
    const onRecord = audit.write(facts).then(tellUnlessStored(request, facts));
    if (changes(request) && principalOf(request) && !request.isMessageOnRecord) request.onRecord = onRecord;
  });

  app.addHook('onClose', ({ log }) => closeAudit(audit, log));
}

/** Puts what waits on record, and logs what cannot be. For an end that cannot wait for all requests, too. */
export async function closeAudit(audit: Pick<Audit, 'close'>, log: FastifyBaseLogger): Promise<void> {
  for (const facts of await audit.close()) log.error({ audit: facts }, 'never put on record');
}

/**
 * Answers what an authenticated caller of `api` may have changed once that is on record: in the audit, unless it is a message
 * whose own record says who said it and what came of it. Goes after everything else that happens before an answer is given, so
 * that it happens meanwhile.
 */
export function answerOnceOnRecord(api: FastifyInstance): void {
  api.addHook('onSend', async ({ onRecord }) => onRecord);
}

const changes = ({ method }: FastifyRequest): boolean => !['GET', 'HEAD'].includes(method);

/** Nobody, where the request was refused before its caller was known. */
const principalOf = (request: FastifyRequest): Principal | undefined => request.principal;

const isUnknownAddress = ({ is404, server }: FastifyRequest): boolean => is404 && server.prefix === V1;

function belongsOnRecord(
  scope: Access['scope'] | undefined,
  request: FastifyRequest,
  { statusCode }: FastifyReply,
): boolean {
  if (DENIED.includes(statusCode)) return true;
  const principal = principalOf(request);
  if (!principal) return false;
  return changes(request) || (statusCode === 200 && scope !== 'all' && principal.tenant === 'staff');
}

function factsOf(
  access: Access | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): AuditFacts {
  const { headers, method, routeOptions, about } = request;
  const principal = principalOf(request);
  const onBehalfOf = headers['on-behalf-of'];
  const messageId = headers['idempotency-key'] ?? headers['ms-requestid'];
  const correlationId = headers['ms-correlationid'] ?? headers['x-request-id'];
  const code = codeIn(reply, payload);
  return {
    at: new Date().toISOString(),
    tenant: principal?.tenant ?? 'nobody',
    ...(principal && { subject: principal.subject, roles: principal.roles, via: principal.via }),
    ...(principal && typeof onBehalfOf === 'string' && { onBehalfOf: onBehalfOf.slice(0, 200) }),
    method,
    route: routeOptions.url?.replace(/:(\w+)/g, '{$1}') ?? `${V1}/*`,
    about: [...new Set([...idsNamedBy(request), ...(about && isId(about.id) ? [about.id] : [])])],
    ...(access?.message !== undefined && { message: access.message }),
    ...(method === 'POST' && isNamed(messageId, MESSAGE_ID) && { messageId }),
    status: reply.statusCode,
    ...(code !== undefined && { code }),
    ...(reply.hasHeader('idempotent-replayed') && { replayed: true }),
    requestId: request.id,
    ...(isNamed(correlationId, TRACE_ID) && { correlationId }),
    address: addressOf(request),
  };
}

const isNamed = (given: unknown, spelling: RegExp): given is string =>
  typeof given === 'string' && spelling.test(given);

/** A caller who has gone away leaves no address behind. */
const addressOf = ({ ip }: { ip?: string }): string => ip ?? 'gone';

/** The code of the problem that is answered, whoever made it, and when. */
function codeIn(reply: FastifyReply, payload: unknown): string | undefined {
  if (typeof payload !== 'string' || reply.getHeader('content-type') !== 'application/problem+json') return undefined;
  return (JSON.parse(payload) as Problem).type.split('/').at(-1);
}

const tellUnlessStored =
  ({ log }: FastifyRequest, facts: AuditFacts) =>
  (written: Written): void => {
    if (written.stored) return;
    const { why: err } = written;
    if (written.waits) log.warn({ err }, 'not on record yet: the entry of the audit waits');
    else log.error({ err, audit: facts }, 'never put on record');
  };
