import type { StartRequest } from '../../../contracts/engagement';
import type { Payloads } from '../../../contracts/messages';
import type { PartnerFacts } from '../../../contracts/partner';
import { seededRandom } from '../../../dev/bench/statistics';
import { samplePayloads } from '../../../dev/sample/engagement';
import { samplePartners } from '../../../dev/sample/partners';

/** What a partner's tool does for an engagement, one after the other. `upload` is a PUT, the rest are POSTs with a key. */
export type Step = { by: 'operator' | 'partnerAdmin' | 'consultant' } & (
  | { kind: 'start'; payload: StartRequest }
  | { kind: 'upload' }
  | { [Name in Told]: { kind: Name; payload: Payloads[Name] } }[Told]
);
type Told = 'assignVoucher' | 'reserveVoucher' | 'submitCompletionReport' | 'redeemVoucher';

export interface PlannedStep {
  step: Step;
  /** Idempotency-Key. */
  key: string;
  /** Sent twice under its key: both at once, or once more after it was acknowledged. */
  repeated?: 'atOnce' | 'afterwards';
  /** A note that is written beside it, under a key of its own. */
  note?: { key: string; text: string };
}

export interface Plan {
  engagementId: string;
  /** Whose it is, as a position among the partners. */
  partner: number;
  steps: PlannedStep[];
}

const LEVELS = [1, 3, 5, 10, 15];
const COUNTRIES = ['SE', 'DE'] as const;
const OFFERING = 'DDPS';
const PARTNERS = ['alpine', 'baltic'];

const locationOf = (partnerId: string, country: string): string => `${partnerId}-${country.toLowerCase()}`;

/** Two partners like the sample's first, each with a location in two countries; registered with SAVB once they have redeemed a voucher. */
export function stormPartners(today: string): PartnerFacts[] {
  const [sample] = samplePartners(today);
  return PARTNERS.map((partnerId, index) => ({
    ...sample,
    partnerId,
    name: `Planners ${index + 1}`,
    mpnId: String(8_000_001 + index),
    locations: COUNTRIES.map((country) => ({ locationId: locationOf(partnerId, country), country, name: country })),
    savbRegistrations: [{ offering: OFFERING, locationId: locationOf(partnerId, COUNTRIES[0]), registeredOn: today }],
    bankAccounts: [],
  }));
}

/** What is said about engagement number `index` of a storm; the same seed and number are the same plan. */
export function planOf(seed: number, index: number, today: string): Plan {
  const random = seededRandom(seed ^ Math.imul(index + 1, 0x9e3779b1));
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const engagementId = `storm-${seed}-${index}`;
  const partner = index % PARTNERS.length;
  const partnerId = PARTNERS[partner]!;
  const country = pick(COUNTRIES);
  const serviceLevelDays = pick(LEVELS);
  const sample = samplePayloads(engagementId, today);
  const customer = { name: `Customer of ${engagementId}`, country, customerId: engagementId };
  const steps: Step[] = [
    { kind: 'start', by: 'operator', payload: { ...sample.start, partnerId, serviceLevelDays, customer } },
    { kind: 'assignVoucher', by: 'operator', payload: { ...sample.assignVoucher, serviceLevelDays } },
    {
      kind: 'reserveVoucher',
      by: 'partnerAdmin',
      payload: { ...sample.reserveVoucher, locationId: locationOf(partnerId, country) },
    },
    { kind: 'upload', by: 'consultant' },
    {
      kind: 'submitCompletionReport',
      by: 'consultant',
      payload: { ...sample.submitCompletionReport, daysDelivered: serviceLevelDays },
    },
    { kind: 'redeemVoucher', by: 'partnerAdmin', payload: sample.redeemVoucher },
  ];
  return {
    engagementId,
    partner,
    steps: steps.map((step) => {
      const key = `${engagementId}:${step.kind}`;
      const repeated = pick([undefined, undefined, undefined, 'atOnce', 'afterwards'] as const);
      const isNoted = step.kind !== 'start' && random() < 0.25;
      return {
        step,
        key,
        ...(repeated && { repeated }),
        ...(isNoted && { note: { key: `${key}:note`, text: `beside ${step.kind}` } }),
      };
    }),
  };
}
