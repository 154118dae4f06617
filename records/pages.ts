/** Which part of a list: at most `limit` rows after the cursor that an earlier page gave as `next`. */
export interface PageRequest {
  limit: number;
  after?: string;
}

export interface Page<Item> {
  items: Item[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

/** The cursor is not one that a list gave out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

/** The `_id` after which a page begins. @throws InvalidCursor */
export function idBefore(after: string): string {
  const id = Buffer.from(after, 'base64url').toString();
  if (id === '' || cursorOf(id) !== after) throw new InvalidCursor(`not a cursor of this list: ${after}`);
  return id;
}

/** Makes a page of what was found, which is one more than asked for when there is a next page. */
export function pageOf<Item>(found: Item[], limit: number, idOf: (item: Item) => string): Page<Item> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, ...(last && { next: cursorOf(idOf(last)) }) };
}
