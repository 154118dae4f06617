import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { EngagementView } from '../contracts/engagement';
import { SEARCH_ATTRIBUTES } from '../contracts/names';
import { cardOf } from '../domain/engagement/card';
import type { EngagementEvent } from '../domain/engagement/events';
import { searchAttributesOf, type SearchAttributes } from '../domain/engagement/searchAttributes';

const TYPES = { Keyword: 'KEYWORD', Datetime: 'DATETIME', KeywordList: 'KEYWORD_LIST' } as const;

type Name = keyof SearchAttributes;

/** Shows an engagement in the Temporal UI: the card, and the search attributes that changed, in one event at most. */
export function show(view: EngagementView, events: readonly EngagementEvent[]): void {
  setCurrentDetails(cardOf(view, events));
  const wanted = searchAttributesOf(view);
  const changed = (Object.keys(SEARCH_ATTRIBUTES) as Name[]).filter((name) => !sameValue(shown(name), wanted[name]));
  if (changed.length > 0) upsertSearchAttributes(changed.map((name) => pair(name, wanted[name])));
}

function shown(name: Name): unknown {
  return workflowInfo().typedSearchAttributes.get(defineSearchAttributeKey(name, TYPES[SEARCH_ATTRIBUTES[name]]));
}

function sameValue(shownValue: unknown, wanted: SearchAttributes[Name]): boolean {
  if (Array.isArray(wanted)) return (Array.isArray(shownValue) ? shownValue : []).join() === wanted.join();
  const value = shownValue instanceof Date ? shownValue.toISOString() : (shownValue ?? null);
  return value === wanted;
}

/** The pair Temporal takes: instants as dates, `null` to clear. An empty list is cleared, since it reads back as absent. */
function pair(name: Name, value: SearchAttributes[Name]): SearchAttributePair {
  const key = defineSearchAttributeKey(name, TYPES[SEARCH_ATTRIBUTES[name]]);
  const typed =
    value === null || value.length === 0
      ? null
      : SEARCH_ATTRIBUTES[name] === 'Datetime'
        ? new Date(String(value))
        : value;
  return { key, value: typed } as SearchAttributePair;
}
