import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { PaymentRequest } from '../contracts/engagement';
import type { SavbStatus } from '../contracts/savb';
import type { SavbAnswer } from '../domain/engagement/message';
import type { Effect } from '../domain/settlement/effect';
import { requestBodyOf } from '../domain/settlement/paymentRequest';
import { compareFound, type NoAnswer } from '../domain/settlement/reply';
import type { AttemptOutcome } from '../records/paymentRequests';
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
      const settled = await settleDoubt(request);
      if (settled) return settled;
      const { attempt, previous } = await paymentRequests.beginAttempt(request.reference, new Date().toISOString());
      if (previous?.outcome.class === 'UNKNOWN') throw await stepBack(request, attempt);
      const outcome = await alive(() => paymentTool.submit(requestBodyOf(request)));
      await paymentRequests.finishAttempt(request.reference, attempt, outcomeOf(outcome));
      return answerTo(outcome);
    },

    /** Waits, by failing and being tried again, until SAVB's status is news. Throws the benign `SavbHasNoNews` until then. */
    async pollPaymentStatus({ microsoftReferenceNumber, known }: Poll): Promise<SavbAnswer> {
      const found = await alive(() => paymentTool.status(microsoftReferenceNumber));
      const answer =
        found.kind === 'found' ? newsIn(found.paymentRequest.status, known, found.paymentRequest) : undefined;
      if (answer) return answer;
      throw later(
        'SavbHasNoNews',
        `${microsoftReferenceNumber}: ${whatWasSeen(found)}`,
        pace.pollIntervalMs,
        ApplicationFailureCategory.BENIGN,
      );
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

  /** Clears up earlier attempts whose fate is unknown. Answers when that settles the matter. */
  async function settleDoubt(request: PaymentRequest): Promise<SavbAnswer | undefined> {
    const attempts = (await paymentRequests.get(request.reference))?.attempts ?? [];
    const doubtful = attempts.filter(({ outcome }) => outcome === undefined || outcome.class === 'UNKNOWN');
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
    if (found.kind !== 'none')
      throw notAnswered(found.kind === 'byHand' ? { kind: 'UNKNOWN', why: 'only a person can look' } : found);
    for (const { attempt } of doubtful)
      await paymentRequests.finishAttempt(request.reference, attempt, { class: 'ABSENT' });
    const inVain = attempts.filter(({ startedAt }) => Date.parse(startedAt) >= activityInfo().scheduledTimestampMs);
    return inVain.length >= MOST_UNKNOWNS
      ? { status: 'unknown', why: `${inVain.length} attempts, and SAVB does not know ${request.reference}.` }
      : undefined;
  }
}

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

function outcomeOf(outcome: SubmitOutcome): AttemptOutcome {
  switch (outcome.kind) {
    case 'SUCCESS':
    case 'CONFLICT':
      return { class: outcome.kind, microsoftReferenceNumber: outcome.microsoftReferenceNumber };
    case 'REJECTED':
      return { class: 'REJECTED', code: outcome.code, message: outcome.message };
    case 'UNKNOWN':
      return { class: 'UNKNOWN', message: outcome.why };
    default:
      return { class: outcome.kind };
  }
}

function answerTo(outcome: SubmitOutcome): SavbAnswer {
  switch (outcome.kind) {
    case 'SUCCESS':
      return { status: 'submitted', microsoftReferenceNumber: outcome.microsoftReferenceNumber };
    case 'REJECTED':
      return {
        status: 'rejected',
        code: outcome.code,
        message: outcome.field === undefined ? outcome.message : `${outcome.field}: ${outcome.message}`,
      };
    case 'CONFLICT': {
      const { minor, currency } = outcome.amount;
      return {
        status: 'unknown',
        why: `SAVB has ${outcome.microsoftReferenceNumber} under our reference over ${minor} ${currency} (minor units).`,
      };
    }
    case 'byHand':
      return { status: 'byHand', sheet: sheetText(outcome.sheet) };
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
      return later('SavbUnknown', `SAVB may have it or not: ${outcome.why}`);
  }
}

function later(
  type: string,
  message: string,
  delayMs?: number,
  category?: ApplicationFailureCategory,
): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: false, nextRetryDelay: delayMs, category });
}

/** Statuses that need nobody: the workflow is not woken for them. */
const UNEVENTFUL: readonly SavbStatus[] = ['validating', 'sent'];

/** `sent` tells of an approval nobody saw; otherwise only eventful statuses that are not known yet are news. */
function newsIn(
  status: SavbStatus,
  known: string,
  { code, message }: { code?: string; message?: string },
): SavbAnswer | undefined {
  if (status === known) return undefined;
  if (status === 'sent' && known !== 'approved' && known !== 'held') return { status: 'sent' };
  if (UNEVENTFUL.includes(status)) return undefined;
  switch (status) {
    case 'rejected':
    case 'cancelled':
      return { status, message: message ?? `SAVB reports ${status}`, ...(code !== undefined && { code }) };
    case 'validating':
      return undefined;
    default:
      return { status, ...(message !== undefined && { message }) };
  }
}

const whatWasSeen = (found: LookupOutcome): string =>
  found.kind === 'found' ? found.paymentRequest.status : found.kind;
