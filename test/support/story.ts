import type { Actor } from '../../contracts/messages';
import type { Facts } from '../../domain/engagement/decision';
import type { AllPayloads, Message, MessageName } from '../../domain/engagement/message';
import type { SavbAnswer } from '../../domain/settlement/answer';
import type { Deadline } from '../../contracts/engagement';
import { fingerprintOf } from '../../records/fingerprint';
import { frozen } from './frozen';
import { contoso, fabrikamServices } from './partner';
import { edition2020, edition2021 } from './rulebook';

/** Something said, and what was known when it was decided. */
export interface Told {
  message: Message;
  facts: Facts;
}

interface Telling {
  /** Day of the decision; nine in the morning, UTC. */
  on?: string;
  /** Instant of the decision, where the hour matters. */
  at?: string;
  by?: Actor;
  /** Message id; by default made of name and instant. */
  as?: string;
  facts?: Partial<Facts>;
}

export const operator: Actor = frozen({ subject: 'olga', role: 'operator' });
export const support: Actor = frozen({ subject: 'sven', role: 'support' });
export const partnerAdmin: Actor = frozen({ subject: 'petra', role: 'partnerAdmin', partnerId: 'contoso' });
export const globalAdmin: Actor = frozen({ subject: 'gil', role: 'globalAdmin', partnerId: 'contoso' });
export const consultant: Actor = frozen({ subject: 'eva', role: 'consultant', partnerId: 'contoso' });
export const system: Actor = frozen({ subject: 'system', role: 'system' });

export const plan = frozen({ name: 'plan.docx', size: 1000, sha256: 'a'.repeat(64) });

/** What the world says while the story goes well. */
export const facts: Facts = frozen({
  rulebook: edition2020,
  partner: contoso,
  editions: ['2020-06', '2021-04'],
  adopted: { rulebook: edition2021, reference: { id: '2021-04', hash: 'h2' } },
  newPartner: fabrikamServices,
  heldElsewhere: {},
  uploads: [plan],
  rate: { minor: 8_250_000, currency: 'SEK' },
  gateway: 'http',
});

/** Says anything to the engagement. */
export function tell<Name extends MessageName>(name: Name, payload: AllPayloads[Name], telling: Telling): Told {
  const at = telling.at ?? `${telling.on}T09:00:00.000Z`;
  const { by = operator, as = `${name}@${at}` } = telling;
  const fingerprint = fingerprintOf(name, payload);
  const message = { name, payload, messageId: as, fingerprint, actor: by, at } as Message;
  return frozen({ message, facts: { ...facts, ...telling.facts } });
}

/** The same words again under another message id. */
export const again = ({ message, facts: known }: Told, as = `${message.messageId}:again`): Told =>
  frozen({ message: { ...message, messageId: as }, facts: known });

export const payloads = frozen({
  startEngagement: {
    engagementId: 'E-1',
    partnerId: 'contoso',
    engagementType: 'windowsOffice',
    customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
    rulebook: { id: '2020-06', hash: 'h' },
    utcOffset: '+00:00',
    startedBy: operator,
  },
  assignVoucher: {
    voucherId: 'V-1',
    voucherAdministratorEmail: 'admin@fabrikam.example',
    projectManager: { name: 'Lars Ek', email: 'lars@fabrikam.example' },
    offering: 'DDPS',
    serviceLevelDays: 5,
    assignedOn: '2020-07-02',
  },
  reserveVoucher: {
    voucherId: 'V-1',
    voucherAdministratorEmail: 'admin@fabrikam.example',
    locationId: 'contoso-se',
    scheduledStart: '2020-07-20',
    scheduledEnd: '2020-07-31',
    consultantIds: ['eva.lind'],
    termsAccepted: true,
  },
  submitCompletionReport: {
    startedOn: '2020-07-20',
    completedOn: '2020-07-30',
    deliveredToCustomerOn: '2020-07-31',
    daysDelivered: 5,
    consultantIds: ['eva.lind'],
    deliverables: [{ name: 'plan.docx', kind: 'customerPlan' }],
    summary: 'Deployment plan in three waves',
  },
} satisfies Partial<AllPayloads>);

type Said<Name extends MessageName> = (payload?: Partial<AllPayloads[Name]>, telling?: Telling) => Told;

const said =
  <Name extends MessageName>(name: Name, usual: AllPayloads[Name], usually: Telling): Said<Name> =>
  (payload = {}, telling = {}) =>
    tell(name, { ...usual, ...payload }, { ...usually, ...telling });

