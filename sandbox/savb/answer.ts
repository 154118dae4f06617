import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { SavbError } from '../../contracts/savb';

/** An HTTP answer; `cutShort`: the connection ends in the middle of it. */
export interface Spoken {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  cutShort?: true;
}

/** The connection is reset instead of answering. */
export const RESET = 'reset';

export type Answer = Spoken | typeof RESET;

/** An error answer of the contract. */
export const refusal = (status: number, code: string, message: string, field?: string): Spoken => ({
  status,
  body: { code, field, message } satisfies SavbError,
});

export const notFound = (message: string): Spoken => refusal(404, 'notFound', message);

/** Acts on what was given, or answers 422 with the first thing that is wrong with it. */
export function withParsed<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  act: (parsed: z.output<Schema>) => Spoken,
): Spoken {
  const parsed = schema.safeParse(given);
  if (parsed.success) return act(parsed.data);
  const [issue] = parsed.error.issues as [z.core.$ZodIssue];
  const field = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('/');
  return refusal(422, 'invalidField', issue.message, field);
}

/** Sends an answer, whole or cut short, or resets the connection. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer === RESET) {
    reply.hijack().raw.socket?.resetAndDestroy();
    return reply;
  }
  const { status, body, headers = {}, cutShort } = answer;
  if (!cutShort) return reply.code(status).headers(headers).send(body);
  const { raw } = reply.hijack();
  const text = JSON.stringify(body);
  raw.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  raw.write(text.slice(0, text.length / 2));
  raw.socket?.end();
  return reply;
}
