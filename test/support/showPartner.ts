import type { PartnerFacts } from '../../contracts/partner';
import type { Records } from '../../records/connect';

/** Shows a partner as engagements judge it, without a record and a workflow of its own. */
export async function showPartner({ partners }: Pick<Records, 'partners'>, facts: PartnerFacts): Promise<void> {
  const shown = await partners.view(facts.partnerId);
  const at = '2020-06-01T08:00:00.000Z';
  const version = (shown?.version ?? 0) + 1;
  await partners.project({ ...facts, version, tasks: [], registeredAt: at, updatedAt: at });
}
