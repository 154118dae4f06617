import type { FileHandle } from 'node:fs/promises';
import { appendFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerEntry } from '../../sandbox/savb/ledger';
import { openLedger } from '../../sandbox/savb/ledger';
import { temporaryFolder } from './running';

const at = '2020-09-01T12:00:00.000Z';
const entry = (n: number): LedgerEntry => ({
  type: 'status',
  at,
  microsoftReferenceNumber: `SAVB-${n}`,
  status: 'approved',
});

const ledgerIn = (folder: string) => join(folder, 'ledger.jsonl');

async function opened(ledgerFile: string) {
  const entries: LedgerEntry[] = [];
  const ledger = await openLedger(ledgerFile, (read) => entries.push(read));
  return { ledger, entries };
}

/** Lets the test say when, and whether, an fsync ends. */
async function heldFsync(folder: string) {
  const probe = await open(folder, 'r');
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const ends: ((error?: Error) => void)[] = [];
  jest
    .spyOn(handles, 'datasync')
    .mockImplementation(
      () => new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
    );
  return ends;
}

const begun = async (ends: unknown[], count: number) => {
  while (ends.length < count) await new Promise(setImmediate);
};

afterEach(() => jest.restoreAllMocks());

describe('the ledger of the SAVB sandbox', () => {
  test('gives back what was appended, in order', async () => {
    const ledgerFile = join(await temporaryFolder(), 'new', 'folder', 'ledger.jsonl');
    const first = await opened(ledgerFile);
    expect(first.entries).toStrictEqual([]);
    for (const n of [1, 2, 3]) first.ledger.append(entry(n));
    await first.ledger.close();

    const { ledger, entries } = await opened(ledgerFile);
    await ledger.close();
    expect(entries).toStrictEqual([entry(1), entry(2), entry(3)]);
  });

  test('is durable only after the fsync, and entries that come meanwhile share the next one', async () => {
    const folder = await temporaryFolder();
    const { ledger } = await opened(ledgerIn(folder));
    const ends = await heldFsync(folder);
    const acknowledged: number[] = [];
    const append = (n: number) => {
      ledger.append(entry(n));
      return ledger.durable().then(() => acknowledged.push(n));
    };

    const first = append(1);
    await begun(ends, 1);
    const rest = Promise.all([2, 3, 4].map(append));
    expect(acknowledged).toStrictEqual([]);
    ends[0]?.();
    await first;
    await begun(ends, 2);
    expect(acknowledged).toStrictEqual([1]);
    ends[1]?.();
    await rest;
    expect(acknowledged).toStrictEqual([1, 2, 3, 4]);
    await ledger.close();
    expect(ends).toHaveLength(2);
  });

  test('is never durable again after a failed fsync', async () => {
    const folder = await temporaryFolder();
    const { ledger } = await opened(ledgerIn(folder));
    const ends = await heldFsync(folder);
    ledger.append(entry(1));
    await begun(ends, 1);
    ends[0]?.(new Error('no space'));
    await expect(ledger.durable()).rejects.toThrow('no space');
    ledger.append(entry(2));
    await expect(ledger.durable()).rejects.toThrow('no space');
    await ledger.close();
  });

  test('loses an unfinished last line, and goes on after the whole ones', async () => {
    const ledgerFile = ledgerIn(await temporaryFolder());
    await writeFile(ledgerFile, `${JSON.stringify(entry(1))}\n{"type":"status","at":"2020`);
    const { ledger, entries } = await opened(ledgerFile);
    expect(entries).toStrictEqual([entry(1)]);
    ledger.append(entry(2));
    await ledger.close();
    expect(await readFile(ledgerFile, 'utf8')).toBe(`${JSON.stringify(entry(1))}\n${JSON.stringify(entry(2))}\n`);
  });

  test.each(['{"type":"status"}', 'rubbish', ''])('is not opened with the line %p in it', async (line) => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const ledgerFile = ledgerIn(folder);
    await appendFile(ledgerFile, `${JSON.stringify(entry(1))}\n${line}\n`);
    await expect(opened(ledgerFile)).rejects.toThrow(`${ledgerFile}, line 2: no entry that can stand here`);
  });
});
