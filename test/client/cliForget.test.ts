import { run, startApi } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(['forget', ...args], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });

test('a customer is forgotten, and the engagements are named that told of it', async () => {
  const heard = api.answers({ body: { customerId: 'fabrikam', engagements: ['E-1', 'E-2'] } });
  expect(await cli('--customer', 'fabrikam', '--key', 'k-1')).toStrictEqual({
    code: 0,
    stdout: 'fabrikam is forgotten in E-1, E-2.\n',
    stderr: '',
  });
  expect(heard).toMatchObject([{ line: 'POST /v1/customers/fabrikam/erasure', headers: { 'idempotency-key': 'k-1' } }]);
});

test('an id by which nobody is found may be a wrong one: it is told, and the exit code is 1', async () => {
  const body = { customerId: 'fabrikam', engagements: [] };
  api.answers({ body }, { body });
  const stderr = 'fabrikam was found by no current or earlier id\n';
  expect(await cli('--customer', 'fabrikam')).toStrictEqual({ code: 1, stdout: '', stderr });
  const { code, stdout } = await cli('--customer', 'fabrikam', '--json');
  expect({ code, body: JSON.parse(stdout) as unknown }).toStrictEqual({ code: 1, body });
});

test('one engagement is forgotten by its own id', async () => {
  const heard = api.answers({ body: { engagements: ['E-1'] } });
  expect(await cli('--engagement', 'E-1')).toStrictEqual({
    code: 0,
    stdout: 'Its customer is forgotten in E-1.\n',
    stderr: '',
  });
  expect(heard.map(({ line }) => line)).toStrictEqual(['POST /v1/engagements/E-1/erasure']);
});

test('an engagement of which nothing is on record is named', async () => {
  api.answers({ body: { engagements: [] } });
  expect(await cli('--engagement', 'E-1')).toStrictEqual({
    code: 1,
    stdout: '',
    stderr: 'E-1 has nothing on record to forget\n',
  });
});

test('what is still open is told, and the exit code is 1', async () => {
  const title = 'An engagement of the customer is still open';
  const problem = { type: '/problems/customer-still-served', title, status: 409, detail: 'still open: E-1' };
  api.answers({ status: 409, body: { ...problem, instance: '/v1/customers/fabrikam/erasure' } });
  const { code, stdout, stderr } = await cli('--customer', 'fabrikam');
  expect({ code, stdout }).toStrictEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('still open: E-1');
});

test('--json prints the answer', async () => {
  const body = { customerId: 'fabrikam', engagements: ['E-1'] };
  api.answers({ body });
  expect((await cli('--customer', 'fabrikam', '--json')).stdout).toBe(`${JSON.stringify(body, null, 2)}\n`);
});

test.each([[[]], [['--customer', 'no id at all']], [['--customer', 'fabrikam', '--engagement', 'E-1']]])(
  '%j asks nobody',
  async (args) => {
    const heard = api.answers({ body: {} });
    expect((await cli(...args)).code).toBe(2);
    expect(heard).toStrictEqual([]);
  },
);
