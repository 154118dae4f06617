import type { Money } from '../../contracts/common';
import type { PaymentRequest } from '../../contracts/engagement';
import type { BatchStage, Stage } from '../../contracts/names';
import type { Attempt, AttemptOutcome } from './attempt';
import { isRefused } from './request';

/**
 * How a payment request stands on record. `intended`: no attempt ever went out. `underWay`: attempted, and nobody knows yet
 * what came of it. `booked`: SAVB took it. `refused`: a definite no, or given up. `denied`: SAVB may have it for ever, and
 * will not pay.
 */
type Standing = 'intended' | 'underWay' | 'booked' | 'refused' | 'denied';

/** Whose invoice it is: an engagement's, or a batch's. */
interface OwnerId {
  engagementId?: string;
  batchId?: string;
}

/** A payment request in our books. */
export interface Entry extends OwnerId {
  reference: string;
  partnerId: string;
  /** Absent as long as there is only an invoice number. */
  amount?: Money;
  /** The number it has on record, whoever recorded it. */
  microsoftReferenceNumber?: string;
  standing: Standing;
  /** Instant since which it stands so: of the first attempt while it is under way. */
  since: string;
}

/** What is on record of one invoice. */
export interface RequestOnRecord extends OwnerId {
  reference: string;
  partnerId: string;
  /** Instant of the intent. */
  numberedAt: string;
  amount?: Money;
  /** The number of the latest attempt. */
  attempt: number;
  /** The latest attempts. */
  attempts: readonly Attempt[];
}

/** Who asks for the payment, as far as it tells how the request stands. */
export interface Owner {
  partnerId: string;
  stage: Stage | BatchStage;
  paymentRequest?: PaymentRequest;
}

/** Where nothing more is asked for. */
const GIVEN_UP: readonly Owner['stage'][] = ['paymentLapsed', 'dissolved'];

/** The entry of one invoice, by its attempts and by the record of its owner, which knows what people reported. */
export function entryOf(row: RequestOnRecord, owner?: Owner): Entry {
  const { reference, engagementId, batchId, amount } = row;
  const latest = latestOf(row, owner);
  const accepted = acceptedIn(row);
  const number = latest?.microsoftReferenceNumber ?? accepted?.outcome.microsoftReferenceNumber;
  return {
    reference,
    ...(engagementId !== undefined && { engagementId }),
    ...(batchId !== undefined && { batchId }),
    partnerId: owner?.partnerId ?? row.partnerId,
    ...(amount && { amount }),
    ...(number !== undefined && { microsoftReferenceNumber: number }),
    ...standingOf(row, owner),
  };
}

const latestOf = ({ reference }: RequestOnRecord, owner: Owner | undefined) =>
  owner?.paymentRequest?.reference === reference ? owner.paymentRequest : undefined;

const acceptedIn = ({ attempts }: RequestOnRecord) => attempts.filter(isFinished).findLast(endedAs('SUCCESS'));

function standingOf(row: RequestOnRecord, owner: Owner | undefined): Pick<Entry, 'standing' | 'since'> {
  const latest = latestOf(row, owner);
  const accepted = acceptedIn(row);
  const since = row.numberedAt;
  const isAttempted = row.attempts.some((attempt) => !isFinished(attempt) || !endedAs('byHand')(attempt));
  if (latest?.status === 'denied') return { standing: 'denied', since };
  if (latest && owner && (isRefused(latest.status) || GIVEN_UP.includes(owner.stage)))
    return { standing: 'refused', since };
  if (latest?.submittedAt !== undefined) return { standing: 'booked', since: latest.submittedAt };
  // An owner asks anew only after a definite no to what it asked for before.
  if (owner?.paymentRequest && !latest && isAttempted) return { standing: 'refused', since };
  if (accepted) return { standing: 'booked', since: accepted.startedAt };
  if (row.attempts.filter(isFinished).some(endedAs('REJECTED'))) return { standing: 'refused', since };
  return isAttempted ? { standing: 'underWay', since: firstAttemptAt(row) } : { standing: 'intended', since };
}

type Finished = Required<Pick<Attempt, 'outcome'>> & Attempt;

const isFinished = (attempt: Attempt): attempt is Finished => attempt.outcome !== undefined;

const endedAs =
  (kind: AttemptOutcome['class']) =>
  ({ outcome }: Finished): boolean =>
    outcome.class === kind;

/** Only the latest attempts are kept: of a longer row the first may have begun right after the intent. */
const firstAttemptAt = ({ attempts, attempt, numberedAt }: RequestOnRecord): string =>
  attempts.length < attempt ? numberedAt : (attempts[0]?.startedAt ?? numberedAt);
