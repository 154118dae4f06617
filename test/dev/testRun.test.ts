import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** `dev/test.mjs` in a folder whose tools are stand-ins; each notes in `ran` that it was called. */

const NOTE = `require('node:fs').appendFileSync('ran', require('node:path').basename(__filename) + '\\n');`;
const TOOL = `#!/usr/bin/env node
  ${NOTE}
  process.exitCode = process.env.FAILS === require('node:path').basename(__filename) ? 1 : 0;
`;
const JEST = `#!/usr/bin/env node
  const { argv, env } = process;
  const project = argv[argv.indexOf('--selectProjects') + 1];
  require('node:fs').appendFileSync('ran', 'jest ' + project + '\\n');
  if (env.LEAVES) {
    const left = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    require('node:fs').writeFileSync('left', String(left.pid));
    left.unref();
  }
  if (env.HANGS) setInterval(() => {}, 1_000);
  else if (!env.CRASHES) {
    const report = { numPassedTests: 20, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, ...JSON.parse(env.REPORT ?? '{}') };
    require('node:fs').writeFileSync(argv[argv.indexOf('--outputFile') + 1], JSON.stringify(report));
  }
  process.exitCode = Number(env.JEST_CODE ?? 0);
`;

let clone: string;
const inClone = (...parts: string[]) => path.join(clone, ...parts);

beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'planning-services-test-run-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(inClone(file)), { recursive: true });
    writeFileSync(inClone(file), text);
    chmodSync(inClone(file), 0o755);
  };
  for (const name of ['test.mjs', 'checkout.mjs'])
    cpSync(path.join(__dirname, '..', '..', 'dev', name), inClone('dev', name));
  for (const name of ['prettier', 'eslint', 'depcruise', 'tsc']) write(`node_modules/.bin/${name}`, TOOL);
  write('node_modules/.bin/jest', JEST);
  write('dist/dev/provide.js', NOTE);
  write('dev/run.mjs', `import { appendFileSync } from 'node:fs'; appendFileSync('ran', 'run.mjs\\n');`);
  write('tsconfig.json', JSON.stringify({ include: ['dev'] }));
  write('package-lock.json', '{}');
  write('node_modules/.package-lock.json', '{}');
});
afterEach(() => rmSync(clone, { recursive: true }));

const ran = () => (existsSync(inClone('ran')) ? readFileSync(inClone('ran'), 'utf8').trimEnd().split('\n') : []);

function run(env: NodeJS.ProcessEnv = {}): { status: number | null; last: string; said: string } {
  const options = { cwd: clone, env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(process.execPath, [inClone('dev', 'test.mjs')], options);
  return { status, last: stdout.trimEnd().split('\n').at(-1)!, said: stdout };
}

test('every check runs, the cheap ones first, lint beside them, and the last line counts them', () => {
  expect(run()).toMatchObject({ status: 0, last: '47 passed, 0 failed' });
  const inTurn = ['prettier', 'depcruise', 'tsc', 'run.mjs', 'provide.js', 'jest unit', 'jest servers'];
  expect(ran().filter((name) => name !== 'eslint')).toStrictEqual(inTurn);
  expect(ran().indexOf('eslint')).toBeLessThan(ran().indexOf('jest unit'));
});

test('the first stage that fails is the last', () => {
  expect(run({ FAILS: 'prettier' })).toMatchObject({ status: 1, last: '2 passed, 1 failed' });
  expect(ran().toSorted()).toStrictEqual(['eslint', 'prettier']);
});

test('no test runs on what lint refuses', () => {
  expect(run({ FAILS: 'eslint' })).toMatchObject({ status: 1, last: expect.stringMatching(/, 1 failed$/) as string });
  expect(ran()).not.toContain('jest unit');
});

test('tests that fail are counted', () => {
  expect(run({ REPORT: '{"numFailedTests":3}', JEST_CODE: '1' })).toMatchObject({
    status: 1,
    last: '27 passed, 3 failed',
  });
  expect(ran().at(-1)).toBe('jest unit');
});

test('a test that is skipped counts as failed', () => {
  const { status, last, said } = run({ REPORT: '{"numPendingTests":1,"numTodoTests":1}' });
  expect([status, last]).toStrictEqual([1, '27 passed, 2 failed']);
  expect(said).toContain('2 tests were skipped');
});

test('a run that fails without a failed test counts as one', () => {
  expect(run({ JEST_CODE: '1' })).toMatchObject({ status: 1, last: '27 passed, 1 failed' });
});

test('a run without a report counts as failed', () => {
  expect(run({ CRASHES: 'yes' })).toMatchObject({ status: 1, last: '7 passed, 1 failed' });
});

/** Only Linux tells whose a process is. */
if (process.platform === 'linux')
  test('a process that a test left running is ended and counts as failed', () => {
    const { status, last, said } = run({ LEAVES: 'yes' });
    expect([status, last]).toStrictEqual([1, '46 passed, 1 failed']);
    expect(said).toMatch(/left running: .*setInterval/);
    const left = `/proc/${readFileSync(inClone('left'), 'utf8')}/cmdline`;
    expect(existsSync(left) ? readFileSync(left, 'utf8') : '').toBe('');
  }, 20_000);

test('asked to end, it ends what runs and says so', async () => {
  const child = spawn(process.execPath, [inClone('dev', 'test.mjs')], {
    cwd: clone,
    env: { ...process.env, HANGS: 'yes' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (text.includes('Unit tests')) child.kill('SIGTERM');
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
  expect(said.trimEnd().split('\n').at(-1)).toBe('7 passed, 2 failed');
});
