import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = (name: string) => path.join(__dirname, '..', '..', 'dev', name);

/** Stand-ins for npm, tsc and the bundler, each of which notes that it ran. */
const NPM = `
  const { appendFileSync, cpSync, mkdirSync, writeFileSync } = require('node:fs');
  appendFileSync('ran', 'npm ' + process.argv.slice(2, 4).join(' ') + '\\n');
  if (process.env.NPM_FAILS) { console.error('no such package'); process.exit(1); }
  mkdirSync('node_modules/typescript/bin', { recursive: true });
  cpSync('tsc.js', 'node_modules/typescript/bin/tsc');
  writeFileSync('node_modules/.package-lock.json', '{}');
  console.log('added 1 package');
`;
const TSC = `
  const { appendFileSync, cpSync } = require('node:fs');
  appendFileSync('ran', 'tsc\\n');
  if (process.env.TSC_FAILS) { console.log('main.ts(1,1): error TS1'); process.exit(2); }
  cpSync('compiled', 'dist', { recursive: true });
`;
const BUNDLER = `require('node:fs').appendFileSync('ran', 'bundle\\n'); console.log('bundled');`;
const PROGRAM = `
  console.log(JSON.stringify({ main: require.main === module, args: process.argv.slice(2) }));
  process.exitCode = 7;
`;

/** Served as it stands. */
const STYLES = 'client/portal/assets/portal.css';

let clone: string;
const inClone = (...parts: string[]) => path.join(clone, ...parts);
function write(file: string, text: string): void {
  mkdirSync(path.dirname(inClone(file)), { recursive: true });
  writeFileSync(inClone(file), text);
}

beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'planning-services-clone-'));
  for (const name of ['run.mjs', 'checkout.mjs']) cpSync(script(name), inClone('dev', name));
  write('npm.js', NPM);
  write('tsc.js', TSC);
  write('compiled/worker/bundle.js', BUNDLER);
  write('compiled/client/main.js', PROGRAM);
  write('package-lock.json', '{}');
  write(
    'tsconfig.json',
    JSON.stringify({ include: ['client', 'dev', 'domain', 'domain/data/*.json', 'not-there-yet'] }),
  );
  write('domain/data/rules.json', '{}');
  write(STYLES, 'body {}');
});
afterEach(() => rmSync(clone, { recursive: true }));

/** Runs the bootstrap; `ran` lists which tools it called this time. */
function run(args: string[] = [], more: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []) {
  rmSync(inClone('ran'), { force: true });
  const env = { ...process.env, npm_execpath: inClone('npm.js'), ...more };
  const all = [...nodeArgs, inClone('dev', 'run.mjs'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: clone, env, encoding: 'utf8' });
  const ran = existsSync(inClone('ran')) ? readFileSync(inClone('ran'), 'utf8').trimEnd().split('\n') : [];
  return { status, stdout, stderr, ran };
}

test('a fresh clone is installed, built and run; only the program speaks on standard output', () => {
  expect(run(['client/main', 'list', '--json'])).toStrictEqual({
    status: 7,
    stdout: '{"main":true,"args":["list","--json"]}\n',
    stderr: 'Installing dependencies (npm ci) …\nBuilding (tsc) …\nBundling the workflows …\n',
    ran: ['npm ci --include=dev', 'tsc', 'bundle'],
  });
});

describe('after that', () => {
  beforeEach(() => run());

  test('nothing is done again', () => {
    expect(run(['client/main'])).toMatchObject({ status: 7, stderr: '', ran: [] });
  });

  test('without a program it ends well', () => {
    expect(run()).toStrictEqual({ status: 0, stdout: '', stderr: '', ran: [] });
  });

  test.each(['domain/data/rules.json', 'domain/new.ts', STYLES, 'tsconfig.json'])(
    'a change of %s builds again',
    (file) => {
      write(file, JSON.stringify({ include: ['client', 'dev', 'domain'] }));
      expect(run().ran).toStrictEqual(['tsc', 'bundle']);
    },
  );

  test('what is served as it stands lies beside the compiled code, as it is now', () => {
    const built = () => readFileSync(inClone('dist', STYLES), 'utf8');
    expect(built()).toBe('body {}');
    write(STYLES, 'body { margin: 0 }');
    run();
    expect(built()).toBe('body { margin: 0 }');
  });

  test('a newer lock file installs again', () => {
    const later = new Date(Date.now() + 60_000);
    utimesSync(inClone('package-lock.json'), later, later);
    expect(run().ran[0]).toBe('npm ci --include=dev');
  });

  test('an installation that was not finished is done again', () => {
    rmSync(inClone('node_modules', '.package-lock.json'));
    expect(run().ran).toStrictEqual(['npm ci --include=dev']);
  });

  test('a build that fails shows why, runs nothing and is done again, though its cause is undone', () => {
    write('domain/new.ts', '');
    expect(run(['client/main'], { TSC_FAILS: 'yes' })).toStrictEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/\nmain\.ts\(1,1\): error TS1\nBuilding \(tsc\) failed after 0 s\.\n$/) as string,
      ran: ['tsc'],
    });
    rmSync(inClone('domain', 'new.ts'));
    expect(run().ran).toStrictEqual(['tsc', 'bundle']);
  });
});

test('an installation that fails shows why', () => {
  expect(run(['client/main'], { NPM_FAILS: 'yes' })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('no such package\nInstalling dependencies (npm ci) failed') as string,
  });
});

test('a Node that is too old is told which one is needed', () => {
  write('old.cjs', `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });`);
  expect(run([], {}, ['--require', inClone('old.cjs')])).toStrictEqual({
    status: 1,
    stdout: '',
    stderr: 'Node 20.19 or newer is needed, this is 18.20.0.\n',
    ran: [],
  });
});
