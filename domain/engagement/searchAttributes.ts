import type { EngagementView } from '../../contracts/engagement';
import type { SEARCH_ATTRIBUTES } from '../../contracts/names';

/** Values of the custom search attributes, by name; `null` clears one. Nothing personal. `NextDeadline` is an instant. */
export type SearchAttributes = Record<keyof typeof SEARCH_ATTRIBUTES, string | string[] | null>;

/** What support staff filter the Temporal UI's list by. */
export function searchAttributesOf(view: EngagementView): SearchAttributes {
  return {
    EngagementStage: view.stage,
    PartnerId: view.partnerId,
    EngagementType: view.engagementType,
    CustomerCountry: view.customer.country,
    VoucherId: view.voucher?.voucherId ?? null,
    NextDeadline: view.nextDeadline?.at ?? null,
    OpenTasks: view.tasks.map(({ kind }) => kind),
  };
}
