import { createSmtpGateway } from '../../activities/notices/smtpGateway';
import { partnerWorkflowId } from '../../contracts/names';
import type { PartnerView } from '../../contracts/partner';
import { Case } from '../support/case';
import { addDays } from '../../domain/days';
import { PartnerCase } from '../support/partnerCase';
import { broughtAboutByTime, housesInOwnTime, type HouseInOwnTime } from './ownTime';

jest.setTimeout(240_000);

const openHouse = housesInOwnTime();

const YEAR = 365;

/** A partner enrolled for a year that ends in `YEAR` days, with a competency that lasts. */
async function enrolled(house: HouseInOwnTime, competencyDays = 10 * YEAR): Promise<PartnerCase> {
  const partner = new PartnerCase(house, await house.today());
  await partner.enroll({ competencyUntil: partner.day(competencyDays) });
  return partner;
}

const statusOf = async (partner: PartnerCase, type = 'windowsOffice') =>
  (await partner.checklist()).find(({ engagementType }) => engagementType === type)?.status;

/** True once nothing of the enrollment is due any more, only of the competency that lasts. */
const hasLapsed = ({ nextDeadline }: PartnerView): boolean => nextDeadline?.kind === 'competencyReminder';

const renewal = (on: string) => ({ requirementsReviewedOn: on, policiesReviewedOn: on, offerings: ['DDPS'] });

describe('the enrollment year', () => {
  test('is reminded of 90, 30 and 7 days before its end, and lapses when nobody renews', async () => {
    const house = await openHouse();
    const partner = await enrolled(house);
    await house.sleepUntil(partner.day(YEAR + 2));
    const { tasks } = await partner.until(hasLapsed);
    expect(await broughtAboutByTime(partner)).toStrictEqual([
      [YEAR - 90, 'enrollmentReminder'],
      [YEAR - 90, 'task membershipRenewalDue'],
      [YEAR - 30, 'enrollmentReminder'],
      [YEAR - 7, 'enrollmentReminder'],
      [YEAR + 1, 'EnrollmentLapsed'],
    ]);
    expect(tasks).toMatchObject([{ kind: 'membershipRenewalDue' }]);
    expect(await statusOf(partner)).toBe('lapsed');
  });

  test('is renewed once the membership has moved, and a lapsed partner enrolls anew', async () => {
    const house = await openHouse();
    const partner = await enrolled(house);
    await house.sleepUntil(partner.day(YEAR - 80));
    const today = partner.day(YEAR - 80);
    const { globalAdmin: actor } = partner;
    expect(await partner.send('renewEnrollment', renewal(today), { actor })).toMatchObject({
      refusal: { code: 'membership-not-renewed' },
    });
    await partner.register({ membershipRenewsOn: partner.day(2 * YEAR) });
    expect((await partner.view()).tasks).toMatchObject([{ kind: 'enrollmentRenewalDue', role: 'globalAdmin' }]);
    await partner.say('renewEnrollment', renewal(today), { actor });
    expect(await partner.view()).toMatchObject({
      tasks: [],
      enrollments: [{ offering: 'DDPS', enrolledUntil: partner.day(2 * YEAR) }],
    });
    await house.sleepUntil(partner.day(2 * YEAR + 2));
    await partner.until(hasLapsed);
    expect(await statusOf(partner)).toBe('lapsed');
    await partner.register({ membershipRenewsOn: partner.day(3 * YEAR) });
    expect((await partner.view()).tasks).toStrictEqual([]);
    await partner.say('enrollInOfferings', { offerings: ['DDPS'] }, { actor });
    expect(await statusOf(partner)).toBe('active');
  });

  test('that lapses gives running engagements a task, and new reservations are refused with the reason', async () => {
    const house = await openHouse();
    const partner = await enrolled(house);
    const { partnerId } = partner;
    await house.sleepUntil(partner.day(YEAR - 20));
    const [running, late] = [await Case.start(house, { partnerId }), await Case.start(house, { partnerId })];
    const locationId = `se-${partnerId}`.slice(0, 64);
    const actor = { subject: 'pia', role: 'partnerAdmin' as const, partnerId };
    await running.send('assignVoucher', running.payloads().assignVoucher);
    await running.send('reserveVoucher', { ...running.payloads().reserveVoucher, locationId }, { actor });
    await late.send('assignVoucher', late.payloads().assignVoucher);
    await house.sleepUntil(partner.day(YEAR + 2));
    const { tasks } = await running.until((view) => view.tasks.some(({ kind }) => kind === 'eligibilityLapsed'));
    expect(tasks).toContainEqual(expect.objectContaining({ kind: 'eligibilityLapsed' }));
    const schedule = { scheduledStart: partner.day(YEAR + 3), scheduledEnd: partner.day(YEAR + 5) };
    const reserve = { ...late.payloads().reserveVoucher, reservedOn: partner.day(YEAR + 2), ...schedule, locationId };
    expect(await late.refusalOf(late.send('reserveVoucher', reserve, { actor }))).toBe('not-enrolled');
  });
});

