import { eventCells } from '../../client/wording/events';
import type { NewEvent } from '../../domain/engagement/events';
import { EVENT_TYPES } from '../../contracts/names';
import { task as anyTask } from './cliSupport';

const task = { ...anyTask, kind: 'paymentHeld' as const };
const customer = { name: 'Fabrikam AG', country: 'SE' };
const rulebook = { id: '2020-06', hash: 'abc' };
const voucher = {
  voucherId: 'V-2',
  voucherAdministratorEmail: 'v@fabrikam.example',
  projectManager: { name: 'Kim', email: 'kim@contoso.example' },
  offering: 'DDPS',
  serviceLevelDays: 5,
  assignedOn: '2020-09-01',
  expiresOn: '2021-02-28',
};
const schedule = { scheduledStart: '2020-09-14', scheduledEnd: '2020-09-18', consultantIds: ['eva.lind'] };
const report = {
  startedOn: '2020-09-14',
  completedOn: '2020-09-18',
  deliveredToCustomerOn: '2020-09-18',
  daysDelivered: 5,
  consultantIds: ['eva.lind'],
  deliverables: [],
  summary: 'done',
};
const reference = 'E-1001:invoice:1';
const reportedAt = '2020-09-22T00:00:00Z';

const told: [NewEvent, string][] = [
  [
    {
      type: 'EngagementStarted',
      data: { partnerId: 'c', engagementType: 'ppm', customer, rulebook, utcOffset: '+00:00' },
    },
    'PPM for Fabrikam AG, SE',
  ],
  [{ type: 'VoucherAssigned', data: { voucher } }, 'V-2, to be redeemed by 2021-02-28'],
  [
    { type: 'VoucherReplaced', data: { voucher, replacedVoucherId: 'V-1', reason: 'reissued' } },
    'V-2 for V-1: reissued',
  ],
  [
    {
      type: 'VoucherReserved',
      data: { reservation: { locationId: 'L-1', deliveryCountry: 'SE', reservedOn: '2020-09-02', ...schedule } },
    },
    'L-1, 2020-09-14 to 2020-09-18',
  ],
  [{ type: 'ReservationCancelled', data: { reason: 'moved' } }, 'moved'],
  [{ type: 'EngagementRescheduled', data: schedule }, '2020-09-14 to 2020-09-18'],
  [{ type: 'CompletionReportSubmitted', data: { report } }, '5 days delivered on 2020-09-18'],
  [
    { type: 'CompletionReportSubmitted', data: { report, corrects: true } },
    '5 days delivered on 2020-09-18 (corrected)',
  ],
  [
    { type: 'VoucherRedeemed', data: { redemption: { redeemedOn: '2020-09-21', paymentRequestDueOn: '2020-11-20' } } },
    'on 2020-09-21, payment request due 2020-11-20',
  ],
  [
    {
      type: 'PaymentRequestPrepared',
      data: {
        reference,
        gateway: 'http',
        offering: 'DDPS',
        country: 'SE',
        locationId: 'L-1',
        vouchers: [],
        amount: { minor: 4_500_000, currency: 'SEK' },
        invoice: { number: '1', date: '2020-09-22' },
        seq: 1,
      },
    },
    'E-1001:invoice:1, SEK 45,000.00',
  ],
  [
    {
      type: 'PaymentRequestSubmitted',
      data: { reference, microsoftReferenceNumber: 'MS-1', submittedAt: '2020-09-22T00:00:00Z' },
    },
    'Microsoft reference MS-1',
  ],
  [{ type: 'PaymentStatusChanged', data: { reference, status: 'approved', reportedAt } }, 'approved'],
  [
    {
      type: 'PaymentStatusChanged',
      data: { reference, status: 'rejected', reportedAt, rejection: { message: 'no such voucher' } },
    },
    'rejected: no such voucher',
  ],
  [{ type: 'PaymentDenied', data: { reportedAt, note: 'too late' } }, 'too late'],
  [{ type: 'PaymentDenied', data: { reportedAt } }, ''],
  [
    {
      type: 'PaymentRequestCorrected',
      data: { reference: 'E-1001:invoice:1', changes: {}, reason: 'location closed' },
    },
    'E-1001:invoice:1 is given up and asked for anew: location closed',
  ],
  [
    {
      type: 'VoucherExtended',
      data: { previousExpiresOn: '2021-02-28', expiresOn: '2021-05-29', reason: 'closed offices' },
    },
    '2021-02-28 to 2021-05-29: closed offices',
  ],
  [
    { type: 'VoucherExpired', data: { expiredOn: '2021-02-28', planningDays: 'returned' } },
    'on 2021-02-28, its days are returned',
  ],
  [{ type: 'VoucherProblemReported', data: { problem: 'validationFailed' } }, 'validationFailed'],
  [
    { type: 'VoucherProblemReported', data: { problem: 'validationFailed', note: 'wrong e-mail' } },
    'validationFailed: wrong e-mail',
  ],
  [
    {
      type: 'RulesAdopted',
      data: {
        rulebook: { id: '2021-04', hash: 'b' },
        previousRulebook: { id: '2020-06', hash: 'a' },
        reason: 'retirement notice',
      },
    },
    '2020-06 to 2021-04: retirement notice',
  ],
  [{ type: 'EligibilityChanged', data: { requirement: 'competency', met: false } }, 'competency is not met'],
  [{ type: 'EligibilityChanged', data: { requirement: 'enrollment', met: true } }, 'enrollment is met'],
  [{ type: 'LicenseEndRecorded', data: { endsOn: '2020-12-31' } }, 'on 2020-12-31'],
  [
    {
      type: 'EngagementTransferred',
      data: { partnerId: 'fabrikam', previousPartnerId: 'contoso', reason: 'accounts merged' },
    },
    'contoso to fabrikam: accounts merged',
  ],
  [{ type: 'CustomerUpdated', data: { name: 'Fabrikam AB', licensingId: 'L-1', deadlines: [] } }, 'name, licensingId'],
  [{ type: 'PaymentWindowLapsed', data: { note: 'given up' } }, 'given up'],
  [{ type: 'PaymentWindowLapsed', data: {} }, ''],
  [{ type: 'EngagementCancelled', data: { reason: 'no budget' } }, 'no budget'],
  [{ type: 'NoteAdded', data: { text: 'two\nlines' } }, 'two lines'],
  [{ type: 'DeadlineReminded', data: { kind: 'expiryReminder', at: reportedAt, about: 'runs out' } }, 'runs out'],
  [{ type: 'TaskOpened', data: { task } }, 'E-1001:paymentHeld:1 (globalAdmin)'],
  [{ type: 'TaskClaimed', data: { taskId: task.taskId, claimedBy: 'kim' } }, 'E-1001:paymentHeld:1 by kim'],
  [{ type: 'TaskReleased', data: { taskId: task.taskId } }, 'E-1001:paymentHeld:1'],
  [
    { type: 'TaskResolved', data: { taskId: task.taskId, kind: task.kind, resolution: 'bankDetailsCorrected' } },
    'E-1001:paymentHeld:1 as bankDetailsCorrected',
  ],
  [
    {
      type: 'MessageRefused',
      data: { message: 'redeemVoucher', refusal: { code: 'report-missing', detail: 'the report is missing' } },
    },
    'redeemVoucher: the report is missing',
  ],
];

test.each(told)('$type says what happened', (event, text) =>
  expect(
    eventCells({
      ...event,
      engagementId: 'E-1001',
      version: 7,
      at: '2020-09-01T08:00:00.000Z',
      messageId: 'm-7',
      actor: { subject: 'dev-operator', role: 'operator' },
    }),
  ).toStrictEqual(['2020-09-01 08:00:00 UTC', '7', event.type, 'dev-operator', text]),
);

test('every kind of event is told', () =>
  expect(new Set(told.map(([{ type }]) => type))).toStrictEqual(new Set(EVENT_TYPES)));
