import type { Payload } from '@temporalio/common';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController, type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import type { KeyRing } from '../../codec/keyRing';
import type { Role } from '../../contracts/names';
import { answerErrorsAsProblems } from '../api/problems/errors';
import type { Rate } from '../api/limits/limits';
import type { Principal } from '../api/access/principal';
import { ApiProblem } from '../api/problems/problems';
import { limitTenants } from '../api/limits/rateLimits';
import { bearerIn, principalOfToken, type TokenRules } from '../api/access/tokens';
import { encoded, MOST_PAYLOADS, openAll, payloadsSchema, sealAll } from './payloads';

export interface CodecServerOptions {
  ring: KeyRing;
  tokens: TokenRules;
  /** Origins of the Temporal UI: pages from elsewhere get no answer from a browser. */
  uiOrigins: readonly string[];
  /** A token may stand in the path: `/{token}/decode`. For a UI of this machine that nobody logs in to. */
  isTokenInPath: boolean;
  logger: FastifyServerOptions['logger'];
  /** Requests of each reader; `READER_RATE` unless told otherwise. */
  readerRate?: Rate;
}

/** Who may see what Temporal does not. */
const READERS: readonly Role[] = ['operator', 'support'];

/** A page of history as the Temporal UI asks for it; Temporal itself answers 4 MB at most. */
const BODY_LIMIT = 8 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const LONGEST_TOKEN = 8_192;
const PREFLIGHT_S = 600;
const WORKFLOWS_PER_LINE = 20;

/** Of each reader: a history of some hundred events is one request for each. */
const READER_RATE: Rate = { requests: 1_000, windowMs: 60_000 };

/**
 * Shows people who may see it what is encrypted in Temporal, and encrypts what they type: `POST /decode` and `/encode` as
 * the Temporal UI and CLI send them. Whatever is asked, and whoever is refused, is in the log.
 */
export async function createCodecServer(options: CodecServerOptions): Promise<FastifyInstance> {
  const { ring, isTokenInPath, logger, readerRate = READER_RATE } = options;
  const app = fastify({
    logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: LONGEST_TOKEN },
  });
  app.removeContentTypeParser('text/plain');
  answerErrorsAsProblems(app);
  answerTheUi(app, options.uiOrigins);
  app.get('/healthz', async () => ({ status: 'ok' }));
  const paths = isTokenInPath ? ['', '/:token'] : [''];
  for (const path of paths.flatMap((each) => [`${each}/decode`, `${each}/encode`]))
    app.options(path, async (_request, reply) => reply.code(204).send());
  await app.register(rateLimit, { global: false });
  await app.register(async (routes) => {
    noteRefusals(routes);
    admitReaders(routes, options.tokens);
    limitTenants(routes, readerRate);
    for (const path of paths) {
      routes.post(`${path}/decode`, async (request) => {
        const { payloads, workflowIds, unreadable } = openAll(payloadsOf(request), ring);
        tellOfDecoding(request, { payloads: payloads.length, unreadable }, workflowIds);
        return encoded(payloads);
      });
      routes.post(`${path}/encode`, async (request) => {
        const payloads = sealAll(payloadsOf(request), ring);
        tell(request, { asked: 'encode', payloads: payloads.length });
        return encoded(payloads);
      });
    }
  });
  await app.ready();
  return app;
}

/** CORS for the pages of the Temporal UI and no others (Fetch Standard, 3.2). */
function answerTheUi(app: FastifyInstance, uiOrigins: readonly string[]): void {
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    void reply.headers({ vary: 'Origin', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (origin === undefined || !uiOrigins.includes(origin)) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      'access-control-max-age': PREFLIGHT_S,
    });
  });
}

/** Whoever is refused, for whatever reason, is in the log. Errors of parsers are told by their code: their texts quote. */
function noteRefusals(routes: FastifyInstance): void {
  routes.setErrorHandler((error: Error & { code?: string }, { principal, log }) => {
    const reason = error instanceof ApiProblem ? error.message : error.code;
    log.warn({ subject: (principal as Principal | undefined)?.subject, reason }, 'refused');
    throw error;
  });
}

/** Lets only readers reach the routes, before what they send is read; `request.principal` tells who asks. */
function admitReaders(routes: FastifyInstance, tokens: TokenRules): void {
  routes.decorateRequest('principal');
  routes.addHook('onRequest', async (request) => {
    request.principal = await readerOf(request, tokens);
  });
}

/** @throws ApiProblem 401, 403, or 503 when the issuer's keys cannot be had */
async function readerOf({ headers, params }: FastifyRequest, tokens: TokenRules): Promise<Principal> {
  const { token: inPath } = params as { token?: string };
  const token = bearerIn(headers) ?? inPath;
  if (token === undefined) throw new ApiProblem('unauthenticated', 'send Authorization: Bearer and a token');
  const principal = await principalOfToken(token, tokens);
  if (principal.roles.some((role) => READERS.includes(role))) return principal;
  throw new ApiProblem('forbidden', `this is for ${READERS.join(', ')}; ${principal.subject} is neither`);
}

function payloadsOf({ body }: FastifyRequest): Payload[] {
  const parsed = payloadsSchema.safeParse(body);
  if (parsed.success) return parsed.data.payloads;
  const rule = `send {"payloads": […]} with at most ${MOST_PAYLOADS} of them, and bytes in base64`;
  throw new ApiProblem('malformed-request', rule);
}

/** Every workflow is named, in as many lines as that takes; each tells how many there are in all. */
function tellOfDecoding(request: FastifyRequest, counted: object, workflowIds: readonly string[]): void {
  let from = 0;
  do {
    const workflows = workflowIds.slice(from, from + WORKFLOWS_PER_LINE);
    tell(request, { asked: 'decode', ...counted, workflowsInAll: workflowIds.length, workflows });
    from += WORKFLOWS_PER_LINE;
  } while (from < workflowIds.length);
}

const tell = ({ log, principal: { subject, roles } }: FastifyRequest, asked: object): void =>
  log.info({ subject, roles, ...asked }, 'payloads');
