import { readFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
}

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Reads it from `/proc`; undefined where there is none, and for a process that has ended. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    // The second field is the program's name in parentheses and may hold blanks; user and system time are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rssKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: rssKiB * 1_024 };
  } catch {
    return undefined;
  }
}
