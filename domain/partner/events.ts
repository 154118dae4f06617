import type { PartnerEventType } from '../../contracts/names';
import type { PartnerDeadline, PartnerPayloads } from '../../contracts/partner';
import type { Recorded, Stamp } from '../record';
import type { Refusal } from '../refusals';
import type { TaskEventData } from '../tasks';
import type { PartnerTask } from './state';

/** What each fact says. Every date a rule computed is in here, so a changed rule never changes the past. */
export interface PartnerEventData extends TaskEventData<PartnerTask> {
  PartnerRegistered: PartnerPayloads['updateMembership'] & { utcOffset: string };
  MembershipUpdated: PartnerPayloads['updateMembership'];
  ComplianceTrainingRecorded: PartnerPayloads['recordComplianceTraining'];
  CompetencyRecorded: PartnerPayloads['recordCompetency'];
  ConsultantRecorded: PartnerPayloads['recordConsultant'];
  LocationAdded: PartnerPayloads['addLocation'];
  BusinessProfileUpdated: PartnerPayloads['updateBusinessProfile'];
  AgreementSigned: PartnerPayloads['signAgreement'];
  OfferingsEnrolled: { offerings: string[]; enrolledOn: string; enrolledUntil: string };
  EnrollmentRenewed: PartnerPayloads['renewEnrollment'] & { enrolledUntil: string };
  /**
   * The year was over on `enrolledUntil`, and nobody had renewed, or the offerings were `withdrawn` from.
   * `membershipEndsOn` is there where the membership must be renewed before enrolling anew (E21).
   */
  EnrollmentLapsed: { offerings: string[]; enrolledUntil: string; withdrawn?: true; membershipEndsOn?: string };
  /** The enrollment is over at the end of `enrolledUntil`, the day of the withdrawal. */
  OfferingWithdrawn: PartnerPayloads['withdrawFromOffering'] & { enrolledUntil: string };
  CompetencyExpired: Pick<PartnerPayloads['recordCompetency'], 'competency' | 'tier' | 'expiresOn'>;
  SavbRegistered: PartnerPayloads['registerWithSavb'] & { registeredOn: string };
  BankAccountMapped: PartnerPayloads['mapBankAccount'];
  NoteAdded: { text: string };
  /** `text` says in words what is due. */
  DeadlineReminded: PartnerDeadline & { text: string };
  MessageRefused: { message: string; refusal: Refusal };
}

/** `deadlines`, where present, replaces everything that was due before. */
type WithDeadlines<Data> = Data & { deadlines?: PartnerDeadline[] };

/** A fact as `decidePartner` proposes it. */
export type NewPartnerEvent = {
  [Type in PartnerEventType]: { type: Type; data: WithDeadlines<PartnerEventData[Type]> };
}[PartnerEventType];

/** A fact as it is recorded. `rulebook` is the id of the edition it was judged by. */
export type PartnerEvent = NewPartnerEvent & Stamp & { partnerId: string; rulebook: string };

/** What one message led to. */
export type RecordedPartnerMessage = Recorded<PartnerEvent> & { partnerId: string };
