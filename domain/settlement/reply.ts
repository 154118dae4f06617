import type { Money } from '../../contracts/common';
import { sameMoney } from '../money';
import { SAVB_STATUSES, type SavbStatus } from '../../contracts/names';
import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';

/**
 * Reads what came back from SAVB. One question decides everything: may SAVB have executed the payment request? Whatever
 * is not plainly yes or no is UNKNOWN, and nobody may send again before having looked.
 */

/** What we sent, as far as it decides whether an answer is about it. */
export type Sent = Pick<PaymentRequestBody, 'reference' | 'amount'>;

/**
 * What the client saw. `beforeSend`: the connection never stood, so that no byte can have reached SAVB. `body` is the parsed JSON;
 * `unparsable` says that there was a body, but no readable one.
 */
export type Seen =
  | { kind: 'response'; status: number; body?: unknown; unparsable?: true; retryAfterMs?: number }
  | { kind: 'failure'; beforeSend: boolean; code: string };

/** The request is in SAVB's books, under this number. */
interface Success {
  kind: 'SUCCESS';
  microsoftReferenceNumber: string;
  status: SavbStatus;
}
/** SAVB already has something under our reference: fetch and compare it. A 409 that is not JSON is not SAVB's and stays UNKNOWN. */
interface Duplicate {
  kind: 'DUPLICATE';
}
/** SAVB refused the content and executed nothing; only corrected data under a new key may follow. */
interface Rejected {
  kind: 'REJECTED';
  code: string;
  field?: string;
  message: string;
}
/** SAVB does not know us: a fault of the deployment, not of the engagement. Nothing was executed. */
interface Auth {
  kind: 'AUTH';
  status: 401 | 403;
}
/** SAVB has no room now and executed nothing; same key again, not before `retryAfterMs`, if it named a time. */
interface Throttled {
  kind: 'THROTTLED';
  retryAfterMs?: number;
}
/** Executed or not: nobody knows. */
export interface Unknown {
  kind: 'UNKNOWN';
  why: string;
}
/** No connection, nothing sent. */
interface NotSent {
  kind: 'NOT_SENT';
  code: string;
}

export type Reply = Success | Duplicate | Rejected | Auth | Throttled | Unknown | NotSent;

/** SAVB has another amount under our reference than we sent: money is wrong somewhere, a person must look. */
export interface Conflict {
  kind: 'CONFLICT';
  microsoftReferenceNumber: string;
  amount: Money;
}

/** What a payment request that was sent came to, once a duplicate has been fetched and compared. */
export type Outcome = Exclude<Reply, Duplicate> | Conflict;

/** Why a question to SAVB (lookup, status, registration) has no answer. Asking again is harmless. */
export type NoAnswer = Auth | Throttled | Unknown | NotSent;

/** What a lookup by reference came to. `several`: SAVB has the reference more than once. `byHand`: only a person can look. */
export type Looked =
  | { kind: 'found'; paymentRequest: PaymentRequestReply }
  | { kind: 'several'; microsoftReferenceNumbers: string[] }
  | { kind: 'none' }
  | { kind: 'byHand' }
  | NoAnswer;

/** Answer to a question: `OK` carries a body still to be read, `ABSENT` is a 404. */
export type Answer = { kind: 'OK'; body: unknown } | { kind: 'ABSENT' } | NoAnswer;

/** Classifies the reply to `POST /payment-requests`. */
export function classifyReply(sent: Sent, seen: Seen): Reply {
  if (seen.kind === 'response') {
    const { status, body } = seen;
    if (isSuccess(status))
      return isPaymentRequest(body) ? matchReply(sent, body) : unknown(`${status}, unreadable body`);
    if (status === 409 && isObject(body)) return { kind: 'DUPLICATE' };
    if (status === 400 || status === 404 || status === 422) return { kind: 'REJECTED', ...reasonOf(status, body) };
  }
  return withoutAnswer(seen);
}

/** Classifies the reply to a GET. */
export function classifyAnswer(seen: Seen): Answer {
  if (seen.kind === 'response') {
    const { status, body } = seen;
    if (isSuccess(status)) return isObject(body) ? { kind: 'OK', body } : unknown(`${status}, unreadable body`);
    if (status === 404) return { kind: 'ABSENT' };
  }
  return withoutAnswer(seen);
}

/** Compares what SAVB has under our reference, found after a DUPLICATE or an UNKNOWN, with what we sent. */
export function compareFound(sent: Sent, found: PaymentRequestReply): Success | Conflict | Unknown {
  const { microsoftReferenceNumber, reference, amount } = found;
  if (reference === sent.reference && !sameMoney(sent.amount, amount))
    return { kind: 'CONFLICT', microsoftReferenceNumber, amount: { minor: amount.minor, currency: amount.currency } };
  return matchReply(sent, found);
}

/**
 * Reads a `Retry-After` header (RFC 9110: whole seconds or an HTTP-date) into milliseconds from `nowMs`; undefined when there is
 * none or it is unreadable.
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

const unknown = (why: string): Unknown => ({ kind: 'UNKNOWN', why });

const isSuccess = (status: number) => status >= 200 && status < 300;

function withoutAnswer(seen: Seen): NoAnswer {
  if (seen.kind === 'failure') return seen.beforeSend ? { kind: 'NOT_SENT', code: seen.code } : unknown(seen.code);
  switch (seen.status) {
    case 401:
    case 403:
      return { kind: 'AUTH', status: seen.status };
    case 408:
    case 425:
    case 429:
    case 503:
      return seen.retryAfterMs === undefined
        ? { kind: 'THROTTLED' }
        : { kind: 'THROTTLED', retryAfterMs: seen.retryAfterMs };
    default:
      return unknown(`status ${seen.status}`);
  }
}

function matchReply(sent: Sent, { microsoftReferenceNumber, reference, status, amount }: PaymentRequestReply) {
  if (reference !== sent.reference) return unknown(`answer is about another reference, ${reference}`);
  if (!sameMoney(sent.amount, amount)) return unknown(`answer has another amount, ${amount.minor} ${amount.currency}`);
  return { kind: 'SUCCESS', microsoftReferenceNumber, status } satisfies Success;
}

/** A refusal counts as one even where its body is unreadable: SAVB executes nothing behind these statuses. */
function reasonOf(status: number, body: unknown): Omit<Rejected, 'kind'> {
  const { code, field, message } = isObject(body) ? body : {};
  return {
    code: typeof code === 'string' ? code : `http${status}`,
    ...(typeof field === 'string' && { field }),
    message: typeof message === 'string' ? message : `SAVB answered ${status} without saying why`,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isMoney = (value: unknown): value is Money =>
  isObject(value) && typeof value['minor'] === 'number' && typeof value['currency'] === 'string';

const isPaymentRequest = (body: unknown): body is PaymentRequestReply =>
  isObject(body) &&
  typeof body['microsoftReferenceNumber'] === 'string' &&
  body['microsoftReferenceNumber'] !== '' &&
  typeof body['reference'] === 'string' &&
  SAVB_STATUSES.some((status) => status === body['status']) &&
  isMoney(body['amount']);
