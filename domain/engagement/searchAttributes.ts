import type { EngagementView } from '../../contracts/engagement';
import type { SEARCH_ATTRIBUTES } from '../../contracts/names';

type Name = keyof typeof SEARCH_ATTRIBUTES;

/** A custom search attribute with its value, as Temporal's SDK takes it; `null` clears it, as an empty list does. */
export type SearchAttribute = { key: { name: Name } } & (
  | { key: { type: 'KEYWORD' }; value: string | null }
  | { key: { type: 'KEYWORD_LIST' }; value: string[] | null }
  | { key: { type: 'DATETIME' }; value: Date | null }
);

const keyword = (name: Name, value: string | null): SearchAttribute => ({ key: { name, type: 'KEYWORD' }, value });

/** What support staff filter the Temporal UI's list by. Nothing personal: search attributes are never encrypted. */
export function searchAttributesOf(view: EngagementView): SearchAttribute[] {
  const { stage, partnerId, engagementType, customer, voucher, nextDeadline, tasks } = view;
  const openTasks = tasks.map(({ kind }) => kind);
  return [
    keyword('EngagementStage', stage),
    keyword('PartnerId', partnerId),
    keyword('EngagementType', engagementType),
    keyword('CustomerCountry', customer.country),
    keyword('VoucherId', voucher?.voucherId ?? null),
    { key: { name: 'NextDeadline', type: 'DATETIME' }, value: nextDeadline ? new Date(nextDeadline.at) : null },
    { key: { name: 'OpenTasks', type: 'KEYWORD_LIST' }, value: openTasks.length > 0 ? openTasks : null },
  ];
}
