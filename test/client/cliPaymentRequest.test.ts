import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../../contracts/problems';
import { run, startApi, type Said } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
let folder: string;
beforeAll(async () => {
  api = await startApi();
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const answering = (type: string, body: string): Said => ({ headers: { 'content-type': type }, body });

const none: Problem = {
  type: '/problems/not-found',
  title: 'There is nothing here for you',
  status: 404,
  detail: 'the invoice of E-1001 is made when it is sent',
  instance: '/v1/engagements/E-1001/payment-request/invoice',
};

describe('invoice', () => {
  const pdf = '%PDF-1.3 the invoice';
  const sha256 = createHash('sha256').update(pdf).digest('hex');

  test('is put where it is wanted and told by its digest', async () => {
    const heard = api.answers(answering('application/pdf', pdf));
    const file = join(folder, 'mine.pdf');
    expect(await cli('invoice', 'E-1001', '--out', file)).toStrictEqual({
      code: 0,
      stdout: `${file}: ${pdf.length} bytes, sha256 ${sha256}\n`,
      stderr: '',
    });
    expect(await readFile(file, 'utf8')).toBe(pdf);
    expect(heard[0]).toMatchObject({
      line: 'GET /v1/engagements/E-1001/payment-request/invoice',
      headers: { accept: 'application/pdf, application/problem+json', authorization: 'Bearer mine' },
    });
  });

  test('is told to a program in JSON', async () => {
    api.answers(answering('application/pdf', pdf));
    const file = join(folder, 'program.pdf');
    const { stdout } = await cli('invoice', 'E-1001', '--out', file, '--json');
    expect(JSON.parse(stdout)).toStrictEqual({ file, bytes: pdf.length, sha256 });
  });

  test('is named by its engagement unless told otherwise', async () => {
    api.answers(answering('application/pdf', pdf));
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await cli('invoice', 'E-1001')).stdout).toContain('E-1001-invoice.pdf: 20 bytes');
    } finally {
      process.chdir(before);
    }
    expect(await readFile(join(folder, 'E-1001-invoice.pdf'), 'utf8')).toBe(pdf);
  });

  test('that is not made yet is a no, and no file', async () => {
    api.answers({ status: 404, body: none });
    const file = join(folder, 'none.pdf');
    const { code, stderr } = await cli('invoice', 'E-1001', '--out', file);
    expect(code).toBe(1);
    expect(stderr).toContain('the invoice of E-1001 is made when it is sent');
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is not taken from whoever answers with something else', async () => {
    api.answers(answering('text/html', '<p>Sign in</p>'));
    const { code, stderr } = await cli('invoice', 'E-1001', '--out', join(folder, 'page.pdf'));
    expect(code).toBe(1);
    expect(stderr).toContain('Does API_URL name the API?');
    await expect(readFile(join(folder, 'page.pdf'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('that cannot be written is wrong usage', async () => {
    api.answers(answering('application/pdf', pdf));
    const file = join(folder, 'nowhere', 'mine.pdf');
    const { code, stderr } = await cli('invoice', 'E-1001', '--out', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(`${file} cannot be written: ENOENT`);
  });
});

describe('sheet', () => {
  test('is printed as text, whatever somebody put in it', async () => {
    const heard = api.answers(answering('text/plain; charset=utf-8', 'Offering: DDPS\nTotal: 1\u001b[2J SEK\n'));
    expect(await cli('sheet', 'E-1001')).toStrictEqual({
      code: 0,
      stdout: 'Offering: DDPS\nTotal: 1 [2J SEK\n',
      stderr: '',
    });
    expect(heard[0]).toMatchObject({
      line: 'GET /v1/engagements/E-1001/payment-request/sheet',
      headers: { accept: 'text/plain, application/problem+json' },
    });
  });

  test('is a page to print on paper, in a file', async () => {
    const heard = api.answers(answering('text/html; charset=utf-8', '<!doctype html>\n'));
    const file = join(folder, 'sheet.html');
    expect(await cli('sheet', 'E-1001', '--html', '--out', file)).toStrictEqual({
      code: 0,
      stdout: `${file}: 16 bytes\n`,
      stderr: '',
    });
    expect(await readFile(file, 'utf8')).toBe('<!doctype html>\n');
    expect(heard[0]?.headers.accept).toBe('text/html, application/problem+json');
  });

  test('of a consultant is a no', async () => {
    const title = 'Your role may not do this';
    api.answers({
      status: 403,
      body: { ...none, type: '/problems/forbidden', title, status: 403, detail: 'for operator' },
    });
    const { code, stdout, stderr } = await cli('sheet', 'E-1001');
    expect({ code, stdout }).toStrictEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('for operator');
  });
});

describe('of a batch', () => {
  test('the sheet is printed', async () => {
    const heard = api.answers(answering('text/plain; charset=utf-8', 'Offering: DDPS\n'));
    expect((await cli('batch', 'sheet', 'B-7')).stdout).toBe('Offering: DDPS\n');
    expect(heard[0]?.line).toBe('GET /v1/batches/B-7/payment-request/sheet');
  });

  test('the invoice is put where it is wanted', async () => {
    const heard = api.answers(answering('application/pdf', '%PDF'));
    const file = join(folder, 'batch.pdf');
    expect((await cli('batch', 'invoice', 'B-7', '--out', file)).code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('%PDF');
    expect(heard[0]?.line).toBe('GET /v1/batches/B-7/payment-request/invoice');
  });

  test.each(['sheet', 'invoice'])('%s has help with examples', async (command) =>
    expect((await cli('batch', command, '--help')).stdout).toContain(`  engagements batch ${command} `),
  );
});
