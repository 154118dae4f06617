import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import { idsNamedBy } from './audit/namedIds';

/** How this process logs: one JSON object a line, on standard output. */
export const LOGGER = { level: 'info', serializers: { err: loggedError, req: () => ({}) } };

type LoggedError = {
  type: string;
  code?: string | number;
  message: string;
  stack: string;
  cause?: LoggedError;
};

/** What an error says of itself. What it carries besides (the document that was not valid, the request) is not for a log. */
function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const { name, message, stack = '', cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message,
    stack,
    ...(cause !== undefined && { cause: loggedError(cause) }),
  };
}

/**
 * Says what was asked and answered, once: no query, no body, no token, and nobody's name. Who it was is in the audit, under
 * the same request id.
 */
export class OneLinePerRequest extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, routeOptions, log } = request;
    const line = {
      method,
      route: routeOptions.url,
      about: idsNamedBy(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (error) log.warn({ ...line, err: error }, 'not answered to the end');
    else log.info(line, 'answered');
  }
}
