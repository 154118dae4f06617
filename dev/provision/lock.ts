import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** The owner touches its lock this often; one left alone far longer belongs to nobody, whoever has its process id today. */
const TOUCH_MS = 1_000;
const ABANDONED_MS = 15_000;
const LOOK_AGAIN_MS = 50;

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
};

/**
 * Does `work` while no other process, and nobody else in this one, does work under the same lock file.
 * `onWait` is told once whose end is waited for. A lock whose owner has ended is taken over.
 */
export async function withLock<T>(file: string, onWait: (owner: number) => void, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${randomUUID()}`;
  for (let told = false; !(await take(file, mine)); await pause(LOOK_AGAIN_MS)) {
    const owner = await ownerOf(file);
    if (owner?.gone) await takeAway(file, owner.text);
    else if (owner && !told) {
      told = true;
      onWait(owner.pid);
    }
  }
  const touching = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await takeAway(file, mine);
  }
}

async function take(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function ownerOf(file: string): Promise<{ text: string; pid: number; gone: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const pid = Number.parseInt(text, 10);
    const ended = !Number.isNaN(pid) && !isAlive(pid);
    return { text, pid, gone: ended || Date.now() - mtimeMs > ABANDONED_MS };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Removes the lock of that one owner: should the lock have changed hands since it was read, it is put back. */
async function takeAway(file: string, owner: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== owner) await link(aside, file).catch(() => undefined);
  await rm(aside);
}
