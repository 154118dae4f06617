import type { Started } from '../domain/engagement/decide';
import type { Facts } from '../domain/engagement/decision';
import type { Message, MessageName } from '../domain/engagement/message';
import { rateFor } from '../domain/rulebook/rulebook';
import type { Dependencies } from './dependencies';

/** Messages that are judged by the partner's record at the moment of decision. */
const JUDGES_PARTNER: readonly MessageName[] = [
  'startEngagement',
  'reserveVoucher',
  'reschedule',
  'submitCompletionReport',
  'redeemVoucher',
  'recordPaymentStatus',
  'resolveTask',
];

/** Reads what the rules need to know about the world, just before a decision. */
export function createFacts({ records, rulebooks, rates, gateway }: Dependencies) {
  /** Throws when the engagement's edition of the rules is not on disk, or MongoDB does not answer. */
  return async function factsFor(state: Started, message: Message): Promise<Facts> {
    const { rulebook, partnerId } =
      state ??
      (message.name === 'startEngagement' ? message.payload : { rulebook: { id: '', hash: '' }, partnerId: '' });
    const edition = rulebooks.edition(rulebook.id);
    const [partner, uploads] = await Promise.all([
      JUDGES_PARTNER.includes(message.name) ? records.partners.facts(partnerId) : undefined,
      state && message.name === 'submitCompletionReport' ? records.deliverables.list(state.engagementId) : [],
    ]);
    const { voucher, reservation } = state ?? {};
    const rate =
      voucher && reservation && rateFor(rates, reservation.deliveryCountry, voucher.offering, voucher.serviceLevelDays);
    return {
      rulebook: edition,
      ...(partner && { partner }),
      heldElsewhere: {},
      uploads,
      ...(rate && { rate }),
      gateway,
      ...(rulebooks.reference(rulebook.id).hash !== rulebook.hash && { rulebookDiffers: true as const }),
    };
  };
}
