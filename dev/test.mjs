/** `npm test`: every check there is, cheapest first, up to the first that fails. The last line is `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installDependencies, refuseOldNode, rooms, root } from './checkout.mjs';

refuseOldNode();
await installDependencies();

/** Everything that is started here inherits this mark, by which it is found should it be left running. */
const MARK = `PLANNING_SERVICES_TEST_RUN=${randomUUID()}`;
const [markName, markValue] = MARK.split('=');
const env = { ...process.env, [markName]: markValue };

const scratch = mkdtempSync(path.join(tmpdir(), 'planning-services-test-'));
const binary = (name) => path.join('node_modules', '.bin', name);

/** Takes as long as the other checks together, and runs beside them. */
const lint = [['Lint', () => check(binary('eslint'), '.')]];
const checks = [
  ['Format', () => check(binary('prettier'), '--check', '--log-level', 'warn', '.')],
  ['Import rule', () => check(binary('depcruise'), '--output-type', 'err', ...rooms())],
  ['Types', () => check(binary('tsc'), '--noEmit', '-p', '.')],
  ['Build', () => check(process.execPath, path.join('dev', 'run.mjs'))],
  ['Servers', () => check(process.execPath, path.join('dist', 'dev', 'provide.js'))],
];
const tests = [
  ['Unit tests', () => jest('unit', '--maxWorkers=2')],
  // Two that wait for what they started leave cores idle.
  // A server killed under a test may leave a socket behind that keeps jest up; processes left behind are looked for below.
  ['Server tests', () => jest('servers', '--maxWorkers=3', '--forceExit')],
];

const running = new Set();
let interrupted = false;
process.on('SIGINT', () => (interrupted = true));
process.on('SIGTERM', () => {
  interrupted = true;
  for (const child of running) child.kill();
});

const total = { passed: 0, failed: 0 };
const add = ({ passed, failed }) => {
  total.passed += passed;
  total.failed += failed;
};
await Promise.all([through(lint), through(checks)]);
await through(tests);
add(await endLeftovers());
rmSync(scratch, { recursive: true });
if (interrupted) total.failed += 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** One stage after the other, up to the first after which anything has failed. */
async function through(stages) {
  for (const [name, run] of stages) {
    if (total.failed > 0 || interrupted) return;
    console.log(`\n── ${name}`);
    const startedAt = Date.now();
    add(await run());
    console.log(`   ${name}: ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
}

/** Answers with the exit code. */
function execute(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    running.add(child);
    child.once('error', ({ message }) => {
      console.log(message);
      resolve(1);
    });
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
}

async function check(command, ...args) {
  return (await execute(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A test that is skipped counts as failed: none may be. */
async function jest(project, ...options) {
  const report = path.join(scratch, `${project}.json`);
  const code = await execute(binary('jest'), [
    '--selectProjects',
    project,
    ...options,
    '--json',
    '--outputFile',
    report,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) console.log(`${skipped} tests were skipped`);
  const failed = numFailedTests + skipped;
  return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
}

/** Ends what the tests left running and counts it as a failure. Only Linux shows whose processes are whose. */
async function endLeftovers() {
  if (process.platform !== 'linux') return { passed: 0, failed: 0 };
  for (let looks = 0; looks < 30 && leftovers().length > 0; looks += 1) await pause(100);
  const left = leftovers();
  for (const { pid, command } of left) {
    console.log(`left running: ${command}`);
    process.kill(pid, 'SIGKILL');
  }
  return left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function leftovers() {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(MARK)) return [];
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return [];
    }
  });
}
