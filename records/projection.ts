import type { Db, Document } from 'mongodb';
import { unlessDuplicate } from './errors';

interface Plan<View> {
  collection: string;
  idOf: (view: View) => string;
  /** What is stored of a view beside its `_id`. */
  rowOf: (view: View) => Document;
  /** Reads a row as the view alone. */
  asView: { projection: Document };
  /** Brings the task list up to a view. */
  projectTasks: (view: View) => Promise<void>;
  /** What is shown of a subject that was to be forgotten, whatever a workflow still knows. Absent where none is. */
  forget?: (view: View) => View;
}

/** In the row of a subject that was to be forgotten. */
export const FORGOTTEN_ROW = { 'lookup.forgotten': true } as const;

/** Views of a kind of subject as they were last projected: they follow the record and never go back. */
export function createProjection<View extends { version: number }>(
  db: Db,
  { collection, idOf, rowOf, asView, projectTasks, forget }: Plan<View>,
) {
  const views = db.collection<Document & { _id: string }>(collection);

  const view = async (id: string): Promise<View | undefined> =>
    (await views.findOne<View>({ _id: id }, asView)) ?? undefined;

  /** Stores the view unless one is stored that is not older, and answers with the one that is stored then. */
  async function store(shown: View): Promise<View> {
    const older = { _id: idOf(shown), version: { $lt: shown.version } };
    const known = forget ? { ...older, 'lookup.forgotten': { $ne: true } } : older;
    for (;;) {
      if (await unlessDuplicate(views.replaceOne(known, rowOf(shown), { upsert: true }))) return shown;
      const stored = await view(idOf(shown));
      if (stored && stored.version >= shown.version) return stored;
      const left = forget?.(shown);
      if (left && (await storeForgotten(older, left))) return left;
    }
  }

  /** False when the subject is not one that was to be forgotten, or a newer view of it is stored. */
  async function storeForgotten(older: Document, left: View): Promise<boolean> {
    const { lookup, ...row } = rowOf(left);
    const marked = { ...row, lookup: { ...(lookup as Document), forgotten: true } };
    return (await views.replaceOne({ ...older, ...FORGOTTEN_ROW }, marked)).matchedCount === 1;
  }

  return {
    /** The view as last projected. */
    view,

    /** Several views at once, in no order; what there is none of is left out. */
    viewsOf: (ids: readonly string[]): Promise<View[]> =>
      views.find<View>({ _id: { $in: [...ids] } }, asView).toArray(),

    /**
     * Shows this view, unless a newer one is shown, and answers with the one that is; may be repeated. For a step that no
     * task has a part in.
     */
    show: store,

    /**
     * Shows this view and its tasks, unless a newer one is shown, and answers with the one that is; may be repeated. The
     * tasks follow the view that is stored in the end: whoever was overtaken while writing tasks writes them again.
     */
    async project(shown: View): Promise<View> {
      for (let current = await store(shown); ;) {
        await projectTasks(current);
        const latest = await view(idOf(shown));
        if (!latest || latest.version <= current.version) return current;
        current = latest;
      }
    },
  };
}
