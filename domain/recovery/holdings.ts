import { claimId, type Claim } from '../claims';
import type { Recorded } from '../record';
import type { Step } from './steps';

/** Something that is held, the message by which it came to be, and the instant of that. */
export interface Holding {
  claim: Claim;
  messageId: string;
  since: string;
}

/** What is held at the end of a record. */
export function holdingsOf<State>(
  steps: readonly Step<State, Recorded<{ at: string }>>[],
  claimsOf: (state: State) => Claim[],
): Holding[] {
  let held = new Map<string, Holding>();
  for (const { document, after } of steps) {
    const { messageId, events } = document;
    const since = events[0]?.at ?? '';
    held = new Map(
      claimsOf(after).map((claim) => [claimId(claim), held.get(claimId(claim)) ?? { claim, messageId, since }]),
    );
  }
  return [...held.values()];
}
