import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { FieldError } from '../../../contracts/problems';
import { isUnavailable } from '../../../records/errors';
import { InvalidCursor } from '../../../records/pages';
import { ApiProblem, PROBLEMS, sendProblem } from './problems';

const MOST_ERRORS = 20;

/** Makes every no a problem document. What nobody foresaw is logged and told without its inside. */
export function answerErrorsAsProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = isLate(error) ? lateness(request, reply) : toProblem(error, request);
    const { status } = PROBLEMS[problem.code];
    if (status >= 500) request.log.error({ err: problem.cause ?? error }, problem.message);
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler(refuseUnknownAddress);
}

/** Answers a request for what there is no route for. */
export const refuseUnknownAddress = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(
    reply,
    new ApiProblem('not-found', `${request.method} ${request.originalUrl} is not an address of this API`),
  );

const isLate = (error: unknown): boolean => (error as Partial<FastifyError>).code === 'FST_ERR_HANDLER_TIMEOUT';

/** Whoever is slow to send is told so, and loses the connection; else it is us, and what is under way may still take effect. */
function lateness({ raw }: FastifyRequest, reply: FastifyReply): ApiProblem {
  if (raw.complete) return new ApiProblem('unavailable', 'this took too long; it may still take effect');
  void reply.header('connection', 'close');
  return new ApiProblem('request-timeout', 'the request did not arrive in time');
}

/** The problem that an error stands for, whoever threw it at this request. */
export function toProblem(error: unknown, request: FastifyRequest): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return malformed(error);
  if (error instanceof InvalidCursor) return new ApiProblem('malformed-request', error.message);
  if (isUnavailable(error))
    return new ApiProblem('unavailable', 'the records cannot be reached at the moment', {}, { cause: error });
  const { statusCode, message, code } = error as Partial<FastifyError>;
  if (code === 'ECONNRESET') return new ApiProblem('malformed-request', 'the request broke off');
  switch (statusCode) {
    case 400:
      return new ApiProblem('malformed-request', message ?? 'the request cannot be read');
    case 413:
      return new ApiProblem('too-large', `the body has more than ${sizeIn(request.routeOptions.bodyLimit)}`);
    case 415:
      return new ApiProblem('unsupported-media-type', 'send application/json');
    case 414:
      return new ApiProblem('not-found', 'no address is that long');
    default:
      return new ApiProblem('internal', 'something went wrong here', {}, { cause: error });
  }
}

const MB = 1024 * 1024;
const sizeIn = (bytes: number): string => (bytes < MB ? `${bytes / 1024} kB` : `${bytes / MB} MB`);

type Invalid = FastifyError & {
  validation: { instancePath: string; message?: string; params: Record<string, unknown> }[];
};

function malformed(error: unknown): ApiProblem {
  const { validation, validationContext = 'body' } = error as Invalid;
  const errors = validation.flatMap(fieldErrors).slice(0, MOST_ERRORS);
  const where = validationContext === 'body' ? 'the body' : `the ${validationContext}`;
  const named = errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return new ApiProblem('malformed-request', `${where} is not as the contract says: ${named}`, { errors });
}

/** One error per unknown field; every other issue names one field already. */
function fieldErrors({ instancePath, message = 'is wrong', params }: Invalid['validation'][number]): FieldError[] {
  const at = instancePath === '/' ? '' : instancePath;
  const { keys } = params;
  if (!Array.isArray(keys)) return [{ pointer: at, message }];
  return (keys as string[]).map((key) => ({ pointer: `${at}/${escaped(key)}`, message: 'is not a known field' }));
}

/** RFC 6901. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
