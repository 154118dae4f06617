import { csv } from '../../client/cli/csv';
import { run, startApi, started, task } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });

test('a list is one CSV however many pages it has', async () => {
  const second = { ...started, engagementId: 'E-2', customer: { name: 'Tailspin "Toys", Inc.', country: 'DE' } };
  const heard = api.answers({ body: { items: [started], next: 'c2' } }, { body: { items: [second] } });
  expect(await cli('list', '--stage', 'awaitingVoucher', '--csv')).toStrictEqual({
    code: 0,
    stderr: '',
    stdout: [
      'engagement,stage,partner,type,customer,voucher,awaiting,next deadline,tasks',
      'E-1001,awaitingVoucher,contoso-services,windowsOffice,"Fabrikam AG, SE",,assignVoucher from customer,2020-09-08 00:00 UTC,0',
      'E-2,awaitingVoucher,contoso-services,windowsOffice,"Tailspin ""Toys"", Inc., DE",,assignVoucher from customer,2020-09-08 00:00 UTC,0',
      '',
    ].join('\n'),
  });
  expect(heard.map(({ line }) => line)).toStrictEqual([
    'GET /v1/engagements?stage=awaitingVoucher',
    'GET /v1/engagements?stage=awaitingVoucher&after=c2',
  ]);
});

test.each([
  ['tasks', { items: [task] }, /^task,kind,partner,for,owner,age,due,resolutions,title\nE-1001:paymentHeld:1,/],
  ['batches', { items: [] }, /^batch,stage,partner,location,vouchers,total,payment request,next deadline,tasks\n$/],
])('%s come as CSV, too; without any there are the titles alone', async (command, body, expected) => {
  api.answers({ body });
  expect((await cli(command, '--csv')).stdout).toMatch(expected);
});

test.each([['--json'], ['--limit', '5'], ['--after', 'c2']])('CSV is the whole list, so not with %s', async (...more) =>
  expect(await cli('list', '--csv', ...more)).toMatchObject({ code: 2, stdout: '' }),
);

test('a spreadsheet takes nothing for a formula, and no line ends within a cell', () =>
  expect(csv([{ title: 'customer', value: (name: string) => name }], ['=1+1', '@SUM(A1)', 'two\nlines'])).toBe(
    "customer\n'=1+1\n'@SUM(A1)\ntwo lines",
  ));
