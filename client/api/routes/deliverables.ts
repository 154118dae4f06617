import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uploadedSchema, type EngagementView, type Uploaded } from '../../../contracts/engagement';
import { deliverableNameSchema } from '../../../contracts/messages';
import { UPLOAD_STAGES } from '../../../domain/engagement/stages';
import { UploadRefused } from '../../../records/deliverables';
import { visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { alreadyHas, etagOf, sendFile, staleness } from '../headers';
import { LIMITS } from '../limits/limits';
import { ApiProblem } from '../problems/problems';

const MAX_BYTES = 25 * 1024 * 1024;
const TRANSFER_MS = LIMITS.arrivalMs + LIMITS.answerMs;

const path = '/v1/engagements/:engagementId/deliverables/:name';
const params = z.object({ engagementId: z.string(), name: z.string() });
const tags = ['deliverables'];

/** Uploading and fetching what was delivered, streamed both ways. */
export const deliverableRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { records }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  app.put(
    path,
    {
      handlerTimeout: TRANSFER_MS,
      onRequest: async ({ headers }) => refuseLength(headers),
      config: {
        problems: [
          'already-done-differently',
          'deliverables-full',
          'digest-mismatch',
          'engagement-closed',
          'precondition-failed',
        ],
      },
      schema: {
        operationId: 'uploadDeliverable',
        tags,
        summary: 'Upload a file of at most 25 MB, with any content type; Content-Digest (sha-256) is checked when sent',
        consumes: ['application/octet-stream'],
        params: params.extend({ name: deliverableNameSchema }),
        headers: z.looseObject({
          'content-digest': z.string().optional().describe('sha-256=:base64: of the content; 422 when it is another'),
          'if-match': z
            .string()
            .optional()
            .describe(
              'The ETag of the file that this one replaces: 412 when it is another, and not yet what Content-Digest announces',
            ),
          'if-none-match': z.string().optional().describe('*: 412 when there is a file of this name already'),
        }),
        body: z.unknown().meta({ type: 'string', format: 'binary' }),
        response: { 200: uploadedSchema, 201: uploadedSchema },
      },
    },
    async (request, reply) => {
      const { engagementId, name } = request.params;
      const judge = async (current: Uploaded | undefined) => {
        const found = visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
        refuseUpload(request.headers, found, current);
        return found;
      };
      const before = await records.deliverables.find(engagementId, name);
      const view = await judge(before);
      if (!(request.body instanceof Readable))
        throw new ApiProblem('malformed-request', 'the body is the file; there is none');
      const announced = announcedSha256(request.headers);
      const reported = reportedSha256(view, name);
      if (announced !== undefined && reported !== undefined && announced !== reported) throw differsFromReport(name);

      try {
        const uploaded = await records.deliverables.upload({
          engagementId,
          name,
          stream: piecesOf(request.body),
          maxBytes: MAX_BYTES,
          expectedSha256: announced ?? reported,
          announcedBytes: Number(request.headers['content-length'] ?? 0),
          judge,
          at: new Date().toISOString(),
          uploadedBy: request.principal.subject,
        });
        return reply.code(before?.sha256 === uploaded.sha256 ? 200 : 201).send(uploaded);
      } catch (error) {
        if (!(error instanceof UploadRefused)) throw error;
        throw uploadProblem(error, announced === undefined ? differsFromReport(name) : undefined);
      } finally {
        // What is left of a refused file is read past: so the answer arrives, and the connection is free again.
        request.raw.resume();
      }
    },
  );

  app.get(
    path,
    {
      handlerTimeout: TRANSFER_MS,
      schema: {
        operationId: 'downloadDeliverable',
        tags,
        summary: 'Fetch a file; its ETag is its SHA-256',
        params,
        response: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.unknown() } } },
          304: z.undefined().describe('Not changed'),
        },
      },
    },
    async (request, reply) => {
      const { engagementId, name } = request.params;
      visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      const found = await records.deliverables.open(engagementId, name);
      if (!found) throw new ApiProblem('not-found', `${engagementId} has no deliverable ${name}`);
      const { uploaded, stream } = found;
      return sendFile(reply, { ...uploaded, type: 'application/octet-stream', stream });
    },
  );
};

/** Judged before anything is read. @throws ApiProblem 413 */
function refuseLength(headers: IncomingHttpHeaders): void {
  if (Number(headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
}

/** Judged before anything is read, and again before the file is there. @throws ApiProblem 409, 412 */
function refuseUpload(headers: IncomingHttpHeaders, { stage }: EngagementView, current: Uploaded | undefined): void {
  if (!UPLOAD_STAGES.includes(stage))
    throw new ApiProblem('engagement-closed', `the engagement is ${stage}; a file comes too late`);
  const etag = current && etagOf(current.sha256);
  const stale = staleness(headers, 'file', etag);
  // Whoever never had the answer and says it again gets it: what is wanted is already so (RFC 9110, 13.1.1).
  const isSo = current !== undefined && current.sha256 === announcedSha256(headers);
  if (stale && !isSo) throw stale;
  if (etag !== undefined && alreadyHas(headers, etag))
    throw new ApiProblem('precondition-failed', `the file is at ${etag}, If-None-Match asks for another`);
}

/** What an upload was refused for; `unannounced` when its digest was not the sender's. */
function uploadProblem({ reason, message }: UploadRefused, unannounced: ApiProblem | undefined): ApiProblem {
  switch (reason) {
    case 'tooLarge':
      return tooLarge();
    case 'digestMismatch':
      return unannounced ?? new ApiProblem('digest-mismatch', message);
    case 'noRoom':
      return new ApiProblem('deliverables-full', message);
    case 'forgotten':
      return new ApiProblem('engagement-closed', message);
  }
}

const tooLarge = () => new ApiProblem('too-large', 'a deliverable has at most 25 MB');

/** A reader that stops early does not close the request with it, on which the answer is still to be sent. */
const piecesOf = (body: Readable) => body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;

/** The digest of a report's file is part of the report: its name keeps its content. */
const reportedSha256 = ({ completionReport }: EngagementView, name: string): string | undefined =>
  completionReport?.deliverables.find((deliverable) => deliverable.name === name)?.sha256;

const differsFromReport = (name: string) =>
  new ApiProblem(
    'already-done-differently',
    `the completion report names ${name} with other content; upload it under another name`,
  );

/** Hexadecimal SHA-256 of a Content-Digest (RFC 9530), when one is sent. @throws ApiProblem 400 */
function announcedSha256({ 'content-digest': digest }: IncomingHttpHeaders): string | undefined {
  if (digest === undefined) return undefined;
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(digest))?.[1];
  if (base64 === undefined)
    throw new ApiProblem('malformed-request', 'Content-Digest reads sha-256=:base64 of 32 bytes:');
  return Buffer.from(base64, 'base64').toString('hex');
}
