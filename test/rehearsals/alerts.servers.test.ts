import { mongoServer, temporalServer } from '../support/servers';
import { randomUUID } from 'node:crypto';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { tellSavb } from '../support/house';
import { mailServer, no, type MailServer } from '../support/mailServer';
import { bookStray, cancelStray } from '../support/stray';
import { webhookReceiver, type WebhookReceiver } from '../support/webhookReceiver';
import { isNone, isOne, openAlertHouse, PAYLOADS, type AlertHouse } from './alertHouse';

/** The causes of alerts at real processes, and what docs/runbook.md says about them, done. `npm test` builds first. */
const temporal = temporalServer();
const mongo = mongoServer();
const PARTNER = { partnerId: 'contoso-services' };

let house: AlertHouse;
let mails: MailServer;
let takesMails = true;
let receiver: WebhookReceiver;
let first: Case;
beforeAll(async () => {
  mails = await mailServer({
    onRcptTo: (_address, _session, done) => done(takesMails ? undefined : no(550, 'not from you')),
  });
  receiver = await webhookReceiver();
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openAlertHouse(where, {
    worker: { SMTP_URL: `smtp://127.0.0.1:${mails.port}`, WEBHOOKS_ALLOW_LOCAL: '1', SAVB_QUARANTINE: '300ms' },
    api: { API_VERDICT_TIMEOUT: '1s', WEBHOOKS_ALLOW_LOCAL: '1' },
  });
});
afterAll(async () => {
  await house.stop();
  await Promise.all([mails.close(), receiver.close()]);
});

const requested = (engagement: Case) => engagement.until(({ stage }) => stage === 'paymentRequested');
const faults = (...given: object[]) => tellSavb(house.savbUrl, 'faults', { faults: given });

