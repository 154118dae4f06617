import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { EngagementView } from '../contracts/engagement';
import { cardOf } from '../domain/engagement/card';
import type { EngagementEvent } from '../domain/engagement/events';
import { searchAttributesOf, type SearchAttribute } from '../domain/engagement/searchAttributes';

/** Shows an engagement in the Temporal UI: the card, and the search attributes that changed, in one event at most. */
export function show(view: EngagementView, events: readonly EngagementEvent[]): void {
  setCurrentDetails(cardOf(view, events));
  const { typedSearchAttributes: shown } = workflowInfo();
  const changed = searchAttributesOf(view).filter(({ key, value }) => !isSame(shown.get(key) ?? null, value));
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** Compares as Temporal keeps them: instants by time, lists in order. */
const isSame = (one: SearchAttribute['value'], other: SearchAttribute['value']): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
