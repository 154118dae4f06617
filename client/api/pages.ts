import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** Which part of a list is asked for; `after` is the `next` of the page before. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,500}$/, 'the next of the page before')
    .optional(),
});

/** Names the next page of a list, if there is one (RFC 8288). */
export function linkToNext(reply: FastifyReply, { next }: { next?: string }): FastifyReply {
  if (next === undefined) return reply;
  const { pathname, searchParams } = new URL(reply.request.url, 'http://here');
  searchParams.set('after', next);
  return reply.header('link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
}
