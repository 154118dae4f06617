import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uploadedSchema, type EngagementView } from '../../../contracts/engagement';
import { deliverableNameSchema } from '../../../contracts/messages';
import type { Role } from '../../../contracts/names';
import { UploadRefused } from '../../../records/deliverables';
import { actorOf, visible } from '../access';
import type { ApiDependencies } from '../dependencies';
import { sendFile } from '../headers';
import { problemAnswers } from '../openapi';
import { ApiProblem } from '../problems';

const MAX_BYTES = 25 * 1024 * 1024;
const UPLOAD_ROLES: readonly Role[] = ['consultant', 'partnerAdmin', 'globalAdmin', 'operator'];

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
      onRequest: async ({ headers }) => refuseLength(headers),
      schema: {
        tags,
        summary: 'Upload a file of at most 25 MB, with any content type; Content-Digest (sha-256) is checked when sent',
        params: params.extend({ name: deliverableNameSchema }),
        response: { 200: uploadedSchema, 201: uploadedSchema, ...problemAnswers },
      },
    },
    async (request, reply) => {
      const { engagementId, name } = request.params;
      const { principal } = request;
      const view = visible(principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      const { subject: uploadedBy } = actorOf(request, UPLOAD_ROLES, view.partnerId);
      if (!(request.body instanceof Readable))
        throw new ApiProblem('malformed-request', 'the body is the file; there is none');
      const announced = announcedSha256(request.headers);
      const reported = reportedSha256(view, name);
      if (announced !== undefined && reported !== undefined && announced !== reported) throw differsFromReport(name);

      const before = await records.deliverables.find(engagementId, name);
      try {
        const uploaded = await records.deliverables.upload({
          engagementId,
          name,
          stream: piecesOf(request.body),
          maxBytes: MAX_BYTES,
          expectedSha256: announced ?? reported,
          at: new Date().toISOString(),
          uploadedBy,
        });
        return reply.code(before?.sha256 === uploaded.sha256 ? 200 : 201).send(uploaded);
      } catch (error) {
        if (!(error instanceof UploadRefused)) throw error;
        if (error.reason === 'tooLarge') throw tooLarge();
        throw announced === undefined ? differsFromReport(name) : new ApiProblem('digest-mismatch', error.message);
      } finally {
        // What is left of a refused file is read past: so the answer arrives, and the connection is free again.
        request.raw.resume();
      }
    },
  );

  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Fetch a file; its ETag is its SHA-256',
        params,
        response: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.unknown() } } },
          304: z.undefined().describe('Not changed'),
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const { engagementId, name } = request.params;
      visible(request.principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
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
