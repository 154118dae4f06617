import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { request, type Dispatcher } from 'undici';
import type { CliConfig } from '../../config/cli';
import { problemSchema, type Problem } from '../../contracts/problems';
import { ApiFailure, Unreachable, UsageError } from './failures';

export interface Details {
  query?: Record<string, string | undefined>;
  json?: unknown;
  /** Path of a file to stream as the body. */
  file?: string;
  /** Idempotency-Key. */
  key?: string;
  headers?: Record<string, string | undefined>;
}

export interface Answer<Body> {
  /** 202 means accepted but not decided yet. */
  status: number;
  body: Body;
  etag?: string;
}

export type Api = ReturnType<typeof createApi>;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const json = 'application/json';

/** The thin API as commands call it, with the caller's token or, without one, an operator's of the dev issuer. */
export function createApi({ apiUrl, issuerUrl, token }: CliConfig) {
  let bearer: Promise<string> | undefined;

  async function ask(
    method: Method,
    path: string,
    accept: string,
    { query = {}, json: body, file, key, headers = {} }: Details,
  ): Promise<Heard> {
    bearer ??= token === undefined ? askForToken(issuerUrl, { role: 'operator' }) : Promise.resolve(token);
    const authorization = `Bearer ${await bearer}`;
    const content = file === undefined ? jsonContent(body) : await fileContent(file);
    const url = new URL(`${apiUrl}/v1${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const answer = await exchange(`the API at ${apiUrl} (API_URL)`, url, key, {
      method,
      body: content.body?.(),
      headers: {
        accept: `${accept}, application/problem+json`,
        authorization,
        ...content.headers,
        ...headers,
        'idempotency-key': key,
      },
    });
    if (answer.status >= 300) throw new ApiFailure(problemIn(answer, url.pathname), key, answer.header('retry-after'));
    return answer;
  }

  return {
    /**
     * One call below `/v1`. The answer is trusted to follow the contract.
     * @throws ApiFailure when the answer is no, Unreachable when there is none
     */
    async call<Body>(method: Method, path: string, details: Details = {}): Promise<Answer<Body>> {
      const answer = await ask(method, path, json, details);
      const body = parsed(answer.content);
      if (body === undefined) throw new ApiFailure(unknownProblem(answer.status, `/v1${path}`), details.key);
      return { status: answer.status, body: body as Body, etag: answer.header('etag') };
    },

    /** A document below `/v1` in the media type asked for. @throws as `call` */
    async fetch(path: string, mediaType: string): Promise<Buffer> {
      const { status, content, header } = await ask('GET', path, mediaType, {});
      if (header('content-type')?.startsWith(mediaType)) return content;
      throw new ApiFailure(unknownProblem(status, `/v1${path}`));
    },
  };
}

/** A token of the dev issuer for whoever it is asked for. @throws ApiFailure, Unreachable */
export async function askForToken(
  issuerUrl: string,
  who: { role: string; partnerId?: string; subject?: string; expiresIn?: number },
): Promise<string> {
  const url = new URL(`${issuerUrl}/token`);
  const { body, headers } = jsonContent(who);
  const answer = await exchange(`the dev issuer at ${issuerUrl} (OIDC_ISSUER)`, url, undefined, {
    method: 'POST',
    body: body?.(),
    headers: { accept: json, ...headers },
  });
  const said = parsed(answer.content) as { access_token?: string; error_description?: string } | undefined;
  if (answer.status === 200 && said?.access_token !== undefined) return said.access_token;
  const detail = said?.error_description ?? `${url.href} answered ${answer.status}`;
  throw new ApiFailure({ ...unknownProblem(answer.status, url.pathname), title: 'The issuer gave no token', detail });
}

interface Heard {
  status: number;
  content: Buffer;
  header: (name: string) => string | undefined;
}

async function exchange(
  party: string,
  url: URL,
  key: string | undefined,
  options: Pick<Dispatcher.RequestOptions, 'method' | 'body'> & { headers: Record<string, string | undefined> },
): Promise<Heard> {
  const headers = Object.fromEntries(Object.entries(options.headers).filter(([, value]) => value !== undefined));
  try {
    const answer = await request(url, { ...options, headers, headersTimeout: 30_000, bodyTimeout: 30_000 });
    return {
      status: answer.statusCode,
      content: Buffer.from(await answer.body.bytes()),
      header: (name) => [answer.headers[name]].flat()[0],
    };
  } catch (error) {
    throw new Unreachable(party, error as Error, key);
  }
}

/** Undefined when it is not JSON. */
function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return undefined;
  }
}

const jsonContent = (body: unknown) =>
  body === undefined
    ? { body: undefined, headers: {} }
    : { body: () => JSON.stringify(body), headers: { 'content-type': json } };

/** A file to stream with its length and digest said first (RFC 9530). */
async function fileContent(file: string) {
  try {
    const { size } = await stat(file);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return {
      body: () => createReadStream(file),
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-digest': `sha-256=:${hash.digest('base64')}:`,
      },
    };
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function problemIn({ status, content }: Heard, instance: string): Problem {
  const problem = problemSchema.loose().safeParse(parsed(content));
  return problem.success ? problem.data : unknownProblem(status, instance);
}

const unknownProblem = (status: number, instance: string): Problem => ({
  type: 'about:blank',
  title: 'Not an answer of this API',
  status,
  detail: `${instance} answered ${status} without saying why. Does API_URL name the API?`,
  instance,
});
