import { createSmtpGateway } from '../../activities/notices/smtpGateway';
import { samplePartners } from '../../dev/sample/partners';
import { addDays } from '../../domain/days';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { mailServer, type MailServer } from '../support/mailServer';
import { showPartner } from '../support/showPartner';
import { housesInOwnTime, type HouseInOwnTime } from './ownTime';

jest.setTimeout(120_000);

const openHouse = housesInOwnTime();
let server: MailServer;
beforeEach(async () => {
  server = await mailServer();
});
afterEach(() => server.close());

/** A house whose people read mail: the partner at its contact, operators at theirs. */
async function houseWithMail(): Promise<HouseInOwnTime> {
  const gateway = createSmtpGateway({ url: `smtp://127.0.0.1:${server.port}`, from: 'planning@example.org' });
  const notices = { gateway, audience: { operators: 'operators@planning.example' } };
  return openHouse({
    dependencies: (usual) => ({ ...usual, notices }),
  });
}

/** Who was told what, in no particular order. */
const told = () => server.mails.map(({ to, headers }) => `${to.join()} ${headers['Subject']}`).toSorted();

test('a reservation, a payment: each is told once, to whom it concerns, and the engagement ends only then', async () => {
  const house = await houseWithMail();
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  const at = `${engagement.today}T12:00:00.000Z`;
  await engagement.send('recordPaymentStatus', { status: 'paid', at });
  await engagement.handle.result();
  const mails = told();
  expect(mails).toHaveLength(3);
  expect(mails[0]).toMatch(/^per@fabrikam.example .*reserved/);
  expect(mails[1]).toMatch(/^planning@contoso.example .*paid/);
  expect(mails[2]).toMatch(/^planning@contoso.example .*reserved/);
});

test('a reminder and the task it opens are told when their day comes', async () => {
  const house = await houseWithMail();
  const engagement = await Case.start(house);
  await house.sleepUntil(addDays(engagement.today, 46));
  await engagement.until(({ tasks }) => tasks.length > 0);
  await eventually(
    async () => told(),
    (mails) => mails.length >= 4,
  );
  expect(told().filter((mail) => mail.startsWith('operators@'))).toHaveLength(1);
  expect(told().filter((mail) => mail.startsWith('planning@'))).toHaveLength(3);
});

test('a mail server that is away holds up nothing but the mail', async () => {
  const house = await houseWithMail();
  await server.close();
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  expect(await engagement.booked()).toHaveLength(1);
  server = await mailServer();
});

test('an engagement that is over but for a mail still answers', async () => {
  const house = await houseWithMail();
  await server.close();
  const engagement = await Case.start(house);
  await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
  expect(await engagement.refusalOf(engagement.send('addNote', { text: 'too late' }))).toBe('engagement-closed');
  server = await mailServer();
});

test('what a partner without a mailbox should read, the operators do', async () => {
  const house = await houseWithMail();
  const [contoso] = samplePartners(await house.today());
  await showPartner(house.records, { ...contoso, businessProfile: undefined });
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  const mails = await eventually(
    async () => told().filter((mail) => mail.includes(engagement.engagementId)),
    ({ length }) => length > 1,
  );
  expect(mails).toStrictEqual([
    expect.stringMatching(/^operators@planning.example .*reserved/),
    expect.stringMatching(/^per@fabrikam.example .*reserved/),
  ]);
});
