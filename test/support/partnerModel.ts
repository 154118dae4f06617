import type { PartnerPayloads } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays } from '../../domain/days';
import type { PartnerMessage } from '../../domain/partner/message';

type Payload<Name extends keyof PartnerPayloads> = PartnerPayloads[Name];

/** What a partner has said and was granted, kept the plainest way: an account of the programme beside the domain's own. */
export interface PartnerModel {
  membershipRenewsOn: string;
  trainedOn?: string;
  competencies: Record<string, Payload<'recordCompetency'>>;
  consultants: Record<string, Payload<'recordConsultant'>['assessments']>;
  locations: Record<string, string>;
  signed?: string;
  /** First and last day, by offering. */
  years: Record<string, [string, string]>;
}

/** The account after a message that was accepted on `today`. */
export function account(model: PartnerModel, { name, payload }: PartnerMessage, today: string): PartnerModel {
  switch (name) {
    case 'updateMembership':
      return { ...model, membershipRenewsOn: payload.membershipRenewsOn };
    case 'recordComplianceTraining':
      return { ...model, trainedOn: payload.completedOn };
    case 'recordCompetency':
      return { ...model, competencies: { ...model.competencies, [payload.competency + payload.tier]: payload } };
    case 'recordConsultant':
      return { ...model, consultants: { ...model.consultants, [payload.consultantId]: payload.assessments } };
    case 'addLocation':
      return { ...model, locations: { ...model.locations, [payload.locationId]: payload.country } };
    case 'signAgreement':
      return { ...model, signed: payload.agreementVersion };
    case 'enrollInOfferings': {
      const years = { ...model.years };
      for (const offering of payload.offerings)
        if (!goesOn(model, offering, today)) years[offering] = [today, model.membershipRenewsOn];
      return { ...model, years };
    }
    case 'renewEnrollment': {
      const years = { ...model.years };
      for (const offering of payload.offerings)
        years[offering] = [years[offering]?.[0] ?? '', model.membershipRenewsOn];
      return { ...model, years };
    }
    case 'withdrawFromOffering': {
      const [from = ''] = model.years[payload.offering] ?? [];
      // A mark behind the day tells what was given up from what ended.
      return { ...model, years: { ...model.years, [payload.offering]: [from, `${today} given up`] } };
    }
    default:
      return model;
  }
}

const isEnrolled = ({ years }: PartnerModel, offering: string, today: string): boolean => {
  const [from, until] = years[offering] ?? ['9', '0'];
  return from <= today && today <= until.slice(0, 10);
};
const goesOn = (model: PartnerModel, offering: string, today: string): boolean =>
  isEnrolled(model, offering, today) && !model.years[offering]![1].endsWith('given up');

const heldFor = (model: PartnerModel, row: Rulebook['engagementTypes'][number], day: string) =>
  Object.values(model.competencies).filter(
    ({ competency, tier, attainedOn, expiresOn }) =>
      row.competencies.includes(competency) && row.tiers.includes(tier) && attainedOn <= day && day <= expiresOn,
  );

/** Whether an engagement of the type may be taken up on `today`. */
export function mayDeliver(model: PartnerModel, edition: Rulebook, typeCode: string, today: string): boolean {
  const row = edition.engagementTypes.find(({ code }) => code === typeCode)!;
  const held = heldFor(model, row, today);
  const passed = Object.values(model.consultants).map((list) => list.filter(({ passedOn }) => passedOn <= today));
  const isStaffed = held.some(({ competency }) => {
    const { assessments } = edition.competencies.find(({ code }) => code === competency)!;
    return passed.some((list) =>
      assessments.some((set) => set.every((code) => list.some((assessment) => assessment.code === code))),
    );
  });
  return (
    (!edition.complianceTraining.required || model.trainedOn !== undefined) &&
    held.length > 0 &&
    isEnrolled(model, row.offering, today) &&
    today <= model.membershipRenewsOn &&
    model.signed !== undefined &&
    Object.keys(model.locations).length > 0 &&
    isStaffed
  );
}

/** Whether the partner may enroll in the offerings on `today`; all of it together, or in none. */
export function mayEnroll(model: PartnerModel, edition: Rulebook, offerings: string[], today: string): boolean {
  const isOpen = (offering: string) =>
    edition.engagementTypes.some(
      (row) =>
        row.offering === offering &&
        (row.validFrom ?? '') <= today &&
        today <= (row.validThrough ?? '9') &&
        heldFor(model, row, today).length > 0,
    );
  const news = offerings.filter((offering) => !goesOn(model, offering, today));
  return (
    news.length > 0 &&
    offerings.every((offering) => edition.offerings.some(({ code }) => code === offering)) &&
    (!edition.complianceTraining.required || model.trainedOn !== undefined) &&
    news.every(isOpen) &&
    addDays(today, 90) < model.membershipRenewsOn &&
    model.signed === edition.agreementVersion
  );
}
