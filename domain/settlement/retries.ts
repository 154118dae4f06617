import type { NoAnswer } from './reply';

/**
 * When SAVB is asked again that gave no answer. It is met with patience: the delays grow quickly to `longestRetryMs`, 12 minutes
 * unless set otherwise, so that one payment request knocks ten times in any hour at most, for as long as SAVB is down.
 */

/** The delays grow threefold from this share of the longest: from ten seconds to twelve minutes. */
const FIRST_SHARE = 1 / 72;
const GROWTH = 3;

/** So often SAVB is believed that it will have room as soon as it says. */
const PROMPT_TRIES = 4;

/** The longest a `Retry-After` is believed. */
const LONGEST_THROTTLE_MS = 60 * 60_000;

/** Delays are longer by up to this share, so that those who failed together do not come back together. */
const SPREAD = 0.2;
/** Where SAVB named the time. */
const SPREAD_OF_TOLD = 0.05;

/**
 * Milliseconds until SAVB is asked again. `tries` counts them from 1; `chance` is random, from 0 to below 1.
 */
export function retryDelayMs(because: NoAnswer, tries: number, longestRetryMs: number, chance: number): number {
  if (because.kind === 'THROTTLED' && because.retryAfterMs !== undefined) {
    const told = Math.min(because.retryAfterMs, LONGEST_THROTTLE_MS);
    return (tries <= PROMPT_TRIES ? told : Math.max(told, longestRetryMs)) * (1 + SPREAD_OF_TOLD * chance);
  }
  const grown = Math.min(longestRetryMs * FIRST_SHARE * GROWTH ** (tries - 1), longestRetryMs);
  // A token that is not accepted is the deployment's fault: nobody gains from asking fast.
  return (because.kind === 'AUTH' ? longestRetryMs : grown) * (1 + SPREAD * chance);
}
