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
  'correctPaymentRequest',
  'eligibilityChanged',
  'resolveTask',
];

/** What of the world the facts are read from. */
type Sources = Pick<Dependencies, 'rulebooks' | 'rates' | 'gateway'> & {
  records: {
    partners: Pick<Dependencies['records']['partners'], 'view'>;
    deliverables: Pick<Dependencies['records']['deliverables'], 'list'>;
  };
};

/** Reads what the rules need to know about the world, just before a decision. */
export function createFacts({ records, rulebooks, rates, gateway }: Sources) {
  /** Throws when the engagement's edition of the rules is not on disk, or MongoDB does not answer. */
  return async function factsFor(state: Started, message: Message): Promise<Facts> {
    const { rulebook, partnerId } =
      state ??
      (message.name === 'startEngagement' ? message.payload : { rulebook: { id: '', hash: '' }, partnerId: '' });
    const edition = rulebooks.edition(rulebook.id);
    const [partner, newPartner, uploads] = await Promise.all([
      JUDGES_PARTNER.includes(message.name) ? records.partners.view(partnerId) : undefined,
      message.name === 'transferEngagement' ? records.partners.view(message.payload.toPartnerId) : undefined,
      state && message.name === 'submitCompletionReport' ? records.deliverables.list(state.engagementId) : [],
    ]);
    const { voucher, reservation } = state ?? {};
    const corrected = message.name === 'correctPaymentRequest' ? message.payload.changes.deliveryCountry : undefined;
    const country = corrected ?? reservation?.deliveryCountry;
    const rate =
      voucher && country !== undefined && rateFor(rates, country, voucher.offering, voucher.serviceLevelDays);
    return {
      rulebook: edition,
      ...(partner && { partner }),
      ...(newPartner && { newPartner }),
      ...(message.name === 'adoptRules' && editionsFor(message.payload.rulebook)),
      heldElsewhere: {},
      uploads,
      ...(rate && { rate }),
      gateway,
      ...(rulebooks.reference(rulebook.id).hash !== rulebook.hash && { rulebookDiffers: true as const }),
    };
  };

  function editionsFor(id: string): Pick<Facts, 'editions' | 'adopted'> {
    const editions = rulebooks.ids();
    const adopted = editions.includes(id) && { rulebook: rulebooks.edition(id), reference: rulebooks.reference(id) };
    return { editions, ...(adopted && { adopted }) };
  }
}
