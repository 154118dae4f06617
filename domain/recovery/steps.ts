import type { Recorded } from '../record';

/** One message of a record, with the state it was said to and the one it led to. */
export interface Step<State, Document> {
  before: State | undefined;
  document: Document;
  after: State;
}

/**
 * The version at which a record breaks off: something later is there, what was recorded on this version is not. Undefined for
 * a record without a gap, documents in the order of `fromVersion`.
 */
export function gapIn(documents: readonly Recorded<unknown>[]): number | undefined {
  const whole = beforeGap(documents);
  if (whole.length === documents.length) return undefined;
  const latest = whole.at(-1);
  return latest ? latest.fromVersion + latest.events.length : 0;
}

/** What is there before the first gap: everything where there is none. */
export function beforeGap<Document extends Recorded<unknown>>(documents: readonly Document[]): Document[] {
  const whole: Document[] = [];
  let version = 0;
  for (const document of documents) {
    if (document.fromVersion !== version) break;
    version += document.events.length;
    whole.push(document);
  }
  return whole;
}

/** A whole record, step by step. Throws when it has a gap, for whatever follows one cannot be understood. */
export function stepsOf<State, Document extends Recorded<unknown>>(
  documents: readonly Document[],
  take: (state: State | undefined, document: Document) => State | undefined,
): Step<State, Document>[] {
  const gap = gapIn(documents);
  if (gap !== undefined) throw new Error(`what was recorded on version ${gap} is missing`);
  let before: State | undefined;
  return documents.flatMap((document) => {
    const after = take(before, document);
    if (after === undefined) return [];
    const step = { before, document, after };
    before = after;
    return [step];
  });
}