/** The straight path, step by step; each may be told differently. The voucher runs until 2020-12-29. */
export const started = said('startEngagement', payloads.startEngagement, { on: '2020-07-01' });
export const assigned = said('assignVoucher', payloads.assignVoucher, { on: '2020-07-03' });
export const reserved = said('reserveVoucher', payloads.reserveVoucher, { on: '2020-07-10', by: partnerAdmin });
export const reported = said('submitCompletionReport', payloads.submitCompletionReport, {
  on: '2020-08-01',
  by: consultant,
});
export const redeemed = said('redeemVoucher', { confirmed: true }, { on: '2020-08-03', by: partnerAdmin });
export const submitted = said(
  'recordSavbAnswer',
  { reference: 'E-1:invoice:1', answer: { status: 'submitted', microsoftReferenceNumber: 'MS-1' } },
  { on: '2020-08-04', by: system },
);
export const approved = said(
  'recordPaymentStatus',
  { status: 'approved', at: '2020-08-15T10:00:00Z' },
  { on: '2020-08-16' },
);
export const paid = said('recordPaymentStatus', { status: 'paid', at: '2020-08-30T10:00:00Z' }, { on: '2020-08-31' });

export const replaced = said(
  'replaceVoucher',
  { ...payloads.assignVoucher, voucherId: 'V-2', reason: 'reissued' },
  { on: '2020-07-05' },
);
export const extended = said('extendVoucher', { reason: 'granted by Microsoft', addDays: 90 }, { on: '2020-07-06' });
export const rescheduled = said(
  'reschedule',
  { scheduledStart: '2020-08-03', scheduledEnd: '2020-08-14' },
  { on: '2020-07-15', by: partnerAdmin },
);
export const reservationCancelled = said(
  'cancelReservation',
  { reason: 'wrong country' },
  { on: '2020-08-02', by: partnerAdmin },
);
export const cancelled = said('cancelEngagement', { reason: 'customer withdrew' }, { on: '2020-08-02' });
export const problemReported = said(
  'reportVoucherProblem',
  { problem: 'validationFailed' },
  { on: '2020-07-04', by: partnerAdmin },
);
export const rulesAdopted = said(
  'adoptRules',
  { rulebook: '2021-04', reason: 'retirement notice' },
  { on: '2020-07-12' },
);
export const eligibilityChanged = said(
  'eligibilityChanged',
  { requirement: 'competency', met: false },
  { on: '2020-07-25', by: system },
);
export const licenseEnds = said('recordLicenseEnd', { endsOn: '2020-09-30' }, { on: '2020-07-13', by: partnerAdmin });
export const transferred = said(
  'transferEngagement',
  { toPartnerId: 'fabrikam-services', reason: 'accounts merged' },
  { on: '2020-07-14' },
);
export const customerUpdated = (
  changes: AllPayloads['updateCustomer'] = { name: 'Fabrikam Group' },
  telling: Telling = { on: '2020-07-14' },
): Told => tell('updateCustomer', changes, telling);
export const noted = said('addNote', { text: 'called the customer' }, { on: '2020-08-02' });

/** The straight path up to a step. */
export const path = frozen({
  awaitingVoucher: [started()],
  voucherAssigned: [started(), assigned()],
  reserved: [started(), assigned(), reserved()],
  completionReported: [started(), assigned(), reserved(), reported()],
  redeemed: [started(), assigned(), reserved(), reported(), redeemed()],
  paymentRequested: [started(), assigned(), reserved(), reported(), redeemed(), submitted()],
  paymentApproved: [started(), assigned(), reserved(), reported(), redeemed(), submitted(), approved()],
  paid: [started(), assigned(), reserved(), reported(), redeemed(), submitted(), approved(), paid()],
});

export const savb = (answer: SavbAnswer, telling: Telling = { on: '2020-08-05' }): Told =>
  tell('recordSavbAnswer', { reference: 'E-1:invoice:1', answer }, { by: system, ...telling });

export const status = (
  payload: Partial<AllPayloads['recordPaymentStatus']> & Pick<AllPayloads['recordPaymentStatus'], 'status'>,
  telling: Telling = { on: '2020-08-20' },
): Told => tell('recordPaymentStatus', { at: '2020-08-20T08:00:00Z', ...payload }, telling);

export const resolved = (taskId: string, resolution?: string, telling: Telling = { on: '2020-08-20' }): Told =>
  tell('resolveTask', { taskId, ...(resolution !== undefined && { resolution }) }, telling);

/** A deadline passes when it is due. */
export const passed = ({ kind, at }: Deadline, telling: Telling = {}): Told =>
  tell('passDeadline', { kind, at }, { at, by: system, ...telling });
