import { patched, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttribute } from '../domain/searchAttributes';

/**
 * Attributes that came later. They go along with others that change at the same time: a replay compares that attributes are
 * upserted, not which. By themselves they need a patch, which costs two events, and which histories from before do not have.
 */
const LATER: readonly SearchAttribute['key']['name'][] = ['AwaitedUntil', 'RedeemedOn'];
const PATCH = 'awaited-until';

/** Shows a card in the Temporal UI, and upserts the search attributes that changed, in one event at most. */
export function show(card: string, attributes: readonly SearchAttribute[]): void {
  setCurrentDetails(card);
  const { typedSearchAttributes: shown } = workflowInfo();
  const changed = attributes.filter(({ key, value }) => !isSame(shown.get(key) ?? null, value));
  if (changed.length === 0) return;
  if (changed.some(({ key }) => !LATER.includes(key.name)) || patched(PATCH)) upsertSearchAttributes(changed);
}

/** Compares as Temporal keeps them: instants by time, lists in order. */
const isSame = (one: SearchAttribute['value'], other: SearchAttribute['value']): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
