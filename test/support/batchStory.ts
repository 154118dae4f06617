import type { BatchDeadline, BatchMember } from '../../contracts/batch';
import type { Actor } from '../../contracts/messages';
import type { BatchFacts, BatchPolicy } from '../../domain/batch/decision';
import type { AllBatchPayloads, BatchMessage } from '../../domain/batch/message';
import type { SavbAnswer } from '../../domain/settlement/answer';
import { fingerprintOf } from '../../records/fingerprint';
import { frozen } from './frozen';
import { contoso } from './partner';
import { edition2020 } from './rulebook';
import { operator, system } from './story';

/** Something said to a batch, and what was known when it was decided. */
export interface BatchTold {
  message: BatchMessage;
  facts: BatchFacts;
}

interface Telling {
  /** Day of the decision; nine in the morning, UTC. */
  on?: string;
  /** Instant of the decision, where the hour matters. */
  at?: string;
  by?: Actor;
  /** Message id; by default made of name and instant. */
  as?: string;
  facts?: Partial<BatchFacts>;
  policy?: Partial<BatchPolicy>;
}

/** What the world says while the story goes well: a batch goes out on the 15th, or with ten vouchers. */
export const batchFacts: BatchFacts = frozen({
  rulebook: edition2020,
  partner: contoso,
  heldElsewhere: {},
  gateway: 'http',
  policy: { dayOfMonth: 15, size: 10, daysBeforeDue: 7 },
});

/** Says anything to the batch. */
export function tellBatch<Name extends keyof AllBatchPayloads>(
  name: Name,
  payload: AllBatchPayloads[Name],
  telling: Telling = {},
): BatchTold {
  const { on = '2020-08-20', by = operator } = telling;
  const at = telling.at ?? `${on}T09:00:00.000Z`;
  const fingerprint = fingerprintOf(name, payload);
  const message = { name, payload, messageId: telling.as ?? `${name}@${at}`, fingerprint, actor: by, at };
  const facts = { ...batchFacts, ...telling.facts, policy: { ...batchFacts.policy, ...telling.policy } };
  return frozen({ message: message as BatchMessage, facts });
}

/** The same words again under another message id. */
export const batchAgain = ({ message, facts }: BatchTold): BatchTold =>
  frozen({ message: { ...message, messageId: `${message.messageId}:again` }, facts });

export const group = frozen({
  partnerId: 'contoso',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  currency: 'SEK',
});

/** The voucher of the `number`th engagement, redeemed on 2020-08-03: its payment window ends with 2020-10-02. */
export const memberNo = (number: number, differing: Partial<BatchMember> = {}): BatchMember =>
  frozen({
    engagementId: `E-${number}`,
    reference: `E-${number}:invoice:1`,
    voucherId: `V-${number}`,
    serviceLevelDays: 5,
    redeemedOn: '2020-08-03',
    amount: { minor: 100_000, currency: 'SEK' },
    paymentRequestDueOn: '2020-10-02',
    ...differing,
  });

/** What the request asks for a member. */
export const voucherOf = ({ voucherId, serviceLevelDays, redeemedOn }: BatchMember) => ({
  voucherId,
  serviceLevelDays,
  redeemedOn,
});

/** An engagement joins; the first one opens the batch. */
export function added(member: BatchMember, telling: Telling = {}, differing: Partial<typeof group> = {}): BatchTold {
  const payload = { batchId: 'B-1', group: { ...group, ...differing }, member, utcOffset: '+00:00' };
  const as = `join:${member.reference}:B-1`;
  return tellBatch('addToBatch', payload, { on: '2020-08-04', by: system, as, ...telling });
}

export const sent = (telling: Telling = {}, payload: AllBatchPayloads['sendBatch'] = {}): BatchTold =>
  tellBatch('sendBatch', payload, { on: '2020-08-10', ...telling });

/** SAVB's own answer about the request, by default the first one. */
export const batchSavb = (answer: SavbAnswer, telling: Telling = {}, seq = 1): BatchTold =>
  tellBatch(
    'recordSavbAnswer',
    { reference: `B-1:invoice:${seq}`, answer },
    { on: '2020-08-11', by: system, ...telling },
  );

type Report = AllBatchPayloads['recordPaymentStatus'];

/** What an operator read in SAVB. */
export const batchStatus = (payload: Partial<Report> & Pick<Report, 'status'>, telling: Telling = {}): BatchTold =>
  tellBatch('recordPaymentStatus', { at: '2020-08-20T08:00:00Z', ...payload }, telling);

export const batchSubmitted = (telling: Telling = {}, number = 'MS-1', seq = 1): BatchTold =>
  batchSavb({ status: 'submitted', microsoftReferenceNumber: number }, telling, seq);

export const batchRejected = (telling: Telling = {}, seq = 1): BatchTold =>
  batchSavb(
    { status: 'rejected', code: 'V17', message: 'voucher V-2 is not valid' },
    { on: '2020-08-12', ...telling },
    seq,
  );

export const split = (engagementIds: string[], telling: Telling = {}, reason = 'SAVB names it'): BatchTold =>
  tellBatch('splitBatch', { engagementIds, reason }, telling);

export const corrected = (
  changes: AllBatchPayloads['correctPaymentRequest']['changes'] = {},
  telling: Telling = {},
): BatchTold => tellBatch('correctPaymentRequest', { changes, reason: 'SAVB said so' }, telling);

export const batchResolved = (taskId: string, resolution?: string, telling: Telling = {}): BatchTold =>
  tellBatch('resolveTask', { taskId, ...(resolution !== undefined && { resolution }) }, telling);

/** A deadline passes when it is due. */
export const batchPassed = ({ kind, at }: BatchDeadline, telling: Telling = {}): BatchTold =>
  tellBatch('passDeadline', { kind, at }, { at, by: system, ...telling });

/** Three vouchers on their way, step by step. */
const collecting = [added(memberNo(1)), added(memberNo(2)), added(memberNo(3))];
const prepared = [...collecting, sent()];
const paymentRequested = [...prepared, batchSubmitted()];
const paymentApproved = [...paymentRequested, batchSavb({ status: 'approved' }, { on: '2020-08-15' })];
const paid = [...paymentApproved, batchSavb({ status: 'paid' }, { on: '2020-08-30' })];

export const batchPath = frozen({ collecting, prepared, paymentRequested, paymentApproved, paid });
