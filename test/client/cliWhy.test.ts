import type { ChecklistItem } from '../../contracts/partner';
import { viewOf } from '../../domain/batch/view';
import { partnerViewOf } from '../../domain/partner/view';
import { whyBatch } from '../../domain/why/batch';
import { whyEngagement } from '../../domain/why/engagement';
import { whyPartner } from '../../domain/why/partner';
import { BATCH_IN_STAGE } from '../support/inEveryStage';
import { givenPartner } from '../support/partnerGiven';
import { active } from '../support/partnerStory';
import { run, startApi, started, task } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;

const NOTHING = { body: { items: [] } };
const refusedReport = {
  type: 'MessageRefused',
  at: '2020-09-02T08:00:00.000Z',
  actor: { subject: 'eva.lind', role: 'consultant' as const },
  data: {
    message: 'submitCompletionReport',
    refusal: { code: 'deliverable-missing', detail: 'not uploaded: plan.pdf' },
  },
};
const atRisk = { ...started, paymentAtRisk: { reasons: ['engagementStartedEarly'] }, tasks: [task] };

test('why tells a person where it is, what moves it, what is at risk and what to type', async () => {
  const heard = api.answers({ body: atRisk }, { body: { items: [refusedReport] } });
  const { code, stdout, stderr } = await cli('why', 'E-1001');
  expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
    code: 0,
    stderr: '',
    stdout: [
      'engagement E-1001',
      '  It began on 2020-09-01, and no voucher is assigned yet.',
      '',
      'What it waits for',
      '  It waits for the customer to assign a voucher, until 2020-09-21 00:00 UTC.',
      '  If nobody does anything: The customer is reminded; at 2020-09-21 00:00 UTC an operator is asked to look after it. Nothing expires.',
      '  - the voucher has come:',
      '      engagements send assignVoucher E-1001 --set voucherId=NUMBER --set voucherAdministratorEmail=MAIL --set projectManager.name=NAME --set projectManager.email=MAIL --set offering=CODE --set serviceLevelDays=DAYS --set assignedOn=DAY',
      '  - none comes: a task; likewise emailNotForwarded:',
      '      engagements send reportVoucherProblem E-1001 --set problem=benefitNotActivated',
      '',
      'Refused',
      '  submitCompletionReport from a consultant was refused at 2020-09-02 08:00 UTC. The customer’s plan is not uploaded: not uploaded: plan.pdf. Upload the named file, then report.',
      '',
      'At risk',
      '  Microsoft may deny the payment (engagement started early); somebody decided to go on.',
      '',
      'Open tasks',
      '  Microsoft holds the payment (for a Global Admin, in SAVB Online Payment Tool in CHIP (Microsoft account), due 2020-11-21 00:00 UTC)',
      '    E-1001:paymentHeld:1',
      '    Held since Monday.',
      '    Correct the bank account.',
      '    Microsoft pays nothing until the bank account of the location is right.',
      '    - the other account is on record; SAVB is asked again by itself:',
      '        engagements partner mapBankAccount contoso-services --set locationId=ID --set bankAccountReference=TEXT',
      '    - SAVB is asked again:',
      '        engagements resolve E-1001:paymentHeld:1 bankDetailsCorrected',
      '',
      'In these commands',
      '  NUMBER  a number as it was mailed or as SAVB shows it',
      '  MAIL    an e-mail address',
      '  NAME    a name, in quotes where it has spaces',
      '  TEXT    a few words, in quotes',
      '  CODE    a code of the rules: an offering, a competency',
      '  ID      an id as it stands in the record',
      '  DAYS    a number of days',
      '  DAY     a day, YYYY-MM-DD',
      '',
    ],
  });
  expect(heard.map(({ line }) => line)).toStrictEqual([
    'GET /v1/engagements/E-1001',
    'GET /v1/engagements/E-1001/timeline',
  ]);
});

test('of what is over there is nothing to type', async () => {
  api.answers({ body: { ...started, stage: 'paid', awaiting: undefined, nextDeadline: undefined } }, NOTHING);
  const { stdout } = await cli('why', 'E-1001');
  expect(stdout).toMatch(
    /It waits for nothing: its business is over\.\n {2}If nobody does anything: Nothing is left to do\.\n$/,
  );
});

test('a program gets the same sentences in JSON', async () => {
  api.answers({ body: atRisk }, { body: { items: [refusedReport] } });
  expect(await cli('why', 'E-1001', '--json')).toStrictEqual({
    code: 0,
    stdout: json(whyEngagement(atRisk, [refusedReport])),
    stderr: '',
  });
});

test('a partner is explained with its check marks', async () => {
  const view = partnerViewOf(givenPartner(...active).state);
  const items: ChecklistItem[] = [];
  const heard = api.answers({ body: view }, { body: { items } }, NOTHING);
  expect((await cli('partner', 'why', 'contoso', '--json')).stdout).toBe(json(whyPartner(view, items)));
  expect(heard.map(({ line }) => line)).toStrictEqual([
    'GET /v1/partners/contoso',
    'GET /v1/partners/contoso/checklist',
    'GET /v1/partners/contoso/timeline',
  ]);
});

test('a batch is explained too', async () => {
  const view = viewOf(BATCH_IN_STAGE.collecting);
  const heard = api.answers({ body: view }, NOTHING);
  expect((await cli('batch', 'why', 'B-1', '--json')).stdout).toBe(json(whyBatch(view)));
  expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/batches/B-1', 'GET /v1/batches/B-1/timeline']);
});

test('why of something that is not there says so', async () => {
  const missing = {
    type: '/problems/not-found',
    title: 'Not found',
    status: 404,
    detail: 'no such engagement',
    instance: '',
  };
  api.answers({ status: 404, body: missing });
  expect(await cli('why', 'E-1001')).toMatchObject({ code: 1, stdout: '' });
});
