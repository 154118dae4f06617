import type { Collection, Document, Filter, FindOptions, Sort } from 'mongodb';
import { idBefore, InvalidCursor, pageOf, type Page, type PageRequest } from './pages';

/** A list by an instant that not every row has. */
interface SoonestFirst<Row extends Document, View> {
  /** Which rows; may bound the instant, and then has no row without one. */
  query: Filter<Row>;
  /** The field of the instant, in UTC to the millisecond. */
  instant: string;
  /** Reads a row as the view alone. */
  view: FindOptions;
  /** The instant, if there is one, and the id of a row. */
  placeOf: (view: View) => { at: string | undefined; id: string };
}

/** One query of a list that may take several, one after the other. */
interface Pass<Row> {
  query: Filter<Row>;
  sort: Sort;
}

/**
 * The soonest first, then, in the order of their ids, rows without the instant: a sort alone would put those first. Without
 * a hint: some servers walk the whole of an index that is named.
 * @throws InvalidCursor
 */
export async function soonestFirst<Row extends Document, View>(
  rows: Collection<Row>,
  { query, instant, view, placeOf }: SoonestFirst<Row, View>,
  { limit, after }: PageRequest,
): Promise<Page<View>> {
  const found: View[] = [];
  for (const pass of passes<Row>(query, instant, after)) {
    const wanted = limit + 1 - found.length;
    if (wanted > 0)
      found.push(...((await rows.find(pass.query, view).sort(pass.sort).limit(wanted).toArray()) as View[]));
  }
  return pageOf(found, limit, (each) => {
    const { at = '', id } = placeOf(each);
    return `${at} ${id}`;
  });
}

function passes<Row>(query: Filter<Row>, instant: string, after: string | undefined): Pass<Row>[] {
  const end = after === undefined ? undefined : endOfPage(after);
  const isPastInstants = end?.at === '';
  const bounds = (query as Document)[instant] as object | undefined;
  const having = {
    ...query,
    [instant]: { ...bounds, $gte: end?.at ?? '' },
    ...(end && { $or: [{ [instant]: { $gt: end.at } }, { _id: { $gt: end.id } }] }),
  } as Filter<Row>;
  const without = {
    ...query,
    [instant]: { $exists: false },
    ...(isPastInstants && { _id: { $gt: end.id } }),
  } as Filter<Row>;
  return [
    ...(isPastInstants ? [] : [{ query: having, sort: { [instant]: 1, _id: 1 } as const }]),
    ...(bounds === undefined ? [{ query: without, sort: { _id: 1 } as const }] : []),
  ];
}

/** The instant is empty where the last of the page has none. */
function endOfPage(after: string): { at: string; id: string } {
  const [, at, id] = /^(\S*) (\S+)$/.exec(idBefore(after)) ?? [];
  if (at === undefined || id === undefined) throw new InvalidCursor(`not a cursor of this order: ${after}`);
  return { at, id };
}