test('a competency that expires in the middle of an engagement is announced 90 days before, and holds the engagement', async () => {
  const house = await openHouse();
  const partner = await enrolled(house, 100);
  const { partnerId } = partner;
  const engagement = await Case.start(house, { partnerId });
  const locationId = `se-${partnerId}`.slice(0, 64);
  const actor = { subject: 'pia', role: 'partnerAdmin' as const, partnerId };
  await engagement.send('assignVoucher', engagement.payloads().assignVoucher);
  await engagement.send('reserveVoucher', { ...engagement.payloads().reserveVoucher, locationId }, { actor });
  await house.sleepUntil(partner.day(11));
  expect((await partner.until(({ tasks }) => tasks.length > 0)).tasks).toMatchObject([{ kind: 'competencyExpiring' }]);
  await house.sleepUntil(partner.day(102));
  await engagement.until((view) => view.tasks.some(({ kind }) => kind === 'eligibilityLapsed'));
  await partner.say('recordCompetency', {
    competency: 'windowsAndDevices',
    tier: 'silver',
    attainedOn: partner.day(101),
    expiresOn: partner.day(500),
  });
  await engagement.until((view) => !view.tasks.some(({ kind }) => kind === 'eligibilityLapsed'));
});

test('ten years: renewed every year, no run of more than 400 events, nothing lost', async () => {
  const house = await openHouse();
  const partner = await enrolled(house, 20 * YEAR);
  const { globalAdmin: actor } = partner;
  for (let year = 1; year <= 10; year += 1) {
    const renewsOn = partner.day(year * YEAR);
    const today = addDays(renewsOn, -60);
    await house.sleepUntil(today);
    await partner.register({ membershipRenewsOn: partner.day((year + 1) * YEAR) });
    await partner.say('renewEnrollment', renewal(today), { actor });
    await partner.say('addNote', { text: `year ${year}` });
  }
  await house.sleepUntil(partner.day(10 * YEAR + 1));
  const events = await partner.timeline();
  expect(events.map(({ version }) => version)).toStrictEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ type }) => type === 'EnrollmentRenewed')).toHaveLength(10);
  expect(events.flatMap((event) => (event.type === 'NoteAdded' ? [event.data.text] : []))).toStrictEqual(
    Array.from({ length: 10 }, (_, index) => `year ${index + 1}`),
  );
  expect(await statusOf(partner)).toBe('active');
  const lengths = await historyLengths(house, partner);
  expect(lengths.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(400);
});

test('a new version of the agreement opens a task at the next thing that happens, and signing it closes the task', async () => {
  let agreementVersion = '2020-06';
  const house = await openHouse({
    dependencies: (usual) => {
      const rules = { ...usual.rulebooks.edition('2020-06') };
      const edition = () => Object.defineProperty(rules, 'agreementVersion', { get: () => agreementVersion });
      return { ...usual, rulebooks: { ...usual.rulebooks, edition } };
    },
  });
  const partner = await enrolled(house);
  agreementVersion = '2021-01';
  await house.sleepUntil(partner.day(YEAR - 89));
  const { tasks } = await partner.until((view) => view.tasks.some(({ kind }) => kind === 'agreementChanged'));
  expect(tasks).toContainEqual(expect.objectContaining({ kind: 'agreementChanged', role: 'globalAdmin' }));
  const signed = {
    signedBy: 'Mira Holm',
    signedOn: partner.day(YEAR - 89),
    policiesReviewedOn: partner.day(YEAR - 89),
  };
  const { globalAdmin: actor } = partner;
  expect(await partner.send('signAgreement', { ...signed, agreementVersion: '2020-06' }, { actor })).toMatchObject({
    refusal: { code: 'agreement-version-differs' },
  });
  await partner.say('signAgreement', { ...signed, agreementVersion }, { actor });
  expect((await partner.view()).tasks.map(({ kind }) => kind)).not.toContain('agreementChanged');
});

test('an anniversary on which a mail is still on its way is waited for, not looked for again and again', async () => {
  const gateway = createSmtpGateway({ url: 'smtp://127.0.0.1:1', from: 'planning@example.org' });
  const house = await openHouse({ dependencies: (usual) => ({ ...usual, notices: { gateway, audience: {} } }) });
  const partner = await enrolled(house);
  await partner.say('updateBusinessProfile', {
    headline: 'Deployment planning',
    description: 'Twenty consultants.',
    website: 'https://contoso.example',
    countries: ['SE'],
    offerings: ['DDPS'],
    contactEmail: 'planning@contoso.example',
  });
  await house.sleepUntil(partner.day(YEAR - 1));
  await partner.register({ membershipRenewsOn: partner.day(2 * YEAR) });
  await house.sleepUntil(partner.day(YEAR + 2));
  const [length] = await historyLengths(house, partner);
  expect(length).toBeLessThanOrEqual(250);
  await house.sleepUntil(partner.day(YEAR + 5));
  await partner.say('addNote', { text: 'in the next run' });
  expect(await historyLengths(house, partner)).toHaveLength(2);
});

/** Events of each run of the partner's workflow, the latest first. */
async function historyLengths({ client }: HouseInOwnTime, { partnerId }: PartnerCase): Promise<number[]> {
  const workflowId = partnerWorkflowId(partnerId);
  const lengths: number[] = [];
  for (let runId = (await client.workflow.getHandle(workflowId).describe()).runId; runId !== '';) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    lengths.push(events?.length ?? 0);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return lengths;
}
