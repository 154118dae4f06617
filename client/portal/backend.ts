import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest, InjectOptions } from 'fastify';
import type { Problem } from '../../contracts/problems';

/** The API said no to the person who is signed in. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export interface Answered<Body> {
  status: number;
  body: Body;
  etag?: string;
  /** The name that a PUT was given. */
  key?: string;
}

interface Sent {
  json?: unknown;
  /** Idempotency-Key. */
  key?: string;
  ifMatch?: string;
}

export type Backend = ReturnType<typeof createBackend>;

/** What the pages stand on. */
export interface PageOptions {
  backend: Backend;
  /** Offset from UTC in which calendar days are meant, such as `+00:00`. */
  utcOffset: string;
}

/**
 * The API's own routes, called in this process as the person who is signed in: access, limits, keys and audit hold as for every
 * other caller. Calls count for the browser's address, and the audit names the page's request as what they belong to.
 */
export const createBackend = (app: FastifyInstance) => (request: FastifyRequest) => {
  const { person, ip, id } = request;
  const headers = { authorization: `Bearer ${person.token}`, 'x-request-id': id };

  /** @throws Refused */
  async function ask<Body>(options: InjectOptions): Promise<Answered<Body>> {
    const answer = await app.inject({ ...options, remoteAddress: ip, headers: { ...headers, ...options.headers } });
    const body = answer.json<unknown>();
    if (answer.statusCode >= 300) throw new Refused(body as Problem);
    const { etag, 'idempotency-key': key } = answer.headers;
    return {
      status: answer.statusCode,
      body: body as Body,
      ...(typeof etag === 'string' && { etag }),
      ...(typeof key === 'string' && { key }),
    };
  }

  return {
    /** Reads what is below `/v1`; what a query leaves undefined or empty is not asked for. @throws Refused */
    get: <Body>(path: string, query: Record<string, string | number | undefined> = {}): Promise<Answered<Body>> => {
      const given = Object.entries(query).flatMap(([name, value]) =>
        value === undefined || value === '' ? [] : [[name, String(value)]],
      );
      return ask({ method: 'GET', url: `/v1${path}`, query: Object.fromEntries(given) as Record<string, string> });
    },

    /** Says something to what is below `/v1`. @throws Refused */
    send: <Body>(method: 'POST' | 'PUT', path: string, { json = {}, key, ifMatch }: Sent): Promise<Answered<Body>> =>
      ask({
        method,
        url: `/v1${path}`,
        payload: json as object,
        headers: {
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
      }),

    /** Uploads a file as it arrives. @throws Refused */
    upload: <Body>(path: string, content: Readable): Promise<Answered<Body>> =>
      ask({
        method: 'PUT',
        url: `/v1${path}`,
        payload: content,
        headers: { 'content-type': 'application/octet-stream' },
      }),

    /** A file as it comes, with what is said of it. @throws Refused */
    async download(path: string): Promise<{ headers: Record<string, string>; content: Readable }> {
      const answer = await app.inject({
        method: 'GET',
        url: `/v1${path}`,
        remoteAddress: ip,
        headers,
        payloadAsStream: true,
      });
      const content = answer.stream();
      if (answer.statusCode >= 300)
        throw new Refused(JSON.parse(Buffer.concat(await content.toArray()).toString()) as Problem);
      const kept = ['content-type', 'content-length', 'content-disposition'].flatMap((name) => {
        const value = answer.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      });
      return { headers: Object.fromEntries(kept) as Record<string, string>, content };
    },
  };
};
