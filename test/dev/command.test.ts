import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../dev/provision/command';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

const node = (script: string, quietMs?: number) =>
  runCommand(
    process.execPath,
    ['-e', script, folder],
    quietMs === undefined ? {} : { download: { folder, quietMs, onGrowth: () => undefined } },
  );

test('a command answers with its standard output', async () => {
  expect(await node('console.error("noise"); console.log("found")')).toBe('found\n');
});

test('a command that fails is told by the last line it complained with', async () => {
  await expect(node('console.log("a"); console.error("b\\nc\\n"); process.exitCode = 3')).rejects.toThrow(/^c$/);
});

test('a command that fails without complaint is told by the last line it printed', async () => {
  await expect(node('console.log("a"); process.exitCode = 3')).rejects.toThrow(/^a$/);
});

test('a command that fails in silence is told by its exit code', async () => {
  await expect(node('process.exitCode = 3')).rejects.toThrow(/^ended with code 3$/);
});

test('a command that is not installed is told so', async () => {
  await expect(runCommand('no-such-program', [])).rejects.toThrow(/^no-such-program is not installed$/);
});

test('a command that may not be run is told so', async () => {
  await expect(runCommand(folder, [])).rejects.toThrow(/^cannot be run \(EACCES\)$/);
});

test('a download from which nothing arrives is ended', async () => {
  await expect(node('setInterval(() => {}, 1_000)', 100)).rejects.toThrow(/^nothing arrives any more$/);
});

test('a download that grows is left alone, however long it says nothing', async () => {
  const grow = `
    const file = require('node:path').join(process.argv[1], 'part');
    const timer = setInterval(() => require('node:fs').appendFileSync(file, 'more'), 100);
    setTimeout(() => clearInterval(timer), 2_000);
  `;
  expect(await node(grow, 700)).toBe('');
});
