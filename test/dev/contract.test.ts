import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { contractText, typesCommand } from '../../dev/docs/contract';
import { inRepository } from '../../dev/repository';

const run = promisify(execFile);
const lint = inRepository('dev', 'docs', 'lint.mjs');
const released = inRepository('docs', 'openapi.json');

test('docs/openapi.json is current: `npm run docs` writes it', async () =>
  expect(await readFile(released, 'utf8')).toBe(await contractText()));

test('docs/openapi.d.ts is current', async () => {
  await run(process.execPath, typesCommand('--check'));
});

test('the linter finds nothing to say about the contract', async () => {
  expect((await run(process.execPath, [lint])).stdout).toBe('');
});

test('the linter says what is wrong, a line for each', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-contract-'));
  const broken = (await readFile(released, 'utf8')).replace('"operationId": "getCatalogue",', '');
  await writeFile(path.join(folder, 'openapi.json'), broken);
  await expect(run(process.execPath, [lint, path.join(folder, 'openapi.json')])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^warn operation-operationId #\/paths\/~1v1~1catalogue\/get/) as string,
  });
  await rm(folder, { recursive: true });
});