/** The API, asked with an operator's token or another. */
async function ask(method: string, path: string, body?: object, token = house.operator.ENGAGEMENTS_TOKEN) {
  const answer = await fetch(`${house.api.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': randomUUID(),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as { type?: string; version?: number } };
}
const note = (engagement: Case) => ask('POST', `/engagements/${engagement.engagementId}/notes`, { text: 'later' });

describe('settings of the worker that are wrong', () => {
  const wrong = { SAVB_URL: '', SAVB_TOKEN: 'ended' };
  beforeAll(() => (wrong.SAVB_URL = house.savbUrl));

  test('WorkflowTasksFail: the worker lacks the keys of payloads', async () => {
    await house.startWorker(wrong);
    first = await Case.start(house);
    await house.untilFigure('WorkflowTasksFail', (count) => count > 0);
    await house.startWorker({ ...wrong, ...PAYLOADS });
    await first.until(({ version }) => version >= 1);
    expect(await house.figure('WorkflowTasksFail')).toBe(0);
  });

  test('SavbRefusesUs: the worker has a token that has ended', async () => {
    await first.untilRedeemed();
    await house.untilFigure('SavbRefusesUs', (count) => count > 0);
    await house.startWorker({ ...PAYLOADS, SAVB_URL: house.savbUrl });
    await requested(first);
    expect(await house.figure('SavbRefusesUs')).toBe(0);
  });
});

describe('SAVB', () => {
  test('SavbAway: SAVB died', async () => {
    const before = await house.figure('SavbAway');
    await house.processes.savb.kill('SIGKILL');
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await house.untilFigure('SavbAway', (count) => count > before);
    expect(await house.does('SavbAway', 'engagements tasks')).toMatchObject({ code: 0 });
    await house.processes.savb.restart();
    await requested(engagement);
    const after = await house.figure('SavbAway');
    await engagement.advance('approved');
    await engagement.until(({ stage }) => stage === 'paymentApproved');
    expect(await house.figure('SavbAway')).toBe(after);
  });

  test('SavbAnswersUnclear and SettlementUnknown: SAVB breaks off three times', async () => {
    await faults({ fault: 'fail', status: 500, times: 3 });
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await house.untilFigure('SavbAnswersUnclear', (count) => count >= 3);
    const { tasks } = await engagement.until((view) => view.tasks.length > 0);
    await house.untilStanding('SettlementUnknown', isOne);
    const [{ taskId = '' } = {}] = tasks;
    const seen = await house.does('SettlementUnknown', 'engagements tasks');
    expect(seen.stdout).toContain(taskId);
    const resolved = { taskId, whoSaidSo: "'the helpdesk'" };
    expect(await house.does('SettlementUnknown', 'engagements resolve', resolved)).toMatchObject({ code: 0 });
    await requested(engagement);
    await house.untilStanding('SettlementUnknown', isNone);
    expect(await house.figure('SavbAnswersUnclear')).toBe(3);
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('SettlementUnknown: SAVB has the request, under a number that somebody found', async () => {
    await faults({ fault: 'fail', status: 500, times: 3 });
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await engagement.until(({ tasks }) => tasks.length > 0);
    const { engagementId } = engagement;
    const found = { engagementId, now: new Date().toISOString(), number: `7${Date.now()}` };
    expect(await house.does('SettlementUnknown', 'engagements send', found)).toMatchObject({ code: 0 });
    expect(await requested(engagement)).toMatchObject({ tasks: [] });
    await house.untilStanding('SettlementUnknown', isNone);
    // What that number stands for is nobody's: the engagement is over for the tests that compare books.
    await ask('POST', `/engagements/${engagementId}/payment-status`, {
      status: 'denied',
      at: new Date().toISOString(),
    });
  });

  test('RecordsDiffer: SAVB has a payment request that nobody recorded', async () => {
    const stray = await bookStray(house, { reference: 'typed-by-hand' });
    await eventually(
      () => house.does('RecordsDiffer', 'engagements reconcile'),
      ({ code, stdout }) => code === 1 && stdout.includes('typed-by-hand'),
    );
    await house.untilStanding('RecordsDiffer', isOne);
    const taskId = 'reconciliation:typed-by-hand:recordsDiffer:1';
    expect((await house.does('RecordsDiffer', 'engagements tasks')).stdout).toContain(taskId);
    await cancelStray(house, stray);
    const cancelled = { taskId, what: "'cancelled in SAVB'" };
    expect(await house.does('RecordsDiffer', 'engagements resolve', cancelled)).toMatchObject({ code: 0 });
    expect(await house.does('RecordsDiffer', 'engagements reconcile')).toMatchObject({ code: 0 });
    await house.untilStanding('RecordsDiffer', isNone);
  });
});

describe('whoever is outside', () => {
  test('RefusalsRise: a machine sends the same mistake again and again', async () => {
    const machine = { ...PARTNER, roles: ['partnerAdmin'], name: 'booking machine', expiresAt: inDays(30) };
    const created = (await ask('POST', '/api-keys', machine)).body as { key: string; keyId: string };
    const engagement = await Case.start(house);
    await engagement.assign();
    const mistake = () =>
      ask(
        'POST',
        `/engagements/${engagement.engagementId}/reservation`,
        { ...engagement.payloads().reserveVoucher, consultantIds: ['nobody'] },
        created.key,
      );
    const answers = [await mistake(), await mistake(), await mistake()];
    const [code = ''] = answers.map(({ body }) => body.type?.replace('/problems/', ''));
    await house.untilFigure('RefusalsRise', (count) => count >= 3, `code="${code}"`);
    const risen = await house.figure('RefusalsRise');
    const who = await house.does('RefusalsRise', 'engagements audit list', { code });
    expect(who.stdout.split('\n').filter((line) => line.includes(engagement.engagementId))).toHaveLength(3);
    expect((await house.does('RefusalsRise', 'engagements keys list', PARTNER)).stdout).toContain(created.keyId);
    const { keyId } = created;
    expect(await house.does('RefusalsRise', 'engagements keys revoke', { keyId })).toMatchObject({ code: 0 });
    expect((await mistake()).status).toBe(401);
    expect(await house.figure('RefusalsRise')).toBe(risen);
  });

  test('NoticesNotSent: the mail server takes nothing', async () => {
    takesMails = false;
    const before = await house.figure('NoticesNotSent');
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    // To the partner, and to the customer's project manager.
    await house.untilFigure('NoticesNotSent', (count) => count === before + 2);
    expect(await house.does('NoticesNotSent', 'engagements tasks')).toMatchObject({ code: 0 });
    takesMails = true;
    const sent = mails.mails.length;
    const next = await Case.start(house);
    await next.assign();
    await next.reserve();
    await eventually(
      async () => mails.mails.length,
      (count) => count > sent,
    );
    expect(await house.figure('NoticesNotSent')).toBe(before + 2);
  });

  test('WebhooksFail: the endpoint of a partner answers 500', async () => {
    const { body } = await ask('POST', `/partners/${PARTNER.partnerId}/webhooks`, { url: receiver.url });
    const { endpointId } = body as { endpointId: string };
    const endpoint = { ...PARTNER, endpointId };
    receiver.answers.push(500);
    const engagement = await Case.start(house);
    await house.untilFigure('WebhooksFail', (count) => count > 0);
    expect((await house.does('WebhooksFail', 'engagements webhooks list', PARTNER)).stdout).toContain(endpointId);
    const seen = await eventually(
      () => house.does('WebhooksFail', 'engagements webhooks deliveries', endpoint),
      ({ stdout }) => stdout.includes('500'),
    );
    expect(seen.stdout).toContain(engagement.engagementId);
    const risen = await house.figure('WebhooksFail');
    expect((await house.does('WebhooksFail', 'engagements webhooks test', endpoint)).stdout).toMatch(/^delivered/);
    expect(await house.figure('WebhooksFail')).toBe(risen);
  });
});

describe('what worker and API need', () => {
  const PARTS = ['WorkerPartMissing', 'ApiPartMissing'];
  const untilAre = (part: string, fits: (up: number) => boolean) =>
    Promise.all(PARTS.map((alert) => house.untilFigure(alert, fits, `part="${part}"`)));
  const untilDown = async (part: string) => {
    await untilAre(part, isNone);
    const said = await Promise.all([house.worker, house.api].map(({ admin }) => house.ready(admin)));
    for (const text of said) expect(text).toContain(part);
  };

  test('ApiSlow: MongoDB does not get on', async () => {
    const slow = async () => (await house.figure('ApiSlow', 'le="+Inf"')) - (await house.figure('ApiSlow', 'le="1"'));
    const before = await slow();
    await mongo().process!.kill('SIGSTOP');
    await ask('GET', '/engagements');
    await mongo().process!.kill('SIGCONT');
    expect(await slow()).toBeGreaterThan(before);
    const risen = await slow();
    await eventually(
      () => ask('GET', '/engagements'),
      ({ status }) => status === 200,
    );
    const quick = await house.figure('ApiSlow', 'le="1"');
    await ask('GET', '/engagements');
    expect(await house.figure('ApiSlow', 'le="1"')).toBe(quick + 1);
    expect(await slow()).toBeGreaterThanOrEqual(risen);
  });

  test('FiguresMissing, AuditWaits and ApiFails: MongoDB is away', async () => {
    const engagement = await Case.start(house);
    const { version } = await engagement.until((view) => view.version >= 1);
    const failed = await house.figure('ApiFails');
    await mongo().process!.kill('SIGKILL');
    const [said, read] = await Promise.all([note(engagement), ask('GET', '/engagements')]);
    expect([said.status, read.status]).toStrictEqual([202, 503]);
    await Promise.all([
      untilDown('MongoDB'),
      house.untilFigure('FiguresMissing', isNone),
      house.untilFigure('AuditWaits', (waiting) => waiting > 0),
      house.untilFigure('ApiFails', (count) => count > failed),
    ]);
    await mongo().process!.restart();
    await Promise.all([
      untilAre('MongoDB', isOne),
      house.untilFigure('FiguresMissing', isOne),
      house.untilFigure('AuditWaits', isNone),
    ]);
    await engagement.until((view) => view.version > version);
    expect(await house.does('AuditWaits', 'engagements audit verify')).toMatchObject({ code: 0 });
    for (const command of ['engagements tasks', 'engagements list'])
      expect(await house.does('FiguresMissing', command)).toMatchObject({ code: 0 });
    expect((await ask('GET', '/engagements')).status).toBe(200);
  });

  test('WorkerPartMissing and ApiPartMissing: Temporal is away', async () => {
    await temporal().process!.kill('SIGKILL');
    await untilDown('Temporal');
    await temporal().process!.restart();
    await untilAre('Temporal', isOne);
    expect(await house.ready(house.api.admin)).toBe('{"status":"ok"}');
  });

  test('WorkerDown: the worker died', async () => {
    const engagement = await Case.start(house);
    const { version } = await engagement.until((view) => view.version >= 1);
    await house.worker.kill('SIGKILL');
    expect(await house.ready(house.worker.admin)).toBeUndefined();
    expect((await note(engagement)).status).toBe(202);
    await house.worker.restart();
    expect(await house.ready(house.worker.admin)).toContain('RUNNING');
    await engagement.until((view) => view.version > version);
  });

  test('ApiDown: the API died', async () => {
    await house.api.running.kill('SIGKILL');
    expect(await house.ready(house.api.admin)).toBeUndefined();
    expect(await house.does('TasksOverdue', 'engagements tasks')).toMatchObject({ code: 3 });
    await house.api.running.restart();
    expect(await house.ready(house.api.admin)).toBe('{"status":"ok"}');
    // A process that has just begun may say for a moment that it has too much to do.
    await eventually(
      () => house.does('TasksOverdue', 'engagements tasks'),
      ({ code }) => code === 0,
    );
  });
});

const inDays = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();
