import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Customer } from '../../contracts/engagement';
import { messageIdSchema } from '../../contracts/messages';
import { isForgotten } from '../../domain/engagement/forget';
import { ApiProblem } from './problems/problems';

const only = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** What a POST says is named by its caller: Idempotency-Key, or MS-RequestId. @throws ApiProblem 400 */
export function messageIdOf(headers: IncomingHttpHeaders): string {
  const key = only(headers['idempotency-key']) ?? only(headers['ms-requestid']);
  if (key === undefined || key === '')
    throw new ApiProblem('idempotency-key-missing', 'send an Idempotency-Key that names this message');
  const { success, data, error } = messageIdSchema.safeParse(key);
  if (!success) throw new ApiProblem('malformed-request', `Idempotency-Key: ${error.issues[0]?.message}`);
  return data;
}

/** True when the caller does not want to wait for a verdict (RFC 7240). */
export const prefersAsync = ({ prefer }: IncomingHttpHeaders): boolean =>
  (only(prefer) ?? '')
    .split(',')
    .some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async');

/** The strong entity tag of what has this version or digest. */
export const etagOf = (version: number | string): string => `"${version}"`;

/** What a view has that its entity tag is made of. */
interface Tagged {
  version: number;
  customer?: Customer;
}

/** The strong entity tag of a view. Erasure changes the view and leaves its version as it was: so it leaves its mark here. */
export const viewTagOf = ({ version, customer }: Tagged): string =>
  etagOf(customer && isForgotten(customer) ? `${version}-forgotten` : version);

/** Content-Digest (RFC 9530) of what has this SHA-256, given in hexadecimal. */
const contentDigest = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;

/** True when If-Match lets a request on `etag` pass: it names the tag, or any. Weak tags match nothing (RFC 9110, 13.1.1). */
export const ifMatchAllows = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === '*' || tagsIn(ifMatch).includes(etag);

/**
 * Why If-Match (RFC 9110, 13.1.1) stops a request about `what`, if it does. `etag` is that of what there is, undefined while
 * there is nothing.
 */
export function staleness(
  { 'if-match': ifMatch }: IncomingHttpHeaders,
  what: string,
  etag: string | undefined,
): ApiProblem | undefined {
  if (ifMatch === undefined) return undefined;
  if (etag === undefined)
    return new ApiProblem('precondition-failed', `there is no ${what} yet, If-Match asks for ${ifMatch}`);
  return ifMatchAllows(ifMatch, etag)
    ? undefined
    : new ApiProblem('precondition-failed', `the ${what} is at ${etag}, If-Match asks for ${ifMatch}`);
}

/** Answers with a view and its ETag, or with 304 to a caller who has it already. */
export function sendView(reply: FastifyReply, view: Tagged): FastifyReply {
  const etag = viewTagOf(view);
  void reply.header('etag', etag).header('cache-control', 'private, no-cache');
  return alreadyHas(reply.request.headers, etag) ? reply.code(304).send() : reply.send(view);
}

/** A file that is kept: what it is called, and its content with length and digest. */
interface KeptFile {
  name: string;
  type: string;
  sha256: string;
  size: number;
  stream: Readable;
}

/** Answers with a file to keep, whose ETag is its SHA-256, or with 304 to a caller who has it already. */
export function sendFile(reply: FastifyReply, { name, type, sha256, size, stream }: KeptFile): FastifyReply {
  const etag = etagOf(sha256);
  void reply.header('etag', etag).header('cache-control', 'private, no-cache');
  if (alreadyHas(reply.request.headers, etag)) {
    stream.destroy();
    return reply.code(304).send();
  }
  return reply
    .header('content-length', size)
    .header('content-digest', contentDigest(sha256))
    .header('content-disposition', `attachment; filename="${name}"`)
    .type(type)
    .send(stream);
}

/** True when If-None-Match says that the caller has `etag` already; here weak tags count too. */
export const alreadyHas = ({ 'if-none-match': has }: IncomingHttpHeaders, etag: string): boolean =>
  has !== undefined && (has.trim() === '*' || tagsIn(has).some((tag) => tag.replace(/^W\//, '') === etag));

const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim());
