import type { PartnerEvent, RecordedPartnerMessage } from './events';
import type { PartnerMessage } from './message';
import type { Partner } from './state';
import { NO_LONGER_NEEDED } from '../tasks';

/**
 * A claim is undone by a release, a note said twice is two notes, a deadline passes once, and whether a partner is
 * enrolled depends on the day: their repeats are judged by the state alone.
 */
const NEVER_STANDING: readonly string[] = [
  'claimTask',
  'releaseTask',
  'addNote',
  'passDeadline',
  'enrollInOfferings',
] satisfies PartnerMessage['name'][];

/**
 * The effects that stand after a message: its own, and those about other things. So there are never more of them than
 * things known of the partner.
 */
export function effectsAfter(effects: Partner['effects'], document: RecordedPartnerMessage): Partner['effects'] {
  const { events, fingerprint, messageId, message } = document;
  const about = events.flatMap(aboutOf);
  const standing = Object.entries(effects).filter(([, effect]) => !effect.about.some((one) => about.includes(one)));
  if (about.length > 0 && !NEVER_STANDING.includes(message))
    standing.push([fingerprint, { messageId, message, about }]);
  return Object.fromEntries(standing);
}

/** What an event is about: it ends the effects of earlier messages about the same. */
function aboutOf(event: PartnerEvent): string[] {
  const enrollment = (offering: string) => `enrollment:${offering}`;
  const bankAccount = (locationId: string) => `bankAccount:${locationId}`;
  switch (event.type) {
    case 'PartnerRegistered':
    case 'MembershipUpdated':
      return ['membership'];
    case 'ComplianceTrainingRecorded':
      return ['complianceTraining'];
    case 'CompetencyRecorded':
      return [`competency:${event.data.competency}:${event.data.tier}`];
    case 'ConsultantRecorded':
      return [`consultant:${event.data.consultantId}`];
    case 'LocationAdded':
      return [`location:${event.data.locationId}`];
    case 'BusinessProfileUpdated':
      return ['businessProfile'];
    case 'AgreementSigned':
      return ['agreement'];
    case 'OfferingsEnrolled':
    case 'EnrollmentRenewed':
    case 'EnrollmentLapsed':
      return event.data.offerings.map(enrollment);
    case 'OfferingWithdrawn':
      return [enrollment(event.data.offering)];
    case 'SavbRegistered':
      return [`savb:${event.data.offering}`, bankAccount(event.data.locationId)];
    case 'BankAccountMapped':
      return [bankAccount(event.data.locationId)];
    case 'TaskResolved':
      return event.data.resolution === NO_LONGER_NEEDED ? [] : [`task:${event.data.kind}`];
    default:
      return [];
  }
}
