import type { AuditEntry, AuditFacts } from '../contracts/audit';
import { fingerprintOf } from './fingerprint';

/** The last entry of a chain, as far as the next one depends on it. */
export type Link = Pick<AuditEntry, 'seq' | 'hash'>;

/** Before the first entry. */
export const NO_LINK: Link = { seq: 0, hash: '0'.repeat(64) };

/** The entries in which these facts follow `last`, in their order. */
export function chained(last: Link, facts: readonly AuditFacts[]): AuditEntry[] {
  let before = last;
  return facts.map((fact) => {
    const unhashed = { ...fact, seq: before.seq + 1, previous: before.hash };
    const entry = { ...unhashed, hash: hashOf(unhashed) };
    before = entry;
    return entry;
  });
}

/** What is wrong with an entry that should follow `before`, in words; undefined when nothing is. */
export function flawOf(entry: AuditEntry, before: Link): string | undefined {
  const { hash, ...unhashed } = entry;
  if (entry.seq !== before.seq + 1) return `entry ${before.seq + 1} is missing; entry ${entry.seq} comes next`;
  if (entry.previous !== before.hash) return `entry ${entry.seq} does not follow entry ${before.seq} as it is now`;
  return hash === hashOf(unhashed) ? undefined : `entry ${entry.seq} was changed after it was written`;
}

const hashOf = (unhashed: Omit<AuditEntry, 'hash'>): string => fingerprintOf('audit entry', unhashed);
