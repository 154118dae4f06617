/** Something only one engagement, partner or batch may hold at a time, held through a claim and never through a projection. */
export interface Claim {
  kind: 'voucher' | 'fifteenDay' | 'referenceNumber' | 'mpnId' | 'location' | 'batchMember';
  key: string;
}

export const claimId = ({ kind, key }: Claim): string => `${kind}:${key}`;

/** How claims name a partner that holds them; an engagement is named by its id alone. */
export const partnerHolder = (partnerId: string): string => `partner:${partnerId}`;

/** The partner a claim's holder is; undefined when it is somebody else. */
export const partnerHolding = (holder: string): string | undefined =>
  holder.startsWith('partner:') ? holder.slice('partner:'.length) : undefined;

/** How claims name a batch that holds them. */
export const batchHolder = (batchId: string): string => `batch:${batchId}`;

/** The batch a claim's holder is; undefined when it is somebody else. */
export const batchHolding = (holder: string): string | undefined =>
  holder.startsWith('batch:') ? holder.slice('batch:'.length) : undefined;
