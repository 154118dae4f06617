import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { NoticeGateway } from '../../activities/notices/gateway';
import { createNotices } from '../../activities/notices/sendNotices';
import { createSmtpGateway } from '../../activities/notices/smtpGateway';
import type { Notice } from '../../domain/notices';
import type { Records } from '../../records/connect';
import { openedRecords } from '../records/opened';
import { mailServer, no, type MailServer } from '../support/mailServer';

const opened = openedRecords();

/** What the server says to the next recipients; after that it takes everything. */
const answers: (Error | null)[] = [];
let server: MailServer;
beforeAll(async () => {
  server = await mailServer({ onRcptTo: (_to, _session, done) => done(answers.shift()) });
});
afterAll(() => server.close());
beforeEach(() => {
  server.mails.length = 0;
});

let count = 0;
const notice = (): Notice => ({
  noticeId: `engagement:e-1:${++count}:partner`,
  to: `pia-${count}@contoso.example`,
  subject: 'e-1: voucher reserved',
  text: 'Voucher V-1 is reserved.',
});

const to = ({ port }: MailServer): NoticeGateway =>
  createSmtpGateway({ url: `smtp://127.0.0.1:${port}`, from: 'notices@planning.example' });

/** Runs the activity once; answers what it logged. */
async function send(
  notices: Notice[],
  { gateway = to(server), records = opened().records }: { gateway?: NoticeGateway; records?: Records } = {},
): Promise<string[]> {
  const logged: string[] = [];
  const logger = new DefaultLogger('WARN', ({ message }) => logged.push(message));
  const activities = createNotices({ records, notices: { gateway, audience: {} } });
  await new MockActivityEnvironment({}, { logger }).run(() => activities.sendNotices(notices));
  return logged;
}

const sent = () => server.mails.flatMap((mail) => mail.to);
const recorded = ({ noticeId }: Notice) => opened().records.notices.get(noticeId);
const later = (message: string) => ApplicationFailure.retryable(message, 'NoticesDeferred');

test('a notice is delivered once, however often the activity runs', async () => {
  const given = notice();
  expect(await send([given])).toStrictEqual([]);
  expect(await send([given])).toStrictEqual([]);
  expect(sent()).toStrictEqual([given.to]);
  expect(await recorded(given)).toMatchObject({ status: 'sent', attempts: 1 });
});

test('what the server refuses for now goes out at the next try, and holds up no other notice', async () => {
  const [one, two, three] = [notice(), notice(), notice()];
  answers.push(null, no(450, 'later'));
  await expect(send([one, two, three])).rejects.toThrow(
    later(
      `${two.noticeId}: EENVELOPE Can't send mail - all recipients were rejected: 450 later. Nobody has to act: it is tried again by itself.`,
    ),
  );
  expect(sent()).toStrictEqual([one.to, three.to]);
  expect(await recorded(two)).toMatchObject({ status: 'deferred', attempts: 1 });
  await send([one, two, three]);
  expect(sent()).toStrictEqual([one.to, three.to, two.to]);
  expect(await recorded(two)).toMatchObject({ status: 'sent', attempts: 2 });
});

test('what found nobody listening goes out when somebody listens again', async () => {
  const given = notice();
  const away = await mailServer();
  await away.close();
  await expect(send([given], { gateway: to(away) })).rejects.toMatchObject({
    type: 'NoticesDeferred',
    nonRetryable: false,
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
  await send([given]);
  expect(sent()).toStrictEqual([given.to]);
});

test('what is refused for good is recorded and logged, and holds nobody up', async () => {
  const [one, two] = [notice(), notice()];
  const why = "EENVELOPE Can't send mail - all recipients were rejected: 550 no such mailbox";
  answers.push(no(550, 'no such mailbox'));
  expect(await send([one, two])).toStrictEqual([`notice ${one.noticeId} failed: ${why}`]);
  expect(await send([one, two])).toStrictEqual([]);
  expect(sent()).toStrictEqual([two.to]);
  expect(await recorded(one)).toMatchObject({ status: 'failed', attempts: 1, why });
});

describe('what may have gone out is not sent again, and the log says so', () => {
  const repeated = ({ noticeId }: Notice) => [`notice ${noticeId} is of unknown fate and not sent again`];

  test('when the connection was lost with the message', async () => {
    const given = notice();
    const cutting = await mailServer({ onData: (stream) => void stream.once('data', () => cutting.cut()) });
    expect(await send([given], { gateway: to(cutting) })).toStrictEqual([
      `notice ${given.noticeId} unknown: ECONNECTION Connection closed unexpectedly`,
    ]);
    await cutting.close();
    expect(await send([given])).toStrictEqual(repeated(given));
    expect(sent()).toStrictEqual([]);
    expect(await recorded(given)).toMatchObject({ status: 'unknown', attempts: 1 });
  });

  test('when the worker died while sending', async () => {
    const given = notice();
    await opened().records.notices.begin(given, new Date().toISOString());
    expect(await send([given])).toStrictEqual(repeated(given));
    expect(sent()).toStrictEqual([]);
  });

  test('when its outcome could not be recorded', async () => {
    const given = notice();
    const { records } = opened();
    const failing = { ...records, notices: { ...records.notices, finish: () => Promise.reject(new Error('away')) } };
    await expect(send([given], { records: failing })).rejects.toThrow('away');
    expect(await send([given])).toStrictEqual(repeated(given));
    expect(sent()).toStrictEqual([given.to]);
  });
});

test('without a gateway nobody is told and nothing is recorded', async () => {
  const given = notice();
  const activities = createNotices({ records: opened().records });
  await new MockActivityEnvironment().run(() => activities.sendNotices([given]));
  expect(await recorded(given)).toBeUndefined();
});
