import { STATUS_CODES } from 'node:http';
import type { FastifyServerOptions } from 'fastify';
import { problemDocument, PROBLEMS, type ProblemCode } from './problems';

const CODES: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

const DETAILS: Partial<Record<ProblemCode, string>> = {
  'request-timeout': 'the request did not arrive in time',
  'headers-too-large': 'the headers are too large',
};

/** Answers what is no request yet, and ends the connection: nobody knows where the next one would begin. */
export const refuseBrokenRequest: NonNullable<FastifyServerOptions['clientErrorHandler']> = (error, socket) => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = CODES[error.code] ?? 'malformed-request';
  const { status } = PROBLEMS[code];
  const body = JSON.stringify(problemDocument(code, DETAILS[code] ?? 'this is not HTTP/1.1', '/'));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
};
