import { randomUUID } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { Pool } from 'undici';
import { readRetryAfter } from '../../domain/settlement/reply';
import type { Seen } from '../../domain/settlement/reply';

/**
 * How long a call may take, in milliseconds: to connect, to the first byte of the answer, between two bytes of it, and in all;
 * connecting may outlast the last by `connectMs`.
 */
interface SavbTimeouts {
  connectMs: number;
  headersMs: number;
  bodyMs: number;
  totalMs: number;
}

export interface SavbClientOptions {
  /** Address of the bridge in front of SAVB; a path in it is put before every route. */
  url: string;
  token: string;
  timeouts?: SavbTimeouts;
}

interface SavbCall {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Milliseconds since 1970: the first byte leaves before, or nothing does. */
  notAfterMs?: number;
}

const patient: SavbTimeouts = { connectMs: 5_000, headersMs: 20_000, bodyMs: 10_000, totalMs: 30_000 };
const longestReplyBytes = 1024 * 1024;

/** One HTTP call to SAVB, once: no redirect is followed, nothing is sent again, and what was seen is returned, whatever it was. */
export function createSavbClient({ url, token, timeouts = patient }: SavbClientOptions): {
  call(call: SavbCall): Promise<Seen>;
  close(): Promise<void>;
} {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: 16,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    maxResponseSize: longestReplyBytes,
  });

  const call = async ({ method, path, headers, body, notAfterMs = Infinity }: SavbCall): Promise<Seen> => {
    let begun = false;
    const signal = AbortSignal.timeout(timeouts.totalMs);
    const mayBegin = () => (begun = !signal.aborted && Date.now() < notAfterMs);
    const watched = pool.compose(beforeFirstByte(mayBegin));
    try {
      const response = await watched.request({
        method,
        path: pathname.replace(/\/$/, '') + path,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          authorization: `Bearer ${token}`,
          'MS-CorrelationId': randomUUID(),
          ...traceparent(),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
      });
      return seen(response, await response.body.text());
    } catch (error) {
      return { kind: 'failure', beforeSend: !begun, code: codeOf(error) };
    }
  };
  return { call, close: () => pool.close() };
}

/** The trace that this call belongs to, as W3C has it; nothing while there are none. */
function traceparent(): Record<string, string> {
  const headers = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/**
 * Asks, when a request is about to be written to a connection that stands, TLS included, whether it may, in the same turn of
 * the event loop: a process that was stopped and goes on here must not believe that no time has passed. An error before a yes
 * means that no byte has left, which error codes alone cannot tell: a reset has the same code before and after.
 */
const beforeFirstByte =
  (mayBegin: () => boolean): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        handler.onRequestStart?.(controller, context);
        if (!mayBegin() && !controller.aborted) controller.abort(new TooLate());
      },
      onResponseStart: (...given) => handler.onResponseStart?.(...given),
      onResponseData: (...given) => handler.onResponseData?.(...given),
      onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
      onResponseError: (...given) => handler.onResponseError?.(...given),
    });

/** The time in which a request might have begun is over. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}

function seen({ statusCode: status, headers }: Dispatcher.ResponseData, text: string): Seen {
  const retryAfterMs = readRetryAfter([headers['retry-after']].flat()[0], Date.now());
  const response = { kind: 'response' as const, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (text === '') return response;
  try {
    return { ...response, body: JSON.parse(text) as unknown };
  } catch {
    return { ...response, unparsable: true };
  }
}

const codeOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name: string };
  return typeof code === 'string' ? code : name;
};
