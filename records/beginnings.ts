/** As names are stored to be found: in any case and spacing. */
export const normalised = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * A list of normalised names of which one begins so. No character comes after U+10FFFF; a range is read through the index
 * on every server.
 */
export const oneBeginningWith = (text: string) => {
  const begins = normalised(text);
  return { $elemMatch: { $gte: begins, $lt: `${begins}\u{10ffff}` } };
};
