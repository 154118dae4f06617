import type { Db } from 'mongodb';
import { claimId, type Claim } from '../domain/claims';
import { unlessDuplicate } from './errors';

/** Who holds a claim, through which message, and since when by the clock of the process that took it. */
export interface ClaimRow {
  _id: string;
  heldBy: string;
  messageId: string;
  claimedAt: Date;
}

/**
 * How long a claim stands without an event that holds it. It is taken before its event is inserted, so a young claim may
 * belong to a message in the middle of being handled; an attempt at handling one must end well within this time.
 */
export const CLAIM_GRACE_MS = 60_000;

interface ClaimsDependencies {
  /** Whether the recorded events of the holder (an engagement, a partner or a batch) hold the claim. */
  holds: (holder: string, claim: Claim) => Promise<boolean>;
  /** The real clock: a claim's age has nothing to do with business time. */
  now?: () => Date;
}

export type Claims = ReturnType<typeof createClaims>;

/**
 * Uniqueness across engagements, partners and batches, which `holder` names as `domain/claims` does. Every change names the row
 * as it was read, so of two at once one changes nothing.
 */
export function createClaims(db: Db, { holds, now = () => new Date() }: ClaimsDependencies) {
  const rowsOf = ({ kind }: Claim) => db.collection<ClaimRow>(kind === 'voucher' ? 'vouchers' : 'claims');
  const idOf = (claim: Claim) => (claim.kind === 'voucher' ? claim.key : claimId(claim));

  const isAbandoned = async (claim: Claim, { heldBy, claimedAt }: ClaimRow) =>
    now().getTime() - claimedAt.getTime() > CLAIM_GRACE_MS && !(await holds(heldBy, claim));

  return {
    /**
     * Tries to take the claim and answers who holds it now. Taking what one holds makes the claim young again, for
     * another message may be about to rely on it. An abandoned claim of somebody else is taken over.
     */
    async take(claim: Claim, holder: string, messageId: string): Promise<string> {
      const rows = rowsOf(claim);
      for (;;) {
        const mine = { heldBy: holder, messageId, claimedAt: now() };
        if (await unlessDuplicate(rows.insertOne({ _id: idOf(claim), ...mine }))) return holder;
        const held = await rows.findOne({ _id: idOf(claim) });
        if (!held) continue;
        if (held.heldBy !== holder && !(await isAbandoned(claim, held))) return held.heldBy;
        const { matchedCount } = await rows.replaceOne(held, mine);
        if (matchedCount === 1) return holder;
      }
    },

    /** Who holds the claim, be it for a message that is being decided on. */
    holderOf: async (claim: Claim): Promise<string | undefined> =>
      (await rowsOf(claim).findOne({ _id: idOf(claim) }))?.heldBy,

    /** Gives the claim up after the event that ended it; a claim the record still holds, or somebody else's, stays. */
    async release(claim: Claim, holder: string): Promise<void> {
      const rows = rowsOf(claim);
      const held = await rows.findOne({ _id: idOf(claim), heldBy: holder });
      if (held && !(await holds(holder, claim))) await rows.deleteOne(held);
    },
  };
}
