import type { FastifyReply } from 'fastify';
import type { Problem } from '../../../contracts/problems';
import { REFUSALS, type Refusal } from '../../../domain/refusals';

interface ProblemKind {
  status: number;
  title: string;
  rule: string;
  source: string;
  nextStep: string;
}

const kind = (status: number, title: string, rule: string, nextStep: string): ProblemKind => ({
  status,
  title,
  rule,
  source: 'service',
  nextStep,
});

/** Every way in which the API says no, by code: the refusals of the programme and the API's own. Each has its page under `/problems`. */
export const PROBLEMS = {
  ...REFUSALS,
  'malformed-request': kind(
    400,
    'The request is not well-formed',
    'Every request follows the contract in /openapi.json; unknown fields are refused.',
    'Correct what `errors` names and send it again.',
  ),
  'idempotency-key-missing': kind(
    400,
    'The Idempotency-Key is missing',
    'Every POST names what it says with an Idempotency-Key (or MS-RequestId), so that it can be repeated safely.',
    'Send a key of your own, and the same key when you repeat the request.',
  ),
  unauthenticated: kind(
    401,
    'No valid token',
    'Every request under /v1 carries a bearer token of the configured issuer.',
    'Get a new token and send it as Authorization: Bearer …',
  ),
  forbidden: kind(
    403,
    'Your role may not do this',
    'Each step belongs to a role of the programme, and partners act for themselves alone.',
    'Ask someone with one of the named roles.',
  ),
  'not-found': kind(
    404,
    'There is nothing here for you',
    'What does not exist and what belongs to another partner are answered alike.',
    'Check the address, or list what you may see.',
  ),
  'id-not-available': kind(
    409,
    'This id cannot be used',
    'An id names one engagement among those of all partners.',
    'Start it under another id, or without one.',
  ),
  'precondition-failed': kind(
    412,
    'It has changed since you read it',
    'If-Match holds a request to the version it was written for.',
    'Read it again, decide again, and send the new ETag.',
  ),
  'too-large': kind(413, 'Too large', 'A JSON body has at most 64 kB, a deliverable at most 25 MB.', 'Send less.'),
  'unsupported-media-type': kind(
    415,
    'Not a type this address takes',
    'Messages are application/json.',
    'Set Content-Type: application/json.',
  ),
  'address-not-allowed': kind(
    422,
    'Nothing is sent to this address',
    'Webhooks go to https addresses on the public internet, without a user name or a password in them.',
    'Give the public https address of your receiver.',
  ),
  'too-many-webhooks': kind(
    409,
    'Too many endpoints',
    'A partner has at most five endpoints for webhooks.',
    'Delete one that is not needed any more.',
  ),
  'customer-still-served': kind(
    409,
    'An engagement of the customer is still open',
    'Who is forgotten is not served any more: what is open needs names, people and texts until it is over.',
    'Bring the named engagements to an end, or cancel them, and ask again; a workflow ends a little later than its engagement.',
  ),
  'deliverables-full': kind(
    409,
    'No room for more files',
    'An engagement has at most 100 files of 500 MB in all; every version counts.',
    'Use what is uploaded already; tell support if that does not do.',
  ),
  'digest-mismatch': kind(
    422,
    'The content is not what was announced',
    'An upload is kept when it has the digest of its Content-Digest header.',
    'Upload it again; check the digest.',
  ),
  'precondition-required': kind(
    428,
    'If-Match is required',
    'Messages that correct what an operator has read name the version that was read.',
    'Read it and send its ETag as If-Match.',
  ),
  busy: kind(
    429,
    'Too many messages at once',
    'An engagement takes its messages one at a time, and so does a partner.',
    'Wait as Retry-After says, then send it again with the same key.',
  ),
  'quota-exceeded': kind(
    429,
    'Too many requests',
    'A tenant has so many requests in a time, and so has an address; RateLimit-Policy says how many.',
    'Wait as Retry-After says, then send it again with the same key; RateLimit tells what is left.',
  ),
  'request-timeout': kind(
    408,
    'The request did not arrive in time',
    'A request arrives within 10 seconds, a deliverable within a minute.',
    'Send it again, with the same key, over a faster line.',
  ),
  'headers-too-large': kind(
    431,
    'Headers too large',
    'All headers together have at most 16 kB.',
    'Send fewer of them.',
  ),
  unavailable: kind(
    503,
    'Not available at the moment',
    'A message is answered only when it is safely stored.',
    'Wait as Retry-After says, then send it again with the same key.',
  ),
  internal: kind(
    500,
    'An error in this service',
    'Errors of ours are logged with the X-Request-Id of the answer.',
    'Send it again with the same key; tell support the X-Request-Id.',
  ),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Seconds after which a request that could not be served is worth repeating. */
export const RETRY_AFTER_S = 2;

type Extra = Pick<Problem, 'errors' | 'awaiting'>;

/** A no that ends the handling of a request; whatever throws it, the caller gets it as problem+json. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extra: Extra = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** Temporal did not answer, for this reason. */
export const temporalAway = (cause: unknown): ApiProblem =>
  new ApiProblem('unavailable', 'Temporal cannot be reached at the moment', {}, { cause });

export const problemOf = ({ code, detail, errors, awaiting }: Refusal): ApiProblem =>
  new ApiProblem(code, detail, { ...(errors && { errors }), ...(awaiting && { awaiting }) });

/** The problem document (RFC 9457) of a no to the request for `instance`. */
export function problemDocument(code: ProblemCode, detail: string, instance: string, extra: Extra = {}): Problem {
  const { status, title, rule } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, instance, ...extra, ...(code in REFUSALS && { rule }) };
}

/** What a no with this code looks like, for the contract. */
export const exampleProblem = (code: ProblemCode): Problem =>
  problemDocument(code, PROBLEMS[code].nextStep, '/v1/engagements/E-1001');

/** What is told of a content, and is not true of the problem that goes in its place. */
const OF_CONTENT = ['etag', 'content-digest', 'content-disposition'];

/** Answers with a problem document (RFC 9457). */
export function sendProblem(reply: FastifyReply, { code, message, extra }: ApiProblem): FastifyReply {
  const problem = problemDocument(code, message, reply.request.originalUrl, extra);
  const { status } = problem;
  reply.request.problem = code;
  for (const name of OF_CONTENT) reply.removeHeader(name);
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_S);
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}
