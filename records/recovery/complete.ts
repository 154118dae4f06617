import type { Db } from 'mongodb';
import { claimId, type Claim } from '../../domain/claims';
import type { Holding } from '../../domain/recovery/holdings';
import type { ClaimRow } from '../claims';
import { unlessDuplicate } from '../errors';
import type { AnyDocument, Kind } from './kinds';
import { recordOf } from './subjects';

/** What is in nobody's record the same way twice; a person has to look. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
}

/**
 * Puts messages on record that are missing there, and answers how many. What is forgotten of a subject is forgotten of
 * these, too. May be repeated.
 * @throws Contradiction when another message is on record in the place of one of these
 */
export async function addToRecord(db: Db, kind: Kind, id: string, documents: readonly AnyDocument[]): Promise<number> {
  const standing = await recordOf(db, kind, id);
  const missing = missingIn(standing, documents, `${kind.name} ${id}`);
  if (missing.length === 0) return 0;
  const isForgotten = standing.some(({ forgotten }) => forgotten === true);
  const rows = missing.map((document) => ({ ...(isForgotten && kind.forget ? kind.forget(document) : document) }));
  // What somebody else puts there meanwhile must not keep the rest away.
  await unlessDuplicate(db.collection(kind.events).insertMany(rows, { ordered: false }));
  const [left] = missingIn(await recordOf(db, kind, id), documents, `${kind.name} ${id}`);
  if (left)
    throw new Contradiction(
      `${kind.name} ${id}: ${left.messageId} is on record, but not on version ${left.fromVersion}`,
    );
  return missing.length;
}

/** Those that are not on record. @throws Contradiction when another message is in the place of one */
function missingIn(
  standing: readonly AnyDocument[],
  documents: readonly AnyDocument[],
  subject: string,
): AnyDocument[] {
  const at = new Map(standing.map((document) => [document.fromVersion, document.messageId]));
  for (const { fromVersion, messageId } of documents) {
    const other = at.get(fromVersion) ?? messageId;
    if (other !== messageId)
      throw new Contradiction(`${subject}: on version ${fromVersion} ${other} is on record, not ${messageId}`);
  }
  return documents.filter(({ fromVersion }) => !at.has(fromVersion));
}

const collectionOf = ({ kind }: Claim): string => (kind === 'voucher' ? 'vouchers' : 'claims');
const idOf = (claim: Claim): string => (claim.kind === 'voucher' ? claim.key : claimId(claim));

/**
 * Forgets who holds what, to be told anew by every record, but for what is held by `unclear`: what they hold nobody can tell.
 * Only while nobody works with the database.
 */
export async function emptyClaims(db: Db, unclear: readonly string[]): Promise<void> {
  for (const name of ['vouchers', 'claims']) await db.collection(name).deleteMany({ heldBy: { $nin: [...unclear] } });
}

/** Has a holder hold what its record says; answers with what somebody else holds, who is named. */
export async function holdClaims(db: Db, holder: string, holdings: readonly Holding[]): Promise<string[]> {
  const taken: string[] = [];
  for (const { claim, messageId, since } of holdings) {
    const rows = db.collection<ClaimRow>(collectionOf(claim));
    const row = { _id: idOf(claim), heldBy: holder, messageId, claimedAt: new Date(since) };
    if (await unlessDuplicate(rows.insertOne(row))) continue;
    const other = await rows.findOne({ _id: row._id });
    if (other?.heldBy !== holder) taken.push(`${claimId(claim)} is held by ${other?.heldBy}, and by ${holder}`);
  }
  return taken;
}
