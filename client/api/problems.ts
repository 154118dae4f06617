import type { FastifyReply } from 'fastify';
import type { Problem } from '../../contracts/problems';
import { REFUSALS, type Refusal } from '../../domain/refusals';

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

export const problemOf = ({ code, detail, errors, awaiting }: Refusal): ApiProblem =>
  new ApiProblem(code, detail, { ...(errors && { errors }), ...(awaiting && { awaiting }) });

/** Answers with a problem document (RFC 9457). */
export function sendProblem(reply: FastifyReply, { code, message, extra }: ApiProblem): FastifyReply {
  const { status, title } = PROBLEMS[code];
  const problem: Problem = {
    type: `/problems/${code}`,
    title,
    status,
    detail: message,
    instance: reply.request.url,
    ...extra,
    ...(code in REFUSALS && { rule: PROBLEMS[code].rule }),
  };
  if (status === 429 || status === 503) reply.header('retry-after', RETRY_AFTER_S);
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}
