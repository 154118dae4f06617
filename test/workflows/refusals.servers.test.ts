import { ApplicationFailure, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Verdict } from '../../contracts/engagement';
import type { Actor, Payloads } from '../../contracts/messages';
import type { EngagementMessageName } from '../../contracts/names';
import { addDays } from '../../domain/days';
import type { Refusal, RefusalCode } from '../../domain/refusals';
import { Case, CONSULTANT, OPERATOR, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
afterAll(() => house.stop());

/** The refusal as it reaches whoever sent the Update. */
async function refusalOf(sending: Promise<Verdict>): Promise<unknown> {
  const error: unknown = await sending.catch((failure: unknown) => failure);
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
  const [refusal] = error.cause.details as [Refusal];
  expect(error.cause).toMatchObject({ type: refusal.code, message: refusal.detail, nonRetryable: true });
  return refusal;
}

const historyLength = async ({ handle }: Case) => (await handle.describe()).historyLength;

type Prepare = (engagement: Case) => Promise<void>;
const started: Prepare = async (engagement) => void (await engagement.until(({ version }) => version >= 1));
const assigned: Prepare = (engagement) => engagement.assign();
const reserved: Prepare = async (engagement) => {
  await engagement.assign();
  await engagement.reserve();
};
const reported: Prepare = async (engagement) => {
  await reserved(engagement);
  await engagement.report();
};

type Changed = Record<string, unknown>;
type Row = [rule: string, Prepare, EngagementMessageName, (engagement: Case) => Changed, Actor, RefusalCode];

const later = ({ today }: Case, days: number) => addDays(today, days);

const REFUSED_BY_CONTENT: Row[] = [
  [
    'the offering fits the engagement type',
    started,
    'assignVoucher',
    () => ({ offering: 'SDPS' }),
    OPERATOR,
    'wrong-offering',
  ],
  [
    'there is no service level of 7 days',
    started,
    'assignVoucher',
    () => ({ serviceLevelDays: 7 }),
    OPERATOR,
    'service-level-unknown',
  ],
  [
    'the service level is the agreed one',
    started,
    'assignVoucher',
    () => ({ serviceLevelDays: 10 }),
    OPERATOR,
    'service-level-differs',
  ],
  [
    'nothing is assigned in the future',
    started,
    'assignVoucher',
    (of) => ({ assignedOn: later(of, 1) }),
    OPERATOR,
    'dates-out-of-order',
  ],
  [
    'a payload has no unknown field',
    started,
    'assignVoucher',
    () => ({ colour: 'blue' }),
    OPERATOR,
    'malformed-message',
  ],
  [
    'a field has its type',
    started,
    'assignVoucher',
    () => ({ serviceLevelDays: 'five' }),
    OPERATOR,
    'malformed-message',
  ],
  [
    'the e-mail is the one of the voucher’s administrator',
    assigned,
    'reserveVoucher',
    () => ({ voucherAdministratorEmail: 'v@x.example' }),
    PARTNER_ADMIN,
    'voucher-mismatch',
  ],
  [
    'the voucher is the assigned one',
    assigned,
    'reserveVoucher',
    () => ({ voucherId: 'another' }),
    PARTNER_ADMIN,
    'voucher-mismatch',
  ],
  [
    'the location is in the country of delivery',
    assigned,
    'reserveVoucher',
    () => ({ locationId: 'contoso-de' }),
    PARTNER_ADMIN,
    'location-not-in-country',
  ],
  [
    'a consultant is known',
    assigned,
    'reserveVoucher',
    () => ({ consultantIds: ['nobody'] }),
    PARTNER_ADMIN,
    'consultant-unknown',
  ],
  [
    'the schedule ends before the voucher does',
    assigned,
    'reserveVoucher',
    (of) => ({ scheduledEnd: later(of, 181) }),
    PARTNER_ADMIN,
    'schedule-past-expiry',
  ],
  [
    'nobody extends a voucher backwards',
    assigned,
    'extendVoucher',
    (of) => ({ expiresOn: of.today, reason: 'shorter' }),
    OPERATOR,
    'extension-not-later',
  ],
  [
    'a rescheduled engagement keeps to the voucher too',
    reserved,
    'reschedule',
    (of) => ({ scheduledStart: of.today, scheduledEnd: later(of, 181) }),
    PARTNER_ADMIN,
    'schedule-past-expiry',
  ],
  ['a reported file is uploaded', reserved, 'submitCompletionReport', () => ({}), CONSULTANT, 'deliverable-missing'],
  [
    'no more days than the voucher covers',
    reserved,
    'submitCompletionReport',
    () => ({ daysDelivered: 6 }),
    CONSULTANT,
    'too-many-days',
  ],
  [
    'a second report says that it corrects the first',
    reported,
    'submitCompletionReport',
    () => ({ summary: 'other' }),
    CONSULTANT,
    'already-done-differently',
  ],
  [
    'nothing is redeemed before it is reserved',
    reported,
    'redeemVoucher',
    (of) => ({ confirmed: true, redeemedOn: later(of, -1) }),
    PARTNER_ADMIN,
    'dates-out-of-order',
  ],
  ['a task is known', started, 'resolveTask', () => ({ taskId: 'e:voucherMissing:1' }), OPERATOR, 'task-unknown'],
];

describe('against a rule', () => {
  test.each(REFUSED_BY_CONTENT)(
    '%s: the refusal reaches the sender, is recorded, and changes nothing else',
    async (_rule, prepare, name, changed, actor, code) => {
      const engagement = await Case.start(house);
      await prepare(engagement);
      const before = await engagement.view();
      const usual: Partial<Payloads> = engagement.payloads();
      const payload = { ...usual[name], ...changed(engagement) };
      const refusal = await refusalOf(engagement.send(name, payload, { actor, messageId: 'refused' }));
      expect(refusal).toMatchObject({ code });
      const { version, updatedAt, ...after } = await engagement.view();
      expect({ ...after, version: version - 1, updatedAt: before.updatedAt }).toStrictEqual(before);
      const last = (await engagement.timeline()).at(-1);
      expect(last).toStrictEqual({
        type: 'MessageRefused',
        data: { message: name, refusal },
        engagementId: engagement.engagementId,
        version,
        at: updatedAt,
        messageId: 'refused',
        actor,
      });
      expect(await house.records.engagements.timeline(engagement.engagementId)).toStrictEqual(
        await engagement.timeline(),
      );
    },
  );

  test('a voucher belongs to one engagement', async () => {
    const first = await Case.start(house);
    await first.assign();
    const second = await Case.start(house);
    const sending = second.send('assignVoucher', first.payloads().assignVoucher);
    expect(await refusalOf(sending)).toStrictEqual({
      code: 'voucher-held',
      detail: `voucher V-${first.engagementId} is held by another engagement`,
      errors: [{ pointer: '/voucherId', message: 'a voucher no other engagement holds' }],
      awaiting: {
        message: 'assignVoucher',
        from: 'customer',
        until: expect.stringMatching(/T00:00:00.000Z$/) as string,
      },
    });
  });

  test('lost eligibility holds the redemption and opens a task beside the refusal', async () => {
    const engagement = await Case.start(house);
    await reported(engagement);
    const partner = (await house.records.partners.view('contoso-services'))!;
    await showPartner(house.records, { ...partner, competencies: [] });
    const refusal = await refusalOf(engagement.send('redeemVoucher', { confirmed: true }, { actor: PARTNER_ADMIN }));
    await showPartner(house.records, partner);
    expect(refusal).toMatchObject({ code: 'competency-missing' });
    expect((await engagement.timeline()).slice(-2)).toMatchObject([
      { type: 'TaskOpened', data: { task: { kind: 'eligibilityLapsed' } } },
      { type: 'MessageRefused', data: { refusal } },
    ]);
    expect(await refusalOf(engagement.send('redeemVoucher', { confirmed: true }))).toMatchObject({
      code: 'held-by-task',
    });
  });

  test('the refusal is the answer of its message id, however often it is said', async () => {
    const engagement = await Case.start(house);
    await assigned(engagement);
    const wrong = { ...engagement.payloads().reserveVoucher, voucherId: 'another' };
    const said = { actor: PARTNER_ADMIN, messageId: 'reserve-1' };
    const refusal = await refusalOf(engagement.send('reserveVoucher', wrong, said));
    await engagement.signal('reserveVoucher', wrong, said);
    await engagement.send('addNote', { text: 'after it' });
    expect(await refusalOf(engagement.send('reserveVoucher', wrong, said))).toStrictEqual(refusal);
    expect((await engagement.timeline()).map(({ type }) => type)).toStrictEqual([
      'EngagementStarted',
      'VoucherAssigned',
      'MessageRefused',
      'NoteAdded',
    ]);
  });
});

describe('out of turn', () => {
  const OUT_OF_TURN: Row[] = [
    ['a reservation before the voucher', started, 'reserveVoucher', () => ({}), PARTNER_ADMIN, 'wrong-stage'],
    ['a redemption before the report', reserved, 'redeemVoucher', () => ({}), PARTNER_ADMIN, 'report-missing'],
    ['a replacement after the reservation', reserved, 'replaceVoucher', () => ({}), OPERATOR, 'wrong-stage'],
    ['a payment before the redemption', reserved, 'recordPaymentStatus', () => ({}), OPERATOR, 'wrong-stage'],
    ['a reservation by a consultant', assigned, 'reserveVoucher', () => ({}), CONSULTANT, 'role-not-allowed'],
    ['a payment status by a partner', assigned, 'recordPaymentStatus', () => ({}), PARTNER_ADMIN, 'role-not-allowed'],
  ];

  test.each(OUT_OF_TURN)(
    '%s is refused at the door: no event in history, none on record',
    async (_rule, prepare, name, _changed, actor, code) => {
      const engagement = await Case.start(house);
      await prepare(engagement);
      const before = await engagement.timeline();
      const length = await historyLength(engagement);
      expect(await refusalOf(engagement.send(name, {}, { actor }))).toMatchObject({ code });
      expect(await historyLength(engagement)).toBe(length);
      expect(await house.records.engagements.timeline(engagement.engagementId)).toStrictEqual(before);
    },
  );

  test.each(OUT_OF_TURN)(
    '%s, sent as a Signal, is refused on record',
    async (_rule, prepare, name, _changed, actor, code) => {
      const engagement = await Case.start(house);
      await prepare(engagement);
      await engagement.signal(name, payloadOf(engagement, name), { actor });
      const events = await eventually(
        () => engagement.timeline(),
        (timeline) => timeline.at(-1)?.type === 'MessageRefused',
      );
      expect(events.at(-1)).toMatchObject({ data: { message: name, refusal: { code } }, actor });
    },
  );

  test('what was refused at the door may come again under its id when it is its turn', async () => {
    const engagement = await Case.start(house);
    await started(engagement);
    const { reserveVoucher } = engagement.payloads();
    const reserve = () =>
      engagement.send('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN, messageId: 'reserve-1' });
    expect(await refusalOf(reserve())).toMatchObject({
      code: 'wrong-stage',
      awaiting: { message: 'assignVoucher', from: 'customer' },
    });
    await engagement.assign();
    expect(await reserve()).toStrictEqual({ status: 'applied', version: 3, stage: 'reserved' });
  });

  test('nothing is refused at the door while anything is under way: the message before may make it legal', async () => {
    const engagement = await Case.start(house);
    const { assignVoucher, reserveVoucher } = engagement.payloads();
    await engagement.signal('assignVoucher', assignVoucher);
    const verdict = await engagement.send('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN });
    expect(verdict).toStrictEqual({ status: 'applied', version: 3, stage: 'reserved' });
  });
});

/** A well-formed payload, whatever stage it belongs to. */
function payloadOf(engagement: Case, name: EngagementMessageName): Payloads[typeof name] {
  const { assignVoucher, reserveVoucher, redeemVoucher } = engagement.payloads();
  const at = new Date().toISOString();
  const payloads: Partial<Payloads> = {
    reserveVoucher,
    redeemVoucher,
    replaceVoucher: { ...assignVoucher, reason: 'reissued' },
    recordPaymentStatus: { status: 'approved', at },
  };
  return payloads[name]!;
}
