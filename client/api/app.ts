import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { BatchMessageName, EngagementMessageName, PartnerMessageName } from '../../contracts/names';
import { guardAccess, requireRole } from './access/access';
import { limitConnections, tellOfUntrustedProxy } from './limits/addresses';
import { answerOnceOnRecord, auditRequests } from './audit/audit';
import { authenticate } from './access/auth';
import { PORTAL } from '../portal/guard';
import { portal } from '../portal/portal';
import { answerInTime } from './limits/deadline';
import type { ApiDependencies } from './dependencies';
import { refuseBrokenRequest } from './problems/brokenRequests';
import { sayWhenDraining } from './limits/drain';
import { answerErrorsAsProblems, toProblem } from './problems/errors';
import { keepAnswers } from './messages/idempotency';
import { OneLinePerRequest } from './log';
import { createRefresh } from './figures';
import { readJsonBodies } from './limits/jsonBody';
import { LIMITS, type Limits } from './limits/limits';
import { measureRequests, metricsRoutes } from './metrics';
import { describeRoutes } from './contract/openapi';
import { yieldUnderPressure } from './limits/pressure';
import { sendProblem } from './problems/problems';
import { limitAddresses, limitTenants } from './limits/rateLimits';
import { apiKeyRoutes } from './routes/apiKeys';
import { auditRoutes } from './routes/audit';
import { batchMessageRoutes } from './routes/batchMessages';
import { batchRoutes } from './routes/batches';
import { catalogueRoutes } from './routes/catalogue';
import { checklistRoutes } from './routes/checklist';
import { contractRoutes } from './routes/contract';
import { customerRoutes } from './routes/customers';
import { deliverableRoutes } from './routes/deliverables';
import { engagementRoutes } from './routes/engagements';
import { healthRoutes, needsOf } from './routes/health';
import { messageRoutes } from './routes/messages';
import { partnerMessageRoutes } from './routes/partnerMessages';
import { partnerRoutes } from './routes/partners';
import { paymentRequestRoutes } from './routes/paymentRequest';
import { problemRoutes } from './routes/problems';
import { reconciliationRoutes } from './routes/reconciliations';
import { taskRoutes } from './routes/tasks';
import { webhookDeliveryRoutes } from './routes/webhookDeliveries';
import { webhookRoutes } from './routes/webhooks';
import { webhookSecretRoutes } from './routes/webhookSecrets';
import { createSay } from './messages/say';
import { traceRequests } from './tracing';
import { addressToRoute, MOST_IN_PART, unknownAddresses, V1 } from './problems/unknownAddresses';

type Logger = FastifyServerOptions['logger'];

/** The thin API, ready to listen. */
export async function createApi(
  dependencies: ApiDependencies,
  logger: Logger,
  limits: Limits = LIMITS,
  isTraced = false,
): Promise<FastifyInstance> {
  const app = createServer(logger, limits);
  if (isTraced) traceRequests(app);
  limitConnections(app, limits);
  tellOfUntrustedProxy(app, limits.trustedProxies);
  await limitAddresses(app, limits.addressRate);
  // Whether there is TLS in front of this process is the deployment's business.
  await app.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  guardAccess(app);
  auditRequests(app, dependencies.records.audit);
  await describeRoutes(app, dependencies.rulebooks);
  measureRequests(app);
  await app.register(healthRoutes, dependencies);
  await app.register(problemRoutes);
  await app.register(async (yielding) => {
    await yieldUnderPressure(yielding, limits);
    await yielding.register(contractRoutes);
    if (dependencies.portal)
      await yielding.register(portal, {
        prefix: PORTAL,
        settings: dependencies.portal,
        tokens: dependencies.tokens,
        endedSessions: dependencies.records.endedSessions,
        utcOffset: dependencies.utcOffset,
      });
    await yielding.register(async (api) => {
      const { records, tokens } = dependencies;
      authenticate(api, { tokens, apiKeys: records.apiKeys });
      limitTenants(api, limits.tenantRate);
      await api.register(unknownAddresses, { prefix: V1 });
      await api.register(knownAddresses, dependencies);
    });
  });
  await app.ready();
  return app;
}

/** Every route that has an entry in the table of access. */
async function knownAddresses(api: FastifyInstance, dependencies: ApiDependencies): Promise<void> {
  const { records, engagements, partners, batches } = dependencies;
  requireRole(api);
  keepAnswers(api, records);
  answerOnceOnRecord(api);
  const say = createSay<EngagementMessageName>({
    what: 'engagement',
    view: (id) => records.engagements.view(id),
    record: records.engagements,
    send: (...said) => engagements.send(...said),
  });
  const sayToPartner = createSay<PartnerMessageName>({
    what: 'partner',
    view: (id) => records.partners.view(id),
    record: records.partners,
    begins: 'updateMembership',
    send: (...said) => partners.send(...said),
  });
  const sayToBatch = createSay<BatchMessageName>({
    what: 'batch',
    view: (id) => records.batches.view(id),
    record: records.batches,
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
  await api.register(customerRoutes, dependencies);
  await api.register(apiKeyRoutes, dependencies);
  await api.register(auditRoutes, dependencies);
  await api.register(webhookRoutes, dependencies);
  await api.register(webhookSecretRoutes, dependencies);
  await api.register(webhookDeliveryRoutes, dependencies);
}

/** Health and metrics, for the admin port. */
export async function createAdmin(
  dependencies: Pick<ApiDependencies, 'records' | 'pingTemporal'>,
  logger: Logger,
): Promise<FastifyInstance> {
  const app = createServer(logger, LIMITS);
  await app.register(healthRoutes, dependencies);
  const { records } = dependencies;
  await app.register(metricsRoutes, { refresh: createRefresh({ records, needs: needsOf(dependencies) }) });
  await app.ready();
  return app;
}

function createServer(logger: Logger, limits: Limits): FastifyInstance {
  const app = fastify({
    logger,
    logController: new OneLinePerRequest(),
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.latecomersMs,
    },
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.arrivalMs,
    handlerTimeout: limits.answerMs,
    connectionTimeout: limits.silenceMs,
    trustProxy: limits.trustedProxies.length > 0 && [...limits.trustedProxies],
    clientErrorHandler: refuseBrokenRequest,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MOST_IN_PART },
    rewriteUrl: addressToRoute,
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) =>
      void sendProblem(reply.header('x-request-id', request.id), toProblem(error, request)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser('text/plain');
  readJsonBodies(app, limits.bodyDepth);
  app.server.maxConnections = limits.connections;
  answerErrorsAsProblems(app);
  answerInTime(app);
  sayWhenDraining(app);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  return app;
}
