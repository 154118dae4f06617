/**
 * How the failure of an activity ends that Temporal tries again: whoever reads it under “Pending Activities” learns whether
 * anybody has to act.
 */

export const NOBODY_ACTS = 'Nobody has to act: it is tried again by itself.';

/** `what`: what a person has to do before it can go on. */
export const somebodyActs = (what: string): string => `Somebody has to act: ${what}. Then it goes on by itself.`;
