import type { Actor } from '../../contracts/messages';
import type { PartnerDeadline } from '../../contracts/partner';
import type { PartnerDecisionFacts } from '../../domain/partner/decision';
import type { AllPartnerPayloads, PartnerMessage } from '../../domain/partner/message';
import { fingerprintOf } from '../../records/fingerprint';
import { frozen } from './frozen';
import { edition2020 } from './rulebook';
import { globalAdmin, operator, partnerAdmin, system } from './story';

/** Something said to a partner, and what was known when it was decided. */
export interface PartnerTold {
  message: PartnerMessage;
  facts: PartnerDecisionFacts;
}

interface Telling {
  /** Day of the decision; nine in the morning, UTC. */
  on?: string;
  /** Instant of the decision, where the hour matters. */
  at?: string;
  by?: Actor;
  /** Message id; by default made of name and instant. */
  as?: string;
  facts?: Partial<PartnerDecisionFacts>;
}

/** What the world says while the story goes well. */
export const partnerFacts: PartnerDecisionFacts = frozen({
  rulebook: edition2020,
  utcOffset: '+00:00',
  heldElsewhere: {},
  redeemedOfferings: [],
});

/** Says anything to the partner. */
export function tellPartner<Name extends keyof AllPartnerPayloads>(
  name: Name,
  payload: AllPartnerPayloads[Name],
  telling: Telling,
): PartnerTold {
  const at = telling.at ?? `${telling.on}T09:00:00.000Z`;
  const { by = operator, as = `${name}@${at}` } = telling;
  const message = { name, payload, messageId: as, fingerprint: fingerprintOf(name, payload), actor: by, at };
  return frozen({ message: message as PartnerMessage, facts: { ...partnerFacts, ...telling.facts } });
}

/** The same words again under another message id. */
export const sayAgain = ({ message, facts }: PartnerTold, on = message.at.slice(0, 10)): PartnerTold =>
  frozen({ message: { ...message, messageId: `${message.messageId}:again`, at: `${on}T10:00:00.000Z` }, facts });

export const partnerPayloads = frozen({
  updateMembership: { name: 'Contoso Services', mpnId: '1234567', membershipRenewsOn: '2021-06-30' },
  recordComplianceTraining: { completedOn: '2020-05-01', evidence: 'course record' },
  recordCompetency: {
    competency: 'windowsAndDevices',
    tier: 'silver',
    attainedOn: '2020-01-01',
    expiresOn: '2022-12-31',
  },
  recordConsultant: {
    consultantId: 'eva.lind',
    name: 'Eva Lind',
    assessments: [{ code: '70-354', competency: 'windowsAndDevices', passedOn: '2019-03-01' }],
  },
  addLocation: { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
  updateBusinessProfile: {
    headline: 'Planning that holds',
    description: 'Deployment planning since 2010',
    website: 'https://contoso.example',
    countries: ['SE'],
    offerings: ['DDPS'],
    contactEmail: 'hello@contoso.example',
  },
  signAgreement: {
    signedBy: 'Mira Holm',
    signedOn: '2020-06-01',
    policiesReviewedOn: '2020-05-28',
    agreementVersion: '2020-06',
  },
  enrollInOfferings: { offerings: ['DDPS'] },
  renewEnrollment: {
    requirementsReviewedOn: '2021-05-03',
    policiesReviewedOn: '2021-05-03',
    offerings: ['DDPS'],
  },
  withdrawFromOffering: { offering: 'DDPS', reason: 'no demand' },
  registerWithSavb: { offering: 'DDPS', locationId: 'contoso-se', bankAccountReference: 'SE-1' },
  mapBankAccount: { locationId: 'contoso-se', bankAccountReference: 'SE-2' },
  addNote: { text: 'called the partner' },
} satisfies Partial<AllPartnerPayloads>);

type Usual = typeof partnerPayloads;
type Said<Name extends keyof Usual> = (payload?: Partial<AllPartnerPayloads[Name]>, telling?: Telling) => PartnerTold;

const said =
  <Name extends keyof Usual>(name: Name, usually: Telling): Said<Name> =>
  (payload = {}, telling = {}) =>
    tellPartner(name, { ...partnerPayloads[name], ...payload } as AllPartnerPayloads[Name], { ...usually, ...telling });

/** From nothing to an enrollment until 2021-06-30, step by step; each may be told differently. */
export const registered = said('updateMembership', { on: '2020-06-02' });
export const trained = said('recordComplianceTraining', { on: '2020-06-02', by: partnerAdmin });
export const competent = said('recordCompetency', { on: '2020-06-02', by: partnerAdmin });
export const staffed = said('recordConsultant', { on: '2020-06-02', by: partnerAdmin });
export const located = said('addLocation', { on: '2020-06-02', by: partnerAdmin });
export const signed = said('signAgreement', { on: '2020-06-02', by: globalAdmin });
export const enrolled = said('enrollInOfferings', { on: '2020-06-10', by: globalAdmin });

export const profiled = said('updateBusinessProfile', { on: '2020-06-11', by: partnerAdmin });
export const withdrawn = said('withdrawFromOffering', { on: '2020-07-01', by: partnerAdmin });
export const registeredWithSavb = said('registerWithSavb', {
  on: '2020-09-01',
  by: globalAdmin,
  facts: { redeemedOfferings: ['DDPS'] },
});
export const bankMapped = said('mapBankAccount', { on: '2020-09-02', by: globalAdmin });
export const partnerNoted = said('addNote', { on: '2020-07-01' });
/** In the time of renewal, which opens on 2021-04-01. */
export const renewedMembership = said('updateMembership', { on: '2021-05-01' });
export const renewed = said('renewEnrollment', { on: '2021-05-03', by: globalAdmin });

/** Everything there is to do before enrolling. */
export const ready = frozen([registered(), trained(), competent(), staffed(), located(), signed()]);
export const active = frozen([...ready, enrolled()]);
/** Active, and the membership moved by a year while renewal is open. */
export const renewable = frozen([...active, renewedMembership({ membershipRenewsOn: '2022-06-30' })]);

/** A deadline passes when it is due. */
export const passing = ({ kind, at }: Pick<PartnerDeadline, 'kind' | 'at'>, telling: Telling = {}): PartnerTold =>
  tellPartner('passDeadline', { kind, at }, { at, by: system, as: `deadline:${kind}:${at}`, ...telling });
