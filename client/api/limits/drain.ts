import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Limits } from './limits';
import { ApiProblem } from '../problems/problems';

declare module 'fastify' {
  interface FastifyInstance {
    /** This process is about to end. */
    isDraining: boolean;
  }
}

/** From the moment `app` drains, every answer asks its caller to come back over another connection, and it is not ready. */
export function sayWhenDraining(app: FastifyInstance): void {
  app.decorate('isDraining', false);
  app.addHook('onSend', async (_request, reply) => {
    if (app.isDraining) void reply.header('connection', 'close');
  });
  app.addHook('onRequest', async ({ routeOptions: { url } }) => {
    if (app.isDraining && url === '/readyz') throw new ApiProblem('unavailable', 'this process is about to end');
  });
}

/**
 * Ends `app` without dropping a request: it serves on for `noticeMs`, with or without connections, for a balancer may not have
 * noticed yet; then it takes no more and answers what it has begun, for `answerMs` at most. A file that takes longer is
 * uploaded again. A connection that is closed right away may hold a request nobody has read yet.
 */
export async function drain(
  app: FastifyInstance,
  { noticeMs, answerMs }: Pick<Limits, 'noticeMs' | 'answerMs'>,
): Promise<void> {
  app.isDraining = true;
  await pause(noticeMs);
  await Promise.race([app.close(), pause(answerMs, undefined, { ref: false })]);
}
