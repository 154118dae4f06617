import type { Comparison } from '../contracts/reconciliation';
import { entryOf, type Entry, type Owner, type RequestOnRecord } from '../domain/settlement/ownBooks';
import {
  compareBooks,
  COMPARED_BY_HAND,
  comparisonOf,
  confirmed,
  type Booking,
  type Found,
  type Tally,
} from '../domain/settlement/reconciliation';
import { inChunks } from '../records/inChunks';
import { alive } from './savb/alive';
import { askAgain } from './savb/askAgain';
import type { Dependencies } from './dependencies';
import { MOST_LISTED } from './workflowCheck';

/** Owners read at a time. */
const OWNERS_AT_ONCE = 500;

/** The activity that compares SAVB's books with ours; it may run again at any point. */
export function createReconciliation({ records, paymentTool, pace }: Dependencies) {
  return {
    /**
     * Compares SAVB's list with our payment requests, and opens and closes the tasks about what differs. Both sides are
     * read again before a difference is believed. `at` is the instant at which the reconciliation began. Throws when
     * MongoDB does not answer, and retryable failures when SAVB does not.
     */
    compareWithSavb: (at: string): Promise<Comparison> =>
      alive(async () => {
        const first = await compare(at);
        if (!first) return COMPARED_BY_HAND;
        const again = first.found.length === 0 ? first : await compare(at);
        if (!again) return COMPARED_BY_HAND;
        const tally = confirmed(first, again);
        const found = await named(tally.found);
        return {
          ...comparisonOf({ ...tally, found }, MOST_LISTED),
          tasks: await records.differenceTasks.follow(found, at),
        };
      }),
  };

  /** Undefined where only a person can list what SAVB has. */
  async function compare(at: string): Promise<Tally | undefined> {
    const ours = await ourBooks();
    const theirs = await theirBooks();
    return theirs && compareBooks(ours, theirs, { at, lagMs: pace.quarantineMs });
  }

  async function ourBooks(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const rows of inChunks(records.paymentRequests.entries(), OWNERS_AT_ONCE)) {
      const owners = await ownersOf(rows.map(ownerIdOf));
      entries.push(...rows.map((row) => entryOf(row, owners.get(ownerIdOf(row) ?? ''))));
    }
    return entries;
  }

  async function theirBooks(): Promise<Booking[] | undefined> {
    const bookings = new Map<string, Booking>();
    for (let after: string | undefined; ;) {
      const page = await paymentTool.list(after);
      if (page.kind === 'byHand') return undefined;
      if (page.kind !== 'page') throw askAgain(page, pace.longestRetryMs);
      const known = bookings.size;
      for (const { microsoftReferenceNumber, reference, status, amount } of page.items)
        bookings.set(microsoftReferenceNumber, { microsoftReferenceNumber, reference, status, amount });
      if (page.next === undefined) return [...bookings.values()];
      if (bookings.size === known)
        throw askAgain({ kind: 'UNKNOWN', why: 'its list comes to no end' }, pace.longestRetryMs);
      after = page.next;
    }
  }

  async function ownersOf(ids: readonly (string | undefined)[]): Promise<Map<string, Owner>> {
    const wanted = [...new Set(ids.filter((id) => id !== undefined))];
    const [engagements, batches] = await Promise.all([
      records.engagements.viewsOf(wanted),
      records.batches.viewsOf(wanted),
    ]);
    return new Map<string, Owner>([
      ...batches.map((view) => [view.batchId, view] as const),
      ...engagements.map((view) => [view.engagementId, view] as const),
    ]);
  }

  /** Says whose a request is that only SAVB has, as far as its reference tells. */
  async function named(found: Found[]): Promise<Found[]> {
    const unnamed = found.filter(({ partnerId }) => partnerId === undefined);
    const ids = unnamed.flatMap(({ reference }) => /^(.+):invoice:\d+$/.exec(reference)?.[1] ?? []);
    const views = new Map((await records.engagements.viewsOf(ids)).map((view) => [view.engagementId, view]));
    return found.map((difference) => {
      const view = difference.partnerId === undefined && views.get(difference.reference.replace(/:invoice:\d+$/, ''));
      return view ? { ...difference, engagementId: view.engagementId, partnerId: view.partnerId } : difference;
    });
  }
}

const ownerIdOf = ({ engagementId, batchId }: RequestOnRecord): string | undefined => engagementId ?? batchId;
