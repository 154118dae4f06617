import type { PartnerFacts } from '../../contracts/partner';
import { evolveTasks } from '../tasks';
import { effectsAfter } from './effects';
import type { PartnerEvent, RecordedPartnerMessage } from './events';
import type { Partner } from './state';

/** The next state. Total over recorded histories; throws only when a history does not begin with a registration. */
export function evolvePartner(state: Partner | undefined, event: PartnerEvent): Partner {
  const changed = state ? change(state, event) : begin(event);
  return {
    ...changed,
    version: event.version,
    updatedAt: event.at,
    deadlines: event.data.deadlines ?? changed.deadlines,
  };
}

function begin(event: PartnerEvent): Partner {
  if (event.type !== 'PartnerRegistered') throw new Error(`the record of ${event.partnerId} begins with ${event.type}`);
  const { name, mpnId, membershipRenewsOn, utcOffset } = event.data;
  return {
    partnerId: event.partnerId,
    name,
    mpnId,
    membershipRenewsOn,
    competencies: [],
    consultants: [],
    locations: [],
    enrollments: [],
    savbRegistrations: [],
    bankAccounts: [],
    version: event.version,
    effects: {},
    utcOffset,
    openTasks: [],
    tasksOpened: {},
    deadlines: [],
    withdrawn: [],
    registeredAt: event.at,
    updatedAt: event.at,
  };
}

function change(state: Partner, event: PartnerEvent): Partner {
  switch (event.type) {
    case 'PartnerRegistered':
    case 'EnrollmentLapsed':
    case 'CompetencyExpired':
    case 'NoteAdded':
    case 'DeadlineReminded':
    case 'MessageRefused':
      return state;
    case 'OfferingsEnrolled':
    case 'EnrollmentRenewed':
    case 'OfferingWithdrawn':
      return changeEnrollment(state, event);
    case 'SavbRegistered':
    case 'BankAccountMapped':
      return changeAccounts(state, event);
    case 'TaskOpened':
    case 'TaskClaimed':
    case 'TaskReleased':
    case 'TaskResolved':
      return { ...state, ...evolveTasks(state, event) };
    default:
      return { ...state, ...qualified(state, event) };
  }
}

type Of<Type extends PartnerEvent['type']> = Extract<PartnerEvent, { type: Type }>;

/** `row` in place of the one like it, or at the end. */
const replaced = <Row>(rows: readonly Row[], row: Row, isLike: (other: Row) => boolean): Row[] =>
  rows.some(isLike) ? rows.map((other) => (isLike(other) ? row : other)) : [...rows, row];

function qualified(
  state: Partner,
  event: Of<
    | 'MembershipUpdated'
    | 'ComplianceTrainingRecorded'
    | 'CompetencyRecorded'
    | 'ConsultantRecorded'
    | 'LocationAdded'
    | 'BusinessProfileUpdated'
    | 'AgreementSigned'
  >,
): Partial<PartnerFacts> {
  const { deadlines: _deadlines, ...data } = event.data;
  const said = { type: event.type, data } as typeof event;
  switch (said.type) {
    case 'MembershipUpdated':
      return said.data;
    case 'ComplianceTrainingRecorded':
      return { complianceTraining: said.data };
    case 'CompetencyRecorded': {
      const { competency, tier } = said.data;
      const isLike = (other: typeof said.data) => other.competency === competency && other.tier === tier;
      return { competencies: replaced(state.competencies, said.data, isLike) };
    }
    case 'ConsultantRecorded': {
      const { consultantId } = said.data;
      return { consultants: replaced(state.consultants, said.data, (other) => other.consultantId === consultantId) };
    }
    case 'LocationAdded': {
      const { locationId } = said.data;
      return { locations: replaced(state.locations, said.data, (other) => other.locationId === locationId) };
    }
    case 'BusinessProfileUpdated':
      return { businessProfile: said.data };
    case 'AgreementSigned':
      return { agreement: said.data };
  }
}

function changeEnrollment(
  state: Partner,
  event: Of<'OfferingsEnrolled' | 'EnrollmentRenewed' | 'OfferingWithdrawn'>,
): Partner {
  const { enrolledUntil } = event.data;
  switch (event.type) {
    case 'OfferingsEnrolled': {
      const { offerings, enrolledOn } = event.data;
      const enrollments = offerings.reduce(
        (rows, offering) =>
          replaced(rows, { offering, enrolledOn, enrolledUntil }, (other) => other.offering === offering),
        state.enrollments,
      );
      return { ...state, enrollments, withdrawn: state.withdrawn.filter((offering) => !offerings.includes(offering)) };
    }
    case 'EnrollmentRenewed':
      return { ...state, enrollments: endingOn(state, event.data.offerings, enrolledUntil) };
    case 'OfferingWithdrawn': {
      const { offering } = event.data;
      return {
        ...state,
        enrollments: endingOn(state, [offering], enrolledUntil),
        withdrawn: [...state.withdrawn, offering],
      };
    }
  }
}

const endingOn = ({ enrollments }: Partner, offerings: readonly string[], enrolledUntil: string) =>
  enrollments.map((row) => (offerings.includes(row.offering) ? { ...row, enrolledUntil } : row));

function changeAccounts(state: Partner, event: Of<'SavbRegistered' | 'BankAccountMapped'>): Partner {
  const { locationId, bankAccountReference } = event.data;
  const isLike = (other: { locationId: string }) => other.locationId === locationId;
  const bankAccounts = replaced(state.bankAccounts, { locationId, bankAccountReference }, isLike);
  if (event.type === 'BankAccountMapped') return { ...state, bankAccounts };
  const { offering, registeredOn } = event.data;
  return {
    ...state,
    bankAccounts,
    savbRegistrations: [...state.savbRegistrations, { offering, locationId, registeredOn }],
  };
}

/** Takes up one recorded message. */
export function takePartner(state: Partner | undefined, document: RecordedPartnerMessage): Partner | undefined {
  const after = document.events.reduce<Partner | undefined>(evolvePartner, state);
  return after && { ...after, effects: effectsAfter(after.effects, document) };
}

/** The state after a whole record, documents in the order of `fromVersion`. */
export function evolveAllPartner(documents: readonly RecordedPartnerMessage[]): Partner | undefined {
  return documents.reduce<Partner | undefined>(takePartner, undefined);
}
