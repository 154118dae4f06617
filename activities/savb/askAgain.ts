import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { NoAnswer } from '../../domain/settlement/reply';
import { retryDelayMs } from '../../domain/settlement/retries';
import { NOBODY_ACTS, somebodyActs } from '../whoActs';

/**
 * The failures that make Temporal run an activity again at the right time. Waiting in a retry, not in a timer, keeps history
 * from growing. To be made inside an activity.
 */

/** Of what stays unclear. */
const ASKS_A_PERSON = `${NOBODY_ACTS} Should it stay unclear, a task asks a person.`;

/** SAVB gave no answer. Types `SavbNotReached`, `SavbThrottled`, `SavbRefusesUs`, `SavbUnknown`. */
export function askAgain(because: NoAnswer, longestRetryMs: number): ApplicationFailure {
  const delayMs = retryDelayMs(because, activityInfo().attempt, longestRetryMs, Math.random());
  switch (because.kind) {
    case 'NOT_SENT':
      return later(
        'SavbNotReached',
        `SAVB is not reachable (${because.code}); nothing was sent. ${NOBODY_ACTS}`,
        delayMs,
      );
    case 'THROTTLED':
      return later('SavbThrottled', `SAVB has no room now. ${NOBODY_ACTS}`, delayMs);
    case 'AUTH':
      return later(
        'SavbRefusesUs',
        `SAVB does not accept our token (${because.status}). ${somebodyActs('start the workers with a SAVB_TOKEN it accepts')}`,
        delayMs,
      );
    case 'UNKNOWN':
      return later('SavbUnknown', `SAVB’s answer does not help: ${because.why}. ${ASKS_A_PERSON}`, delayMs);
  }
}

/** It is too early to send again or to look. */
export const waitUntil = (instantMs: number, why: string): ApplicationFailure =>
  later('SavbUnknown', `${why}. ${ASKS_A_PERSON}`, Math.max(0, instantMs - Date.now()));

/** SAVB answered, and what is waited for has not happened: no fault of anybody's. */
export const noNews = (message: string, delayMs: number): ApplicationFailure =>
  later('SavbHasNoNews', `${message}. ${NOBODY_ACTS}`, delayMs, ApplicationFailureCategory.BENIGN);

function later(
  type: string,
  message: string,
  delayMs: number,
  category?: ApplicationFailureCategory,
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: false,
    // Temporal takes a delay of nothing for the end of all retries.
    nextRetryDelay: Math.max(1, Math.ceil(delayMs)),
    category,
  });
}

/**
 * Throws the benign `SavbHasNoNews` from the instant `notAfter` on: a person is about to be asked whether anything is still to go
 * out (E17). Whoever waited while no worker ran must not be quicker than that question.
 */
export function refuseLate(reference: string, notAfter: string | undefined, delayMs: number): void {
  if (notAfter !== undefined && Date.now() >= Date.parse(notAfter))
    throw noNews(`the payment window of ${reference} is over`, delayMs);
}
