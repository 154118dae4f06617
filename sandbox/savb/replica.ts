import type { Book } from './book';
import { createBook } from './book';
import type { LedgerEntry } from './ledger';

/** A copy of SAVB's book that hears of each entry as much later as SAVB's lookups lag behind. It never unlearns what it knows. */
export interface Replica {
  enter(entry: LedgerEntry): void;
  /** The book as a reader finds it now. */
  book(): Book;
}

export function createReplica(): Replica {
  const copy = createBook();
  let unheard: LedgerEntry[] = [];
  let lagMs = 0;

  const catchUp = () => {
    const heardUntil = Date.now() - lagMs;
    const stillUnheard = unheard.findIndex(({ at }) => lagMs > 0 && Date.parse(at) > heardUntil);
    const heard = stillUnheard === -1 ? unheard : unheard.slice(0, stillUnheard);
    for (const entry of heard) copy.enter(entry);
    unheard = unheard.slice(heard.length);
  };

  return {
    enter(entry) {
      if (entry.type === 'behavior') {
        catchUp();
        lagMs = entry.lookupLagMs;
      } else unheard.push(entry);
    },
    book() {
      catchUp();
      return copy;
    },
  };
}
