import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import { correlationIdOf } from '../../telemetry/correlation';
import { loggedError } from '../../telemetry/errors';
import { idsNamedBy } from './audit/namedIds';

/** How this process logs: one JSON object a line, on standard output. */
export const LOGGER = { level: 'info', serializers: { err: loggedError, req: () => ({}) } };

/**
 * Says what was asked and answered, once: no query, no body, no token, and nobody's name. Who it was is in the audit, under
 * the same request id; what a message came to is in the worker's log, under the same correlation id.
 */
export class OneLinePerRequest extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, routeOptions, log, about } = request;
    const line = {
      method,
      route: routeOptions.url,
      about: idsNamedBy(request),
      ...(about && { correlationId: correlationIdOf(about.messageId) }),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (error) log.warn({ ...line, err: error }, 'not answered to the end');
    else log.info(line, 'answered');
  }
}
