import type { FastifyInstance } from 'fastify';
import { ApiProblem } from '../problems/problems';

/**
 * Answers for a handler that takes longer than the `handlerTimeout` of its route. (Fastify's own clock runs only until the
 * body has been read.) What the handler began goes on, and may still take effect.
 */
export function answerInTime(app: FastifyInstance): void {
  app.addHook('preHandler', async ({ routeOptions: { handlerTimeout } }, reply) => {
    const timer = setTimeout(() => {
      if (!reply.sent) void reply.send(new ApiProblem('unavailable', 'this took too long; it may still take effect'));
    }, handlerTimeout);
    reply.raw.once('close', () => clearTimeout(timer));
  });
}
