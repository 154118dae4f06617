import helmet from '@fastify/helmet';
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import {
  BATCH_MESSAGE_ROLES,
  MESSAGE_ROLES,
  PARTNER_MESSAGE_ROLES,
  type BatchMessageName,
  type EngagementMessageName,
  type PartnerMessageName,
} from '../../contracts/names';
import { requireToken } from './auth';
import type { ApiDependencies } from './dependencies';
import { answerErrorsAsProblems, toProblem } from './errors';
import { measureRequests, metricsRoutes } from './metrics';
import { publishContract } from './openapi';
import { sendProblem } from './problems';
import { batchMessageRoutes } from './routes/batchMessages';
import { batchRoutes } from './routes/batches';
import { catalogueRoutes } from './routes/catalogue';
import { checklistRoutes } from './routes/checklist';
import { deliverableRoutes } from './routes/deliverables';
import { engagementRoutes } from './routes/engagements';
import { healthRoutes } from './routes/health';
import { messageRoutes } from './routes/messages';
import { partnerMessageRoutes } from './routes/partnerMessages';
import { partnerRoutes } from './routes/partners';
import { paymentRequestRoutes } from './routes/paymentRequest';
import { problemRoutes } from './routes/problems';
import { reconciliationRoutes } from './routes/reconciliations';
import { taskRoutes } from './routes/tasks';
import { createSay } from './say';

const BODY_LIMIT = 64 * 1024;
/** Time for a whole request to arrive: enough for 25 MB over a slow line. */
const REQUEST_TIMEOUT_MS = 60_000;
/** A message id of 200 characters, each percent-encoded. */
const MAX_PARAM_LENGTH = 600;

type Logger = FastifyServerOptions['logger'];

/** The thin API, ready to listen. */
export async function createApi(dependencies: ApiDependencies, logger: Logger): Promise<FastifyInstance> {
  const app = createServer(logger);
  // Whether there is TLS in front of this process is the deployment's business.
  await app.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  await publishContract(app);
  measureRequests(app);
  await app.register(healthRoutes, dependencies);
  await app.register(problemRoutes);
  await app.register(async (api) => {
    requireToken(api, dependencies.tokens);
    const { records, engagements, partners, batches } = dependencies;
    const say = createSay<EngagementMessageName>({
      what: 'engagement',
      view: (id) => records.engagements.view(id),
      record: records.engagements,
      roles: MESSAGE_ROLES,
      requireIfMatch: ['correctPaymentRequest', 'extendVoucher', 'adoptRules'],
      send: (...said) => engagements.send(...said),
    });
    const sayToPartner = createSay<PartnerMessageName>({
      what: 'partner',
      view: (id) => records.partners.view(id),
      record: records.partners,
      roles: PARTNER_MESSAGE_ROLES,
      requireIfMatch: [],
      begins: 'updateMembership',
      send: (...said) => partners.send(...said),
    });
    const sayToBatch = createSay<BatchMessageName>({
      what: 'batch',
      view: (id) => records.batches.view(id),
      record: records.batches,
      roles: BATCH_MESSAGE_ROLES,
      requireIfMatch: ['correctPaymentRequest'],
      send: (...said) => batches.send(...said),
    });
    await api.register(engagementRoutes, dependencies);
    await api.register(messageRoutes, { say });
    await api.register(reconciliationRoutes, dependencies);
    await api.register(taskRoutes, { ...dependencies, say, sayToPartner, sayToBatch });
    await api.register(partnerRoutes, dependencies);
    await api.register(partnerMessageRoutes, { say: sayToPartner });
    await api.register(batchRoutes, dependencies);
    await api.register(batchMessageRoutes, { say: sayToBatch });
    await api.register(checklistRoutes, dependencies);
    await api.register(deliverableRoutes, dependencies);
    await api.register(paymentRequestRoutes, dependencies);
    await api.register(catalogueRoutes, dependencies);
  });
  await app.ready();
  return app;
}

/** Health and metrics, for the admin port. */
export async function createAdmin(
  dependencies: Pick<ApiDependencies, 'records' | 'pingTemporal'>,
  logger: Logger,
): Promise<FastifyInstance> {
  const app = createServer(logger);
  await app.register(healthRoutes, dependencies);
  await app.register(metricsRoutes);
  await app.ready();
  return app;
}

function createServer(logger: Logger): FastifyInstance {
  const app = fastify({
    logger,
    logController: new OneLinePerRequest(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,200}$/.test(given) ? given : randomUUID();
    },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toProblem(error)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser('text/plain');
  answerErrorsAsProblems(app);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  return app;
}

/** Says what was asked and answered, once: no query, no body, no token. */
class OneLinePerRequest extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url, routeOptions, log } = request;
    const [path] = url.split('?');
    const ms = Math.round(reply.elapsedTime);
    const line = { method, route: routeOptions.url, path, status: reply.statusCode, ms };
    if (error) log.warn({ ...line, err: error }, 'not answered to the end');
    else log.info(line, 'answered');
  }
}
