import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { paymentRequestBodySchema, savbStatusSchema } from '../../contracts/savb';

const at = z.iso.datetime();

const longestLagMs = 24 * 60 * 60 * 1_000;

/** What SAVB does that nobody has promised: `deduplicates` by reference or not, and how far its GETs lag behind, in milliseconds. */
export const behaviorSchema = z.strictObject({
  deduplicates: z.boolean(),
  lookupLagMs: z.int().min(0).max(longestLagMs),
});
export type Behavior = z.infer<typeof behaviorSchema>;

/** A line of the ledger: what SAVB accepted, how far it has come, who is registered (no location: all of them), how SAVB behaves. */
export const ledgerEntrySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('accepted'),
    at,
    microsoftReferenceNumber: z.string(),
    request: paymentRequestBodySchema,
  }),
  z.strictObject({
    type: z.literal('status'),
    at,
    microsoftReferenceNumber: z.string(),
    status: savbStatusSchema,
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('registration'),
    at,
    offering: z.string(),
    locationId: z.string().optional(),
    registered: z.boolean(),
  }),
  z.strictObject({ type: z.literal('behavior'), at, ...behaviorSchema.shape }),
]);
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export interface Ledger {
  /** Adds an entry; it is on disk once `durable` resolves. */
  append(entry: LedgerEntry): void;
  /** Resolves when all that was appended is on disk; rejects for ever once a write has failed. */
  durable(): Promise<void>;
  /** Writes what is still to be written, if it can. */
  close(): Promise<void>;
}

/**
 * Opens or creates a ledger, one JSON entry a line, and hands what it holds to `enter`. An unfinished last line, left by a crash and
 * never acknowledged, is cut off. @throws Error naming the line that is no entry or that `enter` does not take
 */
export async function openLedger(ledgerFile: string, enter: (entry: LedgerEntry) => unknown): Promise<Ledger> {
  await mkdir(dirname(ledgerFile), { recursive: true });
  const file = await open(ledgerFile, 'a');
  try {
    const text = await readFile(ledgerFile, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) await file.truncate(Buffer.byteLength(whole));
    await syncFolder(dirname(ledgerFile));
    for (const [index, line] of whole.split('\n').slice(0, -1).entries())
      try {
        enter(ledgerEntrySchema.parse(JSON.parse(line)));
      } catch (cause) {
        throw new Error(`${ledgerFile}, line ${index + 1}: no entry that can stand here`, { cause });
      }
    return writeTo(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A new file survives a crash only once its folder is on disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Entries that arrive while the disk is busy share the next write and its fsync. */
function writeTo(file: Awaited<ReturnType<typeof open>>): Ledger {
  let waiting: string[] = [];
  let written = Promise.resolve();
  const write = async () => {
    const lines = waiting.join('');
    waiting = [];
    await file.appendFile(lines);
    await file.datasync();
  };
  return {
    append(entry) {
      waiting.push(`${JSON.stringify(entry)}\n`);
      if (waiting.length > 1) return;
      written = written.then(write);
      written.catch(() => undefined); // whoever asks `durable` hears of it
    },
    durable: () => written,
    async close() {
      await written.catch(() => undefined);
      await file.close();
    },
  };
}
