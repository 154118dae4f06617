/** Makes a checkout ready to run, with nothing but Node: its dependencies installed, its programs built. Speaks on stderr only. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);
const OLDEST_NODE = [20, 19];
const TELL_MS = 10_000;
/** Folders whose files are served as they stand. */
const AS_THEY_ARE = [path.join('client', 'portal', 'assets')];

/** The folders that hold our code. */
export function rooms() {
  const { include } = JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'));
  return include.filter((entry) => !entry.includes('/') && existsSync(inRoot(entry)));
}

/** Ends the process with one line when this Node is too old for what we depend on. */
export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs `npm ci` when node_modules is missing, was not finished, or is older than the lock file. */
export async function installDependencies() {
  const installed = inRoot('node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs) return;
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await step('Installing dependencies (npm ci)', [...npm, 'ci', '--include=dev', '--no-progress', '--loglevel=error']);
}

/** Compiles everything and bundles the workflows, unless nothing has changed since the last time. Types are checked by `npm test`. */
export async function build() {
  const stampFile = inRoot('dist', '.built-from');
  const stamp = stampOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  await step('Building (tsc)', [
    process.execPath,
    inRoot('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    root,
    '--noCheck',
  ]);
  for (const folder of AS_THEY_ARE) cpSync(inRoot(folder), inRoot('dist', folder), { recursive: true });
  await step('Bundling the workflows', [process.execPath, inRoot('dist', 'worker', 'bundle.js')]);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Changes with the name, size or time of any file that the build reads. */
function stampOfSources() {
  const files = rooms().flatMap((room) =>
    readdirSync(inRoot(room), { recursive: true }).map((file) => path.join(room, file)),
  );
  const hash = createHash('sha256');
  for (const file of ['tsconfig.json', 'package-lock.json', ...files.sort()]) {
    const { mtimeMs, size } = statSync(inRoot(file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** Runs a command and shows what it printed only if it failed: then the process ends with 1. */
async function step(what, [command, ...args]) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1_000)} s`;
  console.error(`${what} …`);
  const ticking = setInterval(() => console.error(`${what} … ${seconds()}`), TELL_MS);
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const failure = await new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? undefined : output.trimEnd() || `ended with code ${code}`));
  });
  clearInterval(ticking);
  if (failure === undefined) return;
  console.error(`${failure}\n${what} failed after ${seconds()}.`);
  process.exit(1);
}
