import path from 'node:path';
import type { Answer } from '../../client/cli/http';
import type { Uploaded } from '../../contracts/engagement';
import { MESSAGE_ROUTES } from '../../contracts/messages';
import type { PartnerFacts } from '../../contracts/partner';
import { onboard, registerWithSavb } from '../onboarding';
import { peopleOf, say, type Caller } from '../people';
import { samplePayloads, samplePlan } from '../sample/engagement';
import { seededRandom } from './statistics';

/** What is sent for an engagement, in this order. */
export const STEPS = [
  'start',
  'assignVoucher',
  'reserveVoucher',
  'upload',
  'submitCompletionReport',
  'redeemVoucher',
] as const;
export type Step = (typeof STEPS)[number];

/** The steps that the engagement's workflow answers with a verdict. */
export const VERDICTS = ['assignVoucher', 'reserveVoucher', 'submitCompletionReport', 'redeemVoucher'] as const;

/** One engagement from its start to its redemption. */
export interface Driven {
  engagementId: string;
  /** From request to answer, in milliseconds; a message answered 202 counts until it is applied. */
  tookMs: Record<Step, number>;
  /** Messages answered 202, for want of a verdict in time. */
  withoutVerdict: number;
  /** When the redemption was sent, in milliseconds of the epoch. */
  redemptionSentAt: number;
}

export interface LoadOptions {
  apiUrl: string;
  issuerUrl: string;
  /** A sample partner; it is brought through steps 1 to 3 first. */
  partner: PartnerFacts;
  /** Calendar day; nothing happens later. */
  today: string;
  /** Begins the ids of this run's engagements. */
  run: string;
  seed: number;
}

export type Load = Awaited<ReturnType<typeof openLoad>>;

const LEVELS = [1, 3, 5, 10, 15];

/**
 * People at work: an operator, a partner's administrator and its consultant, each with a token of their own, send to the API
 * what an engagement needs.
 */
export async function openLoad({ apiUrl, issuerUrl, partner, today, run, seed }: LoadOptions) {
  const { partnerId, consultants } = partner;
  const people = await peopleOf({ apiUrl, issuerUrl, partnerId, consultantId: consultants[0]?.consultantId });
  const { operator, partnerAdmin, consultant } = people;
  await onboard(people, partner, today);
  const random = seededRandom(seed);

  /** Everything that is said about an engagement; each has a customer of its own, a service level by chance and a summary of any length. */
  const payloadsOf = (engagementId: string) => {
    const serviceLevelDays = LEVELS[Math.floor(random() * LEVELS.length)]!;
    const { start, assignVoucher, reserveVoucher, submitCompletionReport, redeemVoucher } = samplePayloads(
      engagementId,
      today,
    );
    const summary = submitCompletionReport.summary.repeat(1 + Math.floor(random() * 5));
    return {
      start: {
        ...start,
        serviceLevelDays,
        customer: { ...start.customer, name: `Customer of ${engagementId}`, customerId: engagementId },
      },
      assignVoucher: { ...assignVoucher, serviceLevelDays },
      reserveVoucher,
      submitCompletionReport: { ...submitCompletionReport, daysDelivered: serviceLevelDays, summary },
      redeemVoucher,
    };
  };

  function sayings(engagementId: string): Record<Step, () => Promise<Answer<unknown>>> {
    const payloads = payloadsOf(engagementId);
    const engagement = `/engagements/${engagementId}`;
    const send = (message: (typeof VERDICTS)[number], caller: Caller) => () =>
      say(caller, ['POST', `${engagement}/${MESSAGE_ROUTES[message]}`], engagement, payloads[message]);
    return {
      start: () => say(operator, ['POST', '/engagements'], engagement, payloads.start),
      assignVoucher: send('assignVoucher', operator),
      reserveVoucher: send('reserveVoucher', partnerAdmin),
      upload: () =>
        consultant.api.call<Uploaded>('PUT', `${engagement}/deliverables/${path.basename(samplePlan)}`, {
          file: samplePlan,
        }),
      submitCompletionReport: send('submitCompletionReport', consultant),
      redeemVoucher: send('redeemVoucher', partnerAdmin),
    };
  }

  return {
    /** What only a partner with a redeemed voucher can do; invoices wait for it. */
    registerWithSavb: () => registerWithSavb(people, partner),

    /** Drives engagement number `index` of this phase from start to redemption. */
    async drive(phase: string, index: number): Promise<Driven> {
      const engagementId = `${run}-${phase}-${index}`;
      const sayingsOf = sayings(engagementId);
      const driven = { engagementId, tookMs: {} as Driven['tookMs'], withoutVerdict: 0, redemptionSentAt: 0 };
      for (const step of STEPS) {
        const sentAt = performance.now();
        if (step === 'redeemVoucher') driven.redemptionSentAt = Date.now();
        const { status } = await sayingsOf[step]();
        driven.tookMs[step] = performance.now() - sentAt;
        if (status === 202) driven.withoutVerdict += 1;
      }
      return driven;
    },

    /** Starts an engagement and leaves it at that. */
    async begin(phase: string): Promise<string> {
      const engagementId = `${run}-${phase}`;
      await sayings(engagementId).start();
      return engagementId;
    },

    /** Writes a note into the timeline and waits until it is there. */
    async note(engagementId: string, text: string): Promise<void> {
      const engagement = `/engagements/${engagementId}`;
      await say(operator, ['POST', `${engagement}/${MESSAGE_ROUTES.addNote}`], engagement, { text });
    },
  };
}
