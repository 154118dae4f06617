import type { SEARCH_ATTRIBUTES } from '../contracts/names';

type Name = keyof typeof SEARCH_ATTRIBUTES;

/** A custom search attribute with its value, as Temporal's SDK takes it; `null` clears it, as an empty list does. */
export type SearchAttribute = { key: { name: Name } } & (
  | { key: { type: 'KEYWORD' }; value: string | null }
  | { key: { type: 'KEYWORD_LIST' }; value: string[] | null }
  | { key: { type: 'DATETIME' }; value: Date | null }
);

export const keyword = (name: Name, value: string | null): SearchAttribute => ({
  key: { name, type: 'KEYWORD' },
  value,
});

/** An instant, or none. */
export const datetime = (name: Name, at: string | undefined): SearchAttribute => ({
  key: { name, type: 'DATETIME' },
  value: at === undefined ? null : new Date(at),
});

interface Waiting {
  nextDeadline?: { at: string } | undefined;
  tasks: readonly { kind: string }[];
}

/** What everything has that waits for a day or a person. */
export function waitingAttributes({ nextDeadline, tasks }: Waiting): SearchAttribute[] {
  const openTasks = tasks.map(({ kind }) => kind);
  return [
    datetime('NextDeadline', nextDeadline?.at),
    { key: { name: 'OpenTasks', type: 'KEYWORD_LIST' }, value: openTasks.length > 0 ? openTasks : null },
  ];
}
