import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttribute } from '../domain/searchAttributes';

/** Shows a card in the Temporal UI, and upserts the search attributes that changed, in one event at most. */
export function show(card: string, attributes: readonly SearchAttribute[]): void {
  setCurrentDetails(card);
  const { typedSearchAttributes: shown } = workflowInfo();
  const changed = attributes.filter(({ key, value }) => !isSame(shown.get(key) ?? null, value));
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** Compares as Temporal keeps them: instants by time, lists in order. */
const isSame = (one: SearchAttribute['value'], other: SearchAttribute['value']): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
