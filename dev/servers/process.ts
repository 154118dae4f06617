import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessOptions {
  /** Names the process in lines and errors. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** File that everything it prints is appended to. */
  log: string;
  /** Answers whether it can be used; asked again and again until it can. */
  ready: () => Promise<boolean>;
  readyWithinMs?: number;
  /** How long it may take to end after SIGTERM, before SIGKILL. */
  graceMs?: number;
}

/** A process that we started, and that is ended with us. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** Sends a signal. Resolves once the process has ended, or at once for SIGSTOP and SIGCONT, which end nothing. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it: SIGTERM, then SIGKILL after the grace. Nothing happens when it has ended before. */
  stop(): Promise<void>;
  /** Starts it again with the same options, once the earlier process has ended. Resolves when it is ready. */
  restart(): Promise<void>;
  /** Calls back when a process ends that neither `kill` nor `stop` was called for. */
  onUnexpectedEnd(listener: (reason: string) => void): void;
}

const LOOK_MS = 30;

const ours = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of ours) child.kill('SIGKILL');
});

/**
 * Starts a process and waits until it is ready. It gets a process group of its own, so that Ctrl-C reaches us alone and we
 * stop everything in order.
 * @throws Error that names the process and holds the end of its log, when it ends or is not ready in time
 */
export async function startProcess(options: ProcessOptions): Promise<Running> {
  const { name, log, graceMs = 10_000 } = options;
  let current = launch(options);
  let expected = false;
  const listeners: ((reason: string) => void)[] = [];
  const watch = async () => {
    const watched = current;
    const reason = await watched.ended;
    if (watched === current && !expected) for (const listener of listeners) listener(reason);
  };
  const kill = async (signal: NodeJS.Signals) => {
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return void current.child.kill(signal);
    expected = true;
    current.child.kill(signal);
    await current.ended;
  };
  await becomeReady(options, current);
  void watch();
  return {
    name,
    log,
    get pid() {
      return current.child.pid!;
    },
    kill,
    async stop() {
      const hardStop = setTimeout(() => current.child.kill('SIGKILL'), graceMs);
      current.child.kill('SIGCONT');
      await kill('SIGTERM');
      clearTimeout(hardStop);
    },
    async restart() {
      await current.ended;
      current = launch(options);
      expected = false;
      await becomeReady(options, current);
      void watch();
    },
    onUnexpectedEnd: (listener) => void listeners.push(listener),
  };
}

interface Launched {
  child: ChildProcess;
  /** Resolves with the reason, in words, when the process has ended. */
  ended: Promise<string>;
  hasEnded: boolean;
}

function launch({ command, args, env = process.env, log }: ProcessOptions): Launched {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  ours.add(child);
  const launched: Launched = { child, hasEnded: false, ended: Promise.resolve('') };
  launched.ended = new Promise((resolve) => {
    const end = (reason: string) => {
      launched.hasEnded = true;
      ours.delete(child);
      resolve(reason);
    };
    child.once('error', ({ message }) => end(`could not be started (${message})`));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
  });
  return launched;
}

async function becomeReady({ name, log, ready, readyWithinMs = 30_000 }: ProcessOptions, launched: Launched) {
  for (const deadline = Date.now() + readyWithinMs; ; await pause(LOOK_MS)) {
    if (launched.hasEnded) throw new Error(`${name} ${await launched.ended} before it was ready. ${await endOf(log)}`);
    if ((await ready()) && !launched.hasEnded) return;
    if (launched.hasEnded) continue;
    if (Date.now() < deadline) continue;
    launched.child.kill('SIGKILL');
    await launched.ended;
    throw new Error(`${name} was not ready within ${readyWithinMs / 1_000} s. ${await endOf(log)}`);
  }
}

async function endOf(log: string): Promise<string> {
  const text = (await readFile(log, 'utf8')).trimEnd();
  return text ? [`The end of ${log}:`, ...text.split('\n').slice(-8)].join('\n') : `It logged nothing to ${log}.`;
}
