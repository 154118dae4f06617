import type { Filter, Sort } from 'mongodb';
import type { EngagementView } from '../contracts/engagement';
import { queryOf, type EngagementFilter, type EngagementRow } from './engagementRows';
import { idBefore, InvalidCursor } from './pages';

/** One query of a list that may take several, one after the other. */
interface Pass {
  query: Filter<EngagementRow>;
  sort: Sort;
}

const AT = 'nextDeadline.at';

/**
 * The nearest deadline first, then, in the order of their ids, engagements that have none: a sort alone would put those first.
 * @throws InvalidCursor
 */
export function passesByDeadline(filter: EngagementFilter, after: string | undefined): Pass[] {
  const query = queryOf(filter, undefined);
  const end = after === undefined ? undefined : endOfPage(after);
  const isPastDeadlines = end?.at === '';
  const due: Filter<EngagementRow> = {
    ...query,
    [AT]: { ...(query[AT] as object | undefined), $gte: end?.at ?? '' },
    ...(end && { $or: [{ [AT]: { $gt: end.at } }, { _id: { $gt: end.id } }] }),
  };
  const without: Filter<EngagementRow> = {
    ...query,
    [AT]: { $exists: false },
    ...(isPastDeadlines && { _id: { $gt: end.id } }),
  };
  return [
    ...(isPastDeadlines ? [] : [{ query: due, sort: { [AT]: 1, _id: 1 } as const }]),
    ...(filter.dueBefore === undefined ? [{ query: without, sort: { _id: 1 } as const }] : []),
  ];
}

/** Where a page ends whose last is this engagement. */
export const placeOf = ({ nextDeadline, engagementId }: EngagementView): string =>
  `${nextDeadline?.at ?? ''} ${engagementId}`;

/** The instant is empty where the last of the page has no deadline. */
function endOfPage(after: string): { at: string; id: string } {
  const [, at, id] = /^(\S*) (\S+)$/.exec(idBefore(after)) ?? [];
  if (at === undefined || id === undefined) throw new InvalidCursor(`not a cursor of this order: ${after}`);
  return { at, id };
}
