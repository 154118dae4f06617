import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { PaymentRequest } from '../contracts/engagement';
import type { PaymentRequestReply } from '../contracts/savb';
import type { SavbAnswer } from '../domain/engagement/message';
import type { Effect } from '../domain/settlement/effect';
import { requestBodyOf } from '../domain/settlement/paymentRequest';
import { compareFound, type NoAnswer, type Unknown } from '../domain/settlement/reply';
import { isNews, type Progress } from '../domain/settlement/statusOrder';
import type { Attempt, AttemptOutcome } from '../records/paymentRequests';
import type { Dependencies } from './dependencies';
import type { LookupOutcome, SheetLine, SubmitOutcome } from './savb/paymentTool';

type Submit = Extract<Effect, { kind: 'submit' }>;
type Poll = Extract<Effect, { kind: 'poll' }>;

/** After so many attempts whose fate is unknown a person has to look. */
const MOST_UNKNOWNS = 3;

/** An authorization fault is the deployment's; nobody gains from asking fast. */
const AUTH_RETRY_MS = 5 * 60_000;

/** The longest a `Retry-After` is believed. */
const LONGEST_THROTTLE_MS = 60 * 60_000;

/** The activities that speak to SAVB. Both are safe to run again at any point. */
export function createSettlement({ records, paymentTool, pace }: Dependencies) {
  const { paymentRequests } = records;

  return {
    /**
     * Sends a payment request under its stable key: attempt on record, call, result on record. After an attempt whose
     * fate is unknown it waits out the quarantine, looks the reference up, and only then sends again. Throws retryable
     * failures `SavbNotReached`, `SavbThrottled`, `SavbRefusesUs`, `SavbUnknown` that carry the delay to the next attempt.
     */
    async submitPaymentRequest({ request }: Submit): Promise<SavbAnswer> {
      const settled = await settleEarlierAttempts(request);
      if (settled) return settled;
      const { attempt, previous } = await paymentRequests.beginAttempt(request.reference, new Date().toISOString());
      const mayHaveSent = previous && !IN_VAIN.includes(previous.outcome.class);
      if (mayHaveSent || !(await paymentRequests.isCurrent(request.reference, attempt)))
        throw await stepBack(request, attempt);
      const outcome = await alive(() => paymentTool.submit(requestBodyOf(request)));
      await paymentRequests.finishAttempt(request.reference, attempt, outcomeOf(outcome));
      if (outcome.kind === 'UNKNOWN') throw later('SavbUnknown', notKnown(outcome), pace.quarantineMs);
      return answerTo(outcome);
    },

    /**
     * Waits, by failing and being tried again, until SAVB's status is news. Throws the benign `SavbHasNoNews` until then,
     * and what `submitPaymentRequest` throws while SAVB does not answer.
     */
    async pollPaymentStatus({ microsoftReferenceNumber, known }: Poll): Promise<SavbAnswer> {
      const found = await alive(() => paymentTool.status(microsoftReferenceNumber));
      if (found.kind !== 'found') throw notAnswered(answerless(found, `no request ${microsoftReferenceNumber}`));
      const answer = newsIn(found.paymentRequest, known);
      if (answer) return answer;
      const message = `${microsoftReferenceNumber} is still ${found.paymentRequest.status}`;
      throw later('SavbHasNoNews', message, pace.pollIntervalMs, ApplicationFailureCategory.BENIGN);
    },
  };

  /** Somebody else is at it: whatever runs beside this attempt may still reach SAVB, so this one sends nothing. */
  async function stepBack({ reference }: PaymentRequest, attempt: number): Promise<ApplicationFailure> {
    await paymentRequests.finishAttempt(reference, attempt, {
      class: 'NOT_SENT',
      message: 'another attempt is under way',
    });
    return later('SavbUnknown', `another attempt at ${reference} is under way`, pace.quarantineMs);
  }

  /**
   * What earlier attempts came to: an answer that is on record, or one found by looking after an attempt whose fate is
   * unknown. Undefined when the request is certainly not with SAVB and may be sent.
   */
  async function settleEarlierAttempts(request: PaymentRequest): Promise<SavbAnswer | undefined> {
    const attempts = (await paymentRequests.get(request.reference))?.attempts ?? [];
    const onRecord = attempts.map(({ outcome }) => outcome && answerOnRecord(outcome)).find((answer) => answer);
    if (onRecord) return onRecord;
    const doubtful = attempts.filter(isDoubtful);
    const last = doubtful.at(-1);
    if (!last) return undefined;
    const waitMs = Date.parse(last.startedAt) + pace.quarantineMs - Date.now();
    if (waitMs > 0)
      throw later('SavbUnknown', `attempt ${last.attempt} at ${request.reference} may still arrive`, waitMs);
    const found = await alive(() => paymentTool.findByReference(request.reference));
    if (found.kind === 'found') {
      const outcome = compareFound(requestBodyOf(request), found.paymentRequest);
      await paymentRequests.finishAttempt(request.reference, last.attempt, outcomeOf(outcome));
      return answerTo(outcome);
    }
    if (found.kind !== 'none') throw notAnswered(answerless(found, 'only a person can look'));
    for (const { attempt } of doubtful)
      await paymentRequests.finishAttempt(request.reference, attempt, { class: 'ABSENT' });
    const since = activityInfo().scheduledTimestampMs;
    const unknowns = attempts.filter(
      (attempt) =>
        Date.parse(attempt.startedAt) >= since && (isDoubtful(attempt) || attempt.outcome?.class === 'ABSENT'),
    );
    return unknowns.length >= MOST_UNKNOWNS
      ? {
          status: 'unknown',
          why: `${unknowns.length} attempts of unknown fate, and SAVB does not know ${request.reference}.`,
        }
      : undefined;
  }
}

