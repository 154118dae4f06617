import { readFile } from 'node:fs/promises';
import { ledgerEntrySchema } from '../../../sandbox/savb/ledger';
import type { Invoice } from './evidence';

/** What the sandbox counted while there was weather. */
export interface WeatherCounts {
  calls: number;
  faults: number;
  byFault: Record<string, number>;
}

export interface Weather {
  seed: number;
  /** Of the calls that meet a fault, 0 to 1. */
  share: number;
  /** The longest that a call is held up or executed late. */
  maxDelayMs: number;
}

export type SavbControl = ReturnType<typeof createSavbControl>;

/** The control routes of SAVB's sandbox. */
export function createSavbControl(savbUrl: string) {
  async function control(method: 'GET' | 'PUT' | 'DELETE', what: string, body?: object): Promise<unknown> {
    const response = await fetch(`${savbUrl}/control/${what}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /control/${what}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    deduplicate: (deduplicates: boolean) => control('PUT', 'behavior', { deduplicates }),
    begin: (weather: Weather) => control('PUT', 'weather', weather),
    counts: async () => (await control('GET', 'weather')) as WeatherCounts,
    end: () => control('DELETE', 'weather'),
  };
}

/** Every invoice that a ledger file says was accepted. */
export async function readInvoices(ledgerFile: string): Promise<Invoice[]> {
  const lines = (await readFile(ledgerFile, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const entry = ledgerEntrySchema.parse(JSON.parse(line));
    return entry.type === 'accepted' ? [entry] : [];
  });
}
