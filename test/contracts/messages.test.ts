import { messageIdSchema, MESSAGE_ROUTES, payloadSchemas } from '../../contracts/messages';
import { isEngagementMessage } from '../../contracts/names';
import { ENGAGEMENT_MESSAGES, type EngagementMessageName } from '../../contracts/names';
import { payloads } from '../support/story';

/** One well-formed payload of each message. */
const GOOD: Record<EngagementMessageName, object> = {
  assignVoucher: payloads.assignVoucher,
  replaceVoucher: { ...payloads.assignVoucher, reason: 'corrected' },
  reserveVoucher: payloads.reserveVoucher,
  cancelReservation: { reason: 'r' },
  reschedule: { scheduledStart: '2020-08-03', scheduledEnd: '2020-08-14' },
  submitCompletionReport: payloads.submitCompletionReport,
  redeemVoucher: { confirmed: true },
  extendVoucher: { addDays: 1, reason: 'r' },
  cancelEngagement: { reason: 'r' },
  recordPaymentStatus: { status: 'approved', at: '2020-08-15T10:00:00+02:00' },
  correctPaymentRequest: { changes: { invoiceDate: '2020-08-15' }, reason: 'r' },
  reportVoucherProblem: { problem: 'validationFailed' },
  adoptRules: { rulebook: '2021-04', reason: 'r' },
  eligibilityChanged: { requirement: 'competency', met: false },
  recordLicenseEnd: { endsOn: '2020-12-31' },
  transferEngagement: { toPartnerId: 'fabrikam', reason: 'r' },
  updateCustomer: { name: 'n' },
  resolveTask: { taskId: 'E-1:paymentHeld:1' },
  claimTask: { taskId: 'E-1:paymentHeld:1' },
  releaseTask: { taskId: 'E-1:paymentHeld:1' },
  addNote: { text: 't' },
};

const reads = (name: EngagementMessageName, payload: unknown) => payloadSchemas[name].safeParse(payload).success;

describe.each(ENGAGEMENT_MESSAGES)('%s', (name) => {
  test('is read as it was said', () => expect(payloadSchemas[name].parse(GOOD[name])).toStrictEqual(GOOD[name]));
  test('takes no field it does not know', () => expect(reads(name, { ...GOOD[name], unknown: 1 })).toBe(false));
  test('is an object', () => {
    for (const rubbish of [undefined, null, 'text', 7, []]) expect(reads(name, rubbish)).toBe(false);
  });
  test('asks for what it needs', () => {
    const [first] = Object.keys(GOOD[name]);
    const { [first as never]: _first, ...rest } = GOOD[name];
    expect(reads(name, rest)).toBe(false);
  });
});

test.each(['2020-02-30', '2020-2-3', '20200203', '1999-12-31', '2100-01-01', '9999-12-31', '2020-07-02T00:00:00Z'])(
  'a day is not %s: reckoning stays among days that exist, of this century',
  (assignedOn) => expect(reads('assignVoucher', { ...GOOD.assignVoucher, assignedOn })).toBe(false),
);

test.each(['2020-08-15', '2020-08-15T10:00:00', '9999-12-31T23:59:59-12:00', '0000-01-01T00:00:00Z'])(
  'an instant is not %s',
  (at) => expect(reads('recordPaymentStatus', { ...GOOD.recordPaymentStatus, at })).toBe(false),
);

test('an address has at most 64 characters before the @, as many as mail can go to', () => {
  const to = (local: string) => ({ ...payloads.assignVoucher, voucherAdministratorEmail: `${local}@tailspin.example` });
  expect(reads('assignVoucher', to('v'.repeat(64)))).toBe(true);
  expect(reads('assignVoucher', to('v'.repeat(65)))).toBe(false);
});

test('an extension is by days or until a day, never both or neither', () => {
  expect(reads('extendVoucher', { expiresOn: '2021-01-01', reason: 'r' })).toBe(true);
  expect(reads('extendVoucher', { expiresOn: '2021-01-01', addDays: 1, reason: 'r' })).toBe(false);
  expect(reads('extendVoucher', { reason: 'r' })).toBe(false);
});

test('the system’s own statuses cannot be reported', () => {
  for (const status of ['prepared', 'unknown'])
    expect(reads('recordPaymentStatus', { ...GOOD.recordPaymentStatus, status })).toBe(false);
});

test('terms are accepted and a redemption confirmed, or not said', () => {
  expect(reads('reserveVoucher', { ...GOOD.reserveVoucher, termsAccepted: false })).toBe(false);
  expect(reads('redeemVoucher', { confirmed: false })).toBe(false);
});

test('a change of the customer changes something', () => expect(reads('updateCustomer', {})).toBe(false));

test('every message has a route of its own but those about tasks, and what the partner’s workflow says', () =>
  expect(ENGAGEMENT_MESSAGES.filter((name) => !(name in MESSAGE_ROUTES))).toStrictEqual([
    'eligibilityChanged',
    'resolveTask',
    'claimTask',
    'releaseTask',
  ]));

test('names of other things are not messages', () => {
  expect(isEngagementMessage('redeemVoucher')).toBe(true);
  expect(isEngagementMessage('passDeadline')).toBe(false);
  expect(isEngagementMessage('toString')).toBe(false);
});

test('nobody may take a message id of the engagement’s own', () => {
  expect(messageIdSchema.safeParse('m-1').success).toBe(true);
  for (const messageId of ['start:E-1', 'deadline:closing:x', 'savb:r:0:paid', 'hand:run:1', '', 'two words'])
    expect(messageIdSchema.safeParse(messageId).success).toBe(false);
});
