import type { Audience } from '../../domain/notices';
import type { Records } from '../../records/connect';

/** Who hears of what a partner has under way: the mailboxes of `audience`, and its own contact. */
export async function withPartnerContact(
  audience: Pick<Audience, 'operators'>,
  { partners }: Pick<Records, 'partners'>,
  partnerId: string,
): Promise<Audience> {
  const partner = await partners.view(partnerId);
  return { ...audience, partnerContact: partner?.businessProfile?.contactEmail };
}
