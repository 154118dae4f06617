import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** A folder that a command fills by downloading. */
export interface Download {
  folder: string;
  /** The command is ended once it has printed nothing and the folder has kept its size for so long. */
  quietMs: number;
  /** Is told the bytes that have arrived now and then. */
  onGrowth(bytes: number): void;
}

/** Runs a command and answers with its standard output. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; download?: Download },
) => Promise<string>;

const LOOK_MS = 500;
const TELL_MS = 5_000;

/** @throws Error with the last line the command printed */
export const runCommand: RunCommand = (command, args, { env = process.env, download } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { output: '', complaints: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.complaints += text));

    let stalled = false;
    const stopWatching = watch(download, printed, () => {
      stalled = true;
      child.kill('SIGKILL');
    });
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      stopWatching();
      reject(new Error(code === 'ENOENT' ? `${path.basename(command)} is not installed` : `cannot be run (${code})`));
    });
    child.once('close', (exitCode) => {
      stopWatching();
      if (stalled) reject(new Error('nothing arrives any more'));
      else if (exitCode === 0) resolve(printed.output);
      else reject(new Error(lastLine(printed.complaints) || lastLine(printed.output) || `ended with code ${exitCode}`));
    });
  });

function watch(
  download: Download | undefined,
  printed: { output: string; complaints: string },
  onStall: () => void,
): () => void {
  if (!download) return () => undefined;
  let seen = '';
  let changedAt = Date.now();
  let toldAt = Date.now();
  const timer = setInterval(() => {
    void sizeOf(download.folder).then((bytes) => {
      const sight = [bytes, printed.output.length, printed.complaints.length].join();
      const now = Date.now();
      if (sight !== seen) changedAt = now;
      seen = sight;
      if (now - changedAt > download.quietMs) onStall();
      if (bytes === 0 || now - toldAt < TELL_MS) return;
      toldAt = now;
      download.onGrowth(bytes);
    });
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Bytes of all files in a folder; files come and go while it is being filled. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').pop();
