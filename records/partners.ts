import type { Db } from 'mongodb';
import type { PartnerFacts } from '../contracts/partner';

export type Partners = ReturnType<typeof createPartners>;

/** What is on record of each partner; `_id` is its partnerId. */
export function createPartners(db: Db) {
  const partners = db.collection<PartnerFacts & { _id: string }>('partners');
  return {
    /** The facts every eligibility rule is judged by. */
    facts: async (partnerId: string): Promise<PartnerFacts | undefined> =>
      (await partners.findOne<PartnerFacts>({ _id: partnerId }, { projection: { _id: 0 } })) ?? undefined,

    /** Records the facts in place of what was known. */
    async put(facts: PartnerFacts): Promise<void> {
      await partners.replaceOne({ _id: facts.partnerId }, facts, { upsert: true });
    },
  };
}
