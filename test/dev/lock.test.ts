import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withLock } from '../../dev/provision/lock';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('one at a time, also when many find the lock of an owner that has ended', async () => {
  const file = path.join(folder, 'lock');
  await writeFile(file, `${spawnSync(process.execPath, ['--version']).pid} gone`);
  let inside = 0;
  let most = 0;
  const visit = () =>
    withLock(
      file,
      () => undefined,
      async () => {
        most = Math.max(most, (inside += 1));
        await readdir(folder);
        inside -= 1;
      },
    );
  await Promise.all(Array.from({ length: 20 }, visit));
  expect(most).toBe(1);
  expect(await readdir(folder)).toStrictEqual([]);
});

test('a lock that somebody else took over meanwhile is left to them', async () => {
  const file = path.join(folder, 'lock');
  await withLock(
    file,
    () => undefined,
    () => writeFile(file, 'theirs'),
  );
  expect(await readFile(file, 'utf8')).toBe('theirs');
});

test('work that fails frees the lock and fails with its own error', async () => {
  const file = path.join(folder, 'lock');
  const work = () => Promise.reject(new Error('no luck'));
  await expect(withLock(file, () => undefined, work)).rejects.toThrow('no luck');
  expect(await readdir(folder)).toStrictEqual([]);
});

test('a folder that is not there is an error, not a wait', async () => {
  const file = path.join(folder, 'missing', 'lock');
  await expect(
    withLock(
      file,
      () => undefined,
      async () => 'never',
    ),
  ).rejects.toThrow(/ENOENT/);
});
