import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PortalConfig } from '../../config/portal';
import type { Problem } from '../../contracts/problems';
import type { EndedSessions } from '../../records/endedSessions';
import type { TokenRules } from '../api/access/tokens';
import { toProblem } from '../api/problems/errors';
import { ApiProblem, problemDocument, PROBLEMS, RETRY_AFTER_S } from '../api/problems/problems';
import { createBackend, Refused } from './backend';
import { createCookies } from './cookies';
import {
  askToSignIn,
  PORTAL,
  protectPages,
  refuseForeignForms,
  requirePerson,
  type Person,
  type Sessions,
} from './guard';
import { problemPage } from './pages/errors';
import { ASSETS, sendPage } from './pages/layout';
import { engagementForms } from './routes/engagementForms';
import { engagementPages } from './routes/engagements';
import { partnerPages } from './routes/partners';
import { taskPages } from './routes/tasks';
import { signInRoutes } from './signIn';

interface PortalOptions {
  settings: PortalConfig;
  tokens: TokenRules;
  endedSessions: EndedSessions;
  /** Offset from UTC in which calendar days are meant, such as `+00:00`. */
  utcOffset: string;
}

/** The web page for partners and operators, below `/portal`. */
export async function portal(
  app: FastifyInstance,
  { settings, tokens, endedSessions, utcOffset }: PortalOptions,
): Promise<void> {
  const sessions: Sessions = { cookies: createCookies(settings.sessionKey, settings.url), tokens, endedSessions };
  // What is not an API's is not in its contract.
  app.addHook('onRoute', (route) => void (route.schema = { ...route.schema, hide: true }));
  protectPages(app);
  refuseForeignForms(app, settings.url);
  answerWithPages(app);
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: app.initialConfig.bodyLimit });
  await app.register(multipart);
  await app.register(fastifyStatic, {
    root: ASSETS,
    prefix: '/assets/',
    decorateReply: false,
    immutable: true,
    maxAge: '1y',
  });
  await app.register(signInRoutes, { settings, sessions });
  await app.register(async (signedIn) => {
    signedIn.decorateRequest('person');
    requirePerson(signedIn, sessions);
    const backend = createBackend(app);
    await signedIn.register(engagementPages, { backend, utcOffset });
    await signedIn.register(engagementForms, { backend, utcOffset });
    await signedIn.register(partnerPages, { backend, utcOffset });
    await signedIn.register(taskPages, { backend, utcOffset });
  });
}

/** Makes every no a page. */
function answerWithPages(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemIn(error, request);
    if (problem.status === 401) return askToSignIn(request, reply);
    if (problem.status >= 500 && !(error instanceof Refused)) request.log.error({ err: error }, problem.detail);
    return answer(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, problemIn(new ApiProblem('not-found', `there is no page ${request.url}`), request)),
  );
}

function problemIn(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Refused) return error.problem;
  const { code, message, extra } = toProblem(error, request);
  return problemDocument(code, PROBLEMS[code].status >= 500 ? PROBLEMS[code].title : message, request.url, extra);
}

function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const person = request.person as Person | undefined;
  const { status } = problem;
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', RETRY_AFTER_S);
  return sendPage(reply.code(status), problemPage({ problem, person, back: PORTAL }));
}
