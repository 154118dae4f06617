import { setTimeout as pause } from 'node:timers/promises';
import type { AuditEntry, AuditFacts } from '../contracts/audit';
import { chained, type Link } from './auditChain';
import { isDuplicate } from './errors';

/** Where entries are kept. */
export interface AuditStore {
  /** The last entry, or `NO_LINK`. */
  head(): Promise<Link>;
  /** Stores entries in their order and stops at the first that fails. @throws a duplicate when others were first */
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** How many of these entries, from the first on, are stored as they are. */
  storedOf(entries: readonly AuditEntry[]): Promise<number>;
}

/** What became of facts handed over: they are on record, wait in memory for the store, which is away, or are lost. */
export type Written = { stored: true } | { stored: false; waits: boolean; why: unknown };

interface Waiting {
  facts: AuditFacts;
  answer: (written: Written) => void;
}

const MOST_AT_ONCE = 500;

interface AuditWriterOptions {
  /** So many entries may wait in memory. */
  mostWaiting?: number;
  /** An entry of nobody who is known waits only while fewer than these do; all other places are kept for those who are. */
  mostBeforeNobody?: number;
  /** Time between two attempts while the store is away. */
  retryMs?: number;
}

/**
 * Writes entries in groups: whatever came while one group was being stored is the next. Several processes may write to one
 * chain; whose entry takes a number second takes the next one. A store that fails is tried again for as long as the process
 * lives, with the same entries, so that a write that was given up and arrives late is the same write.
 */
export function createAuditWriter(
  store: AuditStore,
  { mostWaiting = 10_000, mostBeforeNobody = 1_000, retryMs = 1_000 }: AuditWriterOptions = {},
) {
  const waiting: Waiting[] = [];
  const closing = new AbortController();
  let head: Link | undefined;
  /** Entries of an attempt that failed: some of them may be stored. */
  let uncertain: AuditEntry[] = [];
  /** Why the store is away; undefined when it is not. */
  let away: { why: unknown } | undefined;
  let draining: Promise<void> | undefined;

  function answerFirst(count: number): void {
    for (const { answer } of waiting.splice(0, count)) answer({ stored: true });
  }

  /** The head is read first: what arrives late after that is noticed, either here or as a duplicate. */
  async function settleUncertain(): Promise<void> {
    const last = await store.head();
    const stored = uncertain.length === 0 ? 0 : await store.storedOf(uncertain);
    answerFirst(stored);
    uncertain = uncertain.slice(stored);
    head = stored === 0 ? last : undefined;
  }

  async function writeGroup(): Promise<void> {
    while (!head) await settleUncertain();
    const facts = waiting.slice(0, MOST_AT_ONCE).map((one) => one.facts);
    if (facts.length === 0) return;
    uncertain = chained(head, facts);
    await store.append(uncertain);
    head = uncertain.at(-1) ?? head;
    uncertain = [];
    away = undefined;
    answerFirst(facts.length);
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      try {
        await writeGroup();
      } catch (error) {
        head = undefined;
        if (isDuplicate(error)) continue;
        away = { why: error };
        for (const { answer } of waiting) answer({ stored: false, waits: true, ...away });
        if (closing.signal.aborted) break;
        await pause(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
    draining = undefined;
  }

  return {
    /** True while there is room for another entry; without it nothing may happen that belongs on record. */
    hasRoom: (): boolean => waiting.length < mostWaiting,

    /** Entries that wait in memory to be stored. */
    waits: (): number => waiting.length,

    /** Puts facts on record. Answers when they are stored, and while the store is away at once. */
    write(facts: AuditFacts): Promise<Written> {
      const places = facts.subject === undefined ? Math.min(mostBeforeNobody, mostWaiting) : mostWaiting;
      if (waiting.length >= places)
        return Promise.resolve({ stored: false, waits: false, why: new Error('too many entries of the audit wait') });
      return new Promise((answer) => {
        waiting.push({ facts, answer });
        if (away) answer({ stored: false, waits: true, ...away });
        draining ??= drain();
      });
    },

    /** Stores what waits, in one more attempt when the store is away, and gives what could not be stored, once. */
    async close(): Promise<AuditFacts[]> {
      closing.abort();
      await draining;
      return waiting.splice(0).map(({ facts }) => facts);
    },
  };
}