/** How an attempt ends that SAVB certainly did not execute, so that another may follow. */
const IN_VAIN: readonly AttemptOutcome['class'][] = ['NOT_SENT', 'THROTTLED', 'AUTH', 'ABSENT', 'byHand'];

const isDoubtful = ({ outcome }: Attempt): boolean => outcome === undefined || outcome.class === 'UNKNOWN';

/** The answer an attempt had, if it had a final one: whoever asks again gets it again, and nothing is sent. */
function answerOnRecord({
  class: kind,
  microsoftReferenceNumber = '',
  code,
  message = '',
}: AttemptOutcome): SavbAnswer | undefined {
  switch (kind) {
    case 'SUCCESS':
      return { status: 'submitted', microsoftReferenceNumber };
    case 'REJECTED':
      return { status: 'rejected', message, ...(code !== undefined && { code }) };
    case 'CONFLICT':
      return {
        status: 'unknown',
        why: `SAVB has ${microsoftReferenceNumber} under our reference, over another amount.`,
      };
    default:
      return undefined;
  }
}

/** A lookup that found nothing, or that only a person can make, leaves it open. */
const answerless = (found: Exclude<LookupOutcome, { kind: 'found' }>, why: string): NoAnswer =>
  found.kind === 'none' || found.kind === 'byHand' ? { kind: 'UNKNOWN', why } : found;

const HEARTBEAT_MS = 3_000;

/** Shows that this worker still lives while SAVB takes its time; a dead one is replaced within the heartbeat timeout. */
async function alive<T>(call: () => Promise<T>): Promise<T> {
  const beating = setInterval(heartbeat, HEARTBEAT_MS);
  try {
    return await call();
  } finally {
    clearInterval(beating);
  }
}

/** What goes on record of an outcome. */
function outcomeOf(outcome: SubmitOutcome): AttemptOutcome {
  switch (outcome.kind) {
    case 'SUCCESS':
    case 'CONFLICT':
      return { class: outcome.kind, microsoftReferenceNumber: outcome.microsoftReferenceNumber };
    case 'REJECTED': {
      const { code, field, message } = outcome;
      return { class: 'REJECTED', code, message: field === undefined ? message : `${field}: ${message}` };
    }
    case 'UNKNOWN':
      return { class: 'UNKNOWN', message: outcome.why };
    default:
      return { class: outcome.kind };
  }
}

function answerTo(outcome: SubmitOutcome): SavbAnswer {
  switch (outcome.kind) {
    case 'byHand':
      return { status: 'byHand', sheet: sheetText(outcome.sheet) };
    case 'SUCCESS':
    case 'REJECTED':
    case 'CONFLICT':
      return answerOnRecord(outcomeOf(outcome))!;
    default:
      throw notAnswered(outcome);
  }
}

const sheetText = (sheet: readonly SheetLine[]): string =>
  sheet.map(({ label, value }) => `${label}: ${value}`).join('\n');

/** The failure that makes Temporal try again at the right time. */
function notAnswered(outcome: NoAnswer): ApplicationFailure {
  switch (outcome.kind) {
    case 'NOT_SENT':
      return later('SavbNotReached', `SAVB is not reachable (${outcome.code}); nothing was sent`);
    case 'THROTTLED':
      return later(
        'SavbThrottled',
        'SAVB has no room now',
        Math.min(outcome.retryAfterMs ?? 0, LONGEST_THROTTLE_MS) || undefined,
      );
    case 'AUTH':
      return later(
        'SavbRefusesUs',
        `SAVB does not accept our token (${outcome.status}): check SAVB_TOKEN`,
        AUTH_RETRY_MS,
      );
    case 'UNKNOWN':
      return later('SavbUnknown', notKnown(outcome));
  }
}

const notKnown = ({ why }: Unknown): string => `SAVB may have it or not: ${why}`;

function later(
  type: string,
  message: string,
  delayMs?: number,
  category?: ApplicationFailureCategory,
): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: false, nextRetryDelay: delayMs, category });
}

/** What is worth waking the workflow for: eventful statuses that are news, and a `sent` that tells of an approval nobody saw. */
function newsIn({ status, code, message }: PaymentRequestReply, known: Progress): SavbAnswer | undefined {
  if (!isNews(known, status)) return undefined;
  switch (status) {
    case 'validating':
      return undefined;
    case 'sent':
      return known.approvedAt === undefined ? { status } : undefined;
    case 'rejected':
    case 'cancelled':
      return { status, message: message ?? `SAVB reports ${status}`, ...(code !== undefined && { code }) };
    default:
      return { status, ...(message !== undefined && { message }) };
  }
}
