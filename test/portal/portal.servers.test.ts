import type { Locator } from 'playwright-core';
import { addDays } from '../../domain/days';
import { Caller, openApi, type ApiHouse } from '../client/apiHouse';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { browserOfFile, type Visitor } from './browser';

jest.setTimeout(90_000);

const temporal = temporalServer();
const mongo = mongoServer();
const visit = browserOfFile();
let house: House;
let api: ApiHouse;

beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi({ ...where, withPortal: true });
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

const today = new Date().toISOString().slice(0, 10);
const day = (days: number) => addDays(today, days);
const PLAN = { name: 'Plan für Fabrikam.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(300_000, 'x') };

const awaited = ({ page }: Visitor): Locator => page.locator('.awaited');
const reaches = ({ page }: Visitor, stage: string) => page.locator('.stage', { hasText: stage }).waitFor();

/** An engagement that is reserved, brought there by calls. */
async function reserved(): Promise<Caller> {
  const engagement = await Caller.start(api);
  await engagement.assign();
  await engagement.reserve();
  return engagement;
}

test('an engagement goes its whole way by clicks, and no page has a barrier or does what its policy forbids', async () => {
  const barriers: string[] = [];
  const look = async (visitor: Visitor) => void barriers.push(...(await visitor.barriers()));
  const [operator, partner] = [await visit(), await visit()];

  await operator.signIn(api.url, 'olivia.operator');
  await look(operator);
  await operator.page.getByRole('link', { name: 'Start an engagement' }).click();
  await look(operator);
  await operator.send('Start an engagement', {
    Partner: 'contoso-services',
    'Engagement type': 'windowsOffice',
    'Service level, in days (optional)': '5',
    Name: 'Fabrikam AB',
    Country: 'SE',
  });
  await reaches(operator, 'Awaiting voucher');
  await look(operator);
  const [address] = operator.page.url().split('?') as [string];

  await awaited(operator).getByRole('link', { name: 'Assign voucher' }).click();
  await look(operator);
  await operator.send('Assign voucher', {
    'Voucher number': 'V-4711',
    'E-mail of the voucher administrator': 'vera@fabrikam.example',
    Name: 'Lars Ek',
    'E-mail': 'lars@fabrikam.example',
    'Assigned on': day(-30),
  });
  await reaches(operator, 'Voucher assigned');

  await partner.signIn(api.url, 'mira.holm');
  await partner.page.getByRole('link', { name: 'Fabrikam AB' }).first().click();
  await awaited(partner).getByRole('link', { name: 'Reserve voucher' }).click();
  await look(partner);
  await partner.send('Reserve voucher', {
    'MPN location': 'contoso-se',
    'Reserved on (optional)': day(-21),
    'Scheduled start': day(-14),
    'Scheduled end': day(-7),
    'Eva Lind': true,
    'We accept the programme’s terms for this voucher': true,
  });
  await reaches(partner, 'Reserved');

  await awaited(partner).getByRole('link', { name: 'Submit completion report' }).click();
  await look(partner);
  const report = { 'Deliverable handed to the customer on': day(-3), Summary: 'Deployment in three waves.' };
  await partner.send('Submit completion report', report);
  await partner.page.getByRole('alert').waitFor();
  await look(partner);
  expect(await partner.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
  await partner.page.getByLabel('Customer plan').setInputFiles(PLAN);
  await partner.send('Submit completion report', {});
  await reaches(partner, 'Completion reported');
  const [download] = await Promise.all([
    partner.page.waitForEvent('download'),
    partner.page.getByRole('link', { name: 'Plan-fur-Fabrikam.pdf' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('Plan-fur-Fabrikam.pdf');

  await awaited(partner).getByRole('link', { name: 'Redeem voucher' }).click();
  await look(partner);
  await partner.send('Redeem voucher', { 'Yes, redeem the voucher. This cannot be undone': true });
  await partner.page.locator('.outcome.applied').waitFor();

  const stageShown = async () => {
    await operator.page.goto(address);
    return operator.page.locator('.stage').innerText();
  };
  await eventually(stageShown, (stage) => stage === 'Payment requested');
  for (const status of ['approved', 'paid']) {
    await operator.page.getByRole('link', { name: 'Record payment status' }).first().click();
    await operator.send('Record payment status', { Status: status });
    await operator.page.getByText('✓ Record payment status: done.').waitFor();
    expect(await operator.page.locator('dd', { hasText: status }).count()).toBeGreaterThan(0);
  }
  await reaches(operator, 'Paid');
  await look(operator);
  expect({ barriers, complaints: [...operator.complaints, ...partner.complaints] }).toStrictEqual({
    barriers: [],
    complaints: [],
  });
});

test('everything can be done with the keyboard alone', async () => {
  const visitor = await visit();
  const { page } = visitor;
  const { keyboard } = page;
  /** Goes on with Tab until what has the focus is called so. */
  async function tabTo(name: string | RegExp): Promise<void> {
    for (let steps = 0; steps < 60; steps += 1) {
      await keyboard.press('Tab');
      const called = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        return [element.getAttribute('aria-label'), element.labels?.[0]?.innerText, element.innerText];
      });
      if (called.some((each) => (typeof name === 'string' ? each === name : name.test(each ?? '')))) return;
    }
    throw new Error(`Tab never comes to ${name.toString()}`);
  }
  const type = async (name: string, text: string) => {
    await tabTo(name);
    await keyboard.type(text);
  };

  await page.goto(`${api.url}/portal`);
  await tabTo('Sign in');
  await keyboard.press('Enter');
  await page.waitForURL('**/authorize?**');
  await tabTo(/^mira\.holm/);
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  expect(await page.locator(':focus').getAttribute('id')).toBe('content');
  await tabTo('Start an engagement');
  await keyboard.press('Enter');
  await page.waitForURL('**/engagements/new');
  await type('Engagement type', 'Windows and Office');
  await type('Name', 'Tailspin Toys');
  await type('Country', 'SE');
  await keyboard.press('Enter');
  await reaches(visitor, 'Awaiting voucher');
  await tabTo('Assign voucher');
  await keyboard.press('Enter');
  await page.waitForURL('**/messages/assignVoucher');
  await type('Voucher number', 'V-4712');
  await type('E-mail of the voucher administrator', 'vera@tailspin.example');
  await type('Name', 'Per Persson');
  await type('E-mail', 'per@tailspin.example');
  await type('Service level, in days', '5');
  await tabTo('Assign voucher');
  await keyboard.press('Enter');
  await reaches(visitor, 'Voucher assigned');
  expect(visitor.complaints).toStrictEqual([]);
});

test('on a phone in the dark every page fits, and has no barrier', async () => {
  const engagement = await reserved();
  await engagement.say('completion-report', { ...engagement.report, startedOn: addDays(engagement.today, -1) });
  const visitor = await visit({ viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme: 'dark' });
  await visitor.signIn(api.url, 'gunnar.admin');
  const barriers: string[] = [];
  const tooWide: string[] = [];
  const pages = [
    '',
    '/engagements',
    '/engagements/new',
    `/engagements/${engagement.engagementId}`,
    `/engagements/${engagement.engagementId}/messages/submitCompletionReport`,
    '/partners',
    '/partners/contoso-services',
    '/partners/contoso-services/messages/recordConsultant',
    '/tasks',
    '/nowhere',
    '/sign-in',
  ];
  for (const path of pages) {
    await visitor.page.goto(`${api.url}/portal${path}`);
    barriers.push(...(await visitor.barriers()));
    if (!(await visitor.fits())) tooWide.push(path);
  }
  expect({ barriers, tooWide, complaints: visitor.complaints }).toStrictEqual({
    barriers: [],
    tooWide: [],
    complaints: [],
  });
});

test('with scripts each file goes by itself, progress shows, and what breaks off is sent again without what is there', async () => {
  const engagement = await reserved();
  const visitor = await visit();
  const { page } = visitor;
  await visitor.signIn(api.url, 'eva.lind');
  await page.goto(`${api.url}/portal/engagements/${engagement.engagementId}/messages/submitCompletionReport`);
  await page.getByLabel('Customer plan').setInputFiles([{ ...PLAN, name: '計画.pdf' }]);
  await page.getByLabel('Other files (optional)').setInputFiles([
    { ...PLAN, name: '概要.pdf' },
    { ...PLAN, name: 'notes.txt' },
  ]);
  const progress = page.getByRole('progressbar', { name: 'Upload' });
  expect(await progress.isVisible()).toBe(false);
  let uploads = 0;
  await page.route('**/deliverables', async (route) => {
    uploads += 1;
    if (uploads === 1) await progress.waitFor();
    if (uploads === 2) await route.fulfill({ status: 413, body: '<html><body>Request Entity Too Large</body></html>' });
    else if (uploads === 3) await route.abort('connectionreset');
    else await route.continue();
  });
  const complaint = page.locator('[data-complaint]');
  const days = { 'Started on': today, 'Completed on': today, 'Deliverable handed to the customer on': today };
  await visitor.send('Submit completion report', { ...days, Summary: 'Deployment in three waves.' });
  await complaint.getByText('This could not be sent (413: too large).').waitFor();
  expect(await page.getByLabel('Summary').inputValue()).toBe('Deployment in three waves.');
  await page.getByText('deliverable-1.pdf is uploaded').waitFor();
  await visitor.send('Submit completion report', {});
  await complaint.getByText('The connection broke off.').waitFor();
  await visitor.send('Submit completion report', {});
  await reaches(visitor, 'Completion reported');
  expect(uploads).toBe(5);
  const reported = (await engagement.view()).completionReport?.deliverables.map(({ name, kind }) => `${name} ${kind}`);
  expect(reported).toStrictEqual([
    'deliverable-1.pdf customerPlan',
    'deliverable-2.pdf supporting',
    'notes.txt supporting',
  ]);
});

test('a page of something in front of the service does not take the place of a form', async () => {
  const engagement = await reserved();
  const visitor = await visit();
  const { page } = visitor;
  await visitor.signIn(api.url, 'eva.lind');
  await page.goto(`${api.url}/portal/engagements/${engagement.engagementId}/messages/submitCompletionReport`);
  await page.route('**/messages/submitCompletionReport', (route) =>
    route.fulfill({ status: 502, body: 'Bad Gateway' }),
  );
  const days = { 'Started on': today, 'Completed on': today, 'Deliverable handed to the customer on': today };
  await visitor.send('Submit completion report', { ...days, Summary: 'Deployment in three waves.' });
  await page.getByText('This could not be sent (502).').waitFor();
  expect(await page.getByLabel('Summary').inputValue()).toBe('Deployment in three waves.');
});

test('without scripts a report goes with its file, in one form', async () => {
  const engagement = await reserved();
  const visitor = await visit({ javaScriptEnabled: false });
  await visitor.signIn(api.url, 'eva.lind');
  await visitor.page.goto(`${api.url}/portal/engagements/${engagement.engagementId}`);
  await awaited(visitor).getByRole('link', { name: 'Submit completion report' }).click();
  await visitor.page.getByLabel('Customer plan').setInputFiles(PLAN);
  await visitor.page.getByLabel('Other files (optional)').setInputFiles([{ ...PLAN, name: '.notes' }]);
  await visitor.send('Submit completion report', {
    'Started on': today,
    'Completed on': today,
    'Deliverable handed to the customer on': today,
    Summary: 'Deployment in three waves.',
  });
  await reaches(visitor, 'Completion reported');
  expect((await engagement.view()).completionReport?.deliverables.map(({ name, kind }) => [name, kind])).toStrictEqual([
    ['Plan-fur-Fabrikam.pdf', 'customerPlan'],
    ['notes', 'supporting'],
  ]);
});

test('a form sent twice at once says one thing', async () => {
  const engagement = await Caller.start(api);
  const visitor = await visit();
  await visitor.signIn(api.url, 'mira.holm');
  const address = `${api.url}/portal/engagements/${engagement.engagementId}/messages/addNote`;
  await visitor.page.goto(address);
  const key = await visitor.page.locator('[name=key]').inputValue();
  const send = () =>
    visitor.page.request.post(address, {
      form: { key, text: 'Called the customer.' },
      headers: { 'sec-fetch-site': 'same-origin' },
    });
  const answers = await Promise.all([send(), send()]);
  expect(answers.map((answer) => answer.ok())).toStrictEqual([true, true]);
  const { body } = await api.call('GET', `${engagement.route}/timeline`);
  const { items } = body as unknown as { items: { type: string }[] };
  expect(items.filter(({ type }) => type === 'NoteAdded')).toHaveLength(1);
});
