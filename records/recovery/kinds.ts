import type { Document, Filter } from 'mongodb';
import { claimsOf as claimsOfBatch } from '../../domain/batch/claims';
import type { RecordedBatchMessage } from '../../domain/batch/events';
import { take as takeBatch } from '../../domain/batch/evolve';
import { isClosed as isBatchClosed, isFinal as isBatchFinal } from '../../domain/batch/state';
import { viewOf as batchViewOf } from '../../domain/batch/view';
import { batchHolder, partnerHolder, type Claim } from '../../domain/claims';
import { claimsOf } from '../../domain/engagement/claims';
import type { RecordedMessage } from '../../domain/engagement/events';
import { take } from '../../domain/engagement/evolve';
import { forgetMessage, forgetView, isForgotten } from '../../domain/engagement/forget';
import { isClosed, isFinal } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import { without } from '../../domain/forget';
import { partnerClaimsOf } from '../../domain/partner/claims';
import type { RecordedPartnerMessage } from '../../domain/partner/events';
import { takePartner } from '../../domain/partner/evolve';
import { partnerViewOf } from '../../domain/partner/view';
import type { Recorded } from '../../domain/record';
import { holdingsOf, type Holding } from '../../domain/recovery/holdings';
import { invoicesOf, type Invoiced } from '../../domain/recovery/invoices';
import { stepsOf, type Step } from '../../domain/recovery/steps';
import { tasksAlong, type TaskAtVersion } from '../../domain/recovery/tasks';
import { lookupOf as lookupOfBatch } from '../batches';
import { lookupOf } from '../engagementRows';
import { lookupOf as lookupOfPartner } from '../partnerRows';
import { standInFor } from '../fingerprint';
import type { TaskRow } from '../tasks';

/** A recorded message of whatever kind of subject. */
export type AnyDocument = Recorded<{ type: string; at: string; data: object }>;

/** Everything that follows from a record. */
export interface Following {
  version: number;
  /** The row of the view, with its `_id`. */
  row: Document;
  tasks: TaskRow[];
  /** Nothing is left to wait for. */
  isClosed: boolean;
  holdings: Holding[];
  invoices: Invoiced[];
}

/** What has to be known of a kind of subject to make anew what follows from its record. */
export interface Kind {
  /** Whose record it is; the field that names it follows. */
  name: 'engagement' | 'partner' | 'batch';
  subject: string;
  events: string;
  views: string;
  /** The tasks of these subjects, reconciliation's apart. */
  tasksOf: (ids: readonly string[]) => Filter<TaskRow>;
  /** As claims name their holder. */
  holderOf: (id: string) => string;
  /** `isMarked`: its customer was to be forgotten. Throws when the record has a gap. */
  follow: (id: string, documents: readonly AnyDocument[], isMarked: boolean) => Following;
  /** A message as it stays on record once its customer is forgotten; absent where nobody is. */
  forget?: (document: AnyDocument) => AnyDocument;
}

interface Plan<State, Message extends AnyDocument, View> extends Omit<Kind, 'follow' | 'forget'> {
  take: (state: State | undefined, document: Message) => State | undefined;
  isOver: (state: State) => boolean;
  isClosed: (state: State) => boolean;
  claimsOf: (state: State) => Claim[];
  viewOf: (state: State) => View;
  /** What is stored of a view beside its `_id`. */
  rowOf: (view: View, isMarked: boolean) => Document;
  forget?: (document: Message) => AnyDocument;
}

type Any = { version: number; partnerId: string; openTasks: readonly TaskAtVersion[] };

function kindOf<State, Message extends AnyDocument, View>(plan: Plan<State, Message, View>): Kind {
  const { name, subject, events, views, tasksOf, holderOf, forget } = plan;
  return {
    ...{ name, subject, events, views, tasksOf, holderOf },
    ...(forget && { forget: (document: AnyDocument) => forget(document as Message) }),
    follow(id, documents, isMarked) {
      const steps = stepsOf(documents as readonly Message[], plan.take);
      const state = steps.at(-1)?.after;
      if (!state) throw new Error('nothing is recorded');
      const known = steps as unknown as Step<Any, Message>[];
      const forgotten = isMarked ? without('instructions') : (task: TaskAtVersion) => task;
      return {
        version: known.at(-1)!.after.version,
        row: { _id: id, ...plan.rowOf(plan.viewOf(state), isMarked) },
        tasks: tasksAlong(known).map((task) => ({ _id: task.taskId, ...forgotten(task) })),
        isClosed: plan.isClosed(state),
        holdings: holdingsOf(steps, plan.claimsOf),
        invoices: invoicesOf(known, plan.isOver(state)),
      };
    },
  };
}

const NONE = { $exists: false };

const engagement = kindOf<NonNullable<ReturnType<typeof take>>, RecordedMessage, ReturnType<typeof viewOf>>({
  name: 'engagement',
  subject: 'engagementId',
  events: 'engagementEvents',
  views: 'engagements',
  tasksOf: (ids) => ({ engagementId: { $in: [...ids] } }),
  take,
  isOver: isFinal,
  isClosed,
  // A customer that was forgotten is held to nothing any more.
  claimsOf: (state) => claimsOf(state).filter(({ kind }) => kind !== 'fifteenDay' || !isForgotten(state.customer)),
  holderOf: (id) => id,
  viewOf,
  rowOf(view, isMarked) {
    const isToBe = isMarked || isForgotten(view.customer);
    const shown = isToBe ? forgetView(view) : view;
    return { ...shown, lookup: { ...lookupOf(shown), ...(isToBe && { forgotten: true }) } };
  },
  forget: (document) => forgetMessage(document, standInFor(document.messageId)),
});

const partner = kindOf<
  NonNullable<ReturnType<typeof takePartner>>,
  RecordedPartnerMessage,
  ReturnType<typeof partnerViewOf>
>({
  name: 'partner',
  subject: 'partnerId',
  events: 'partnerEvents',
  views: 'partners',
  tasksOf: (ids) => ({ partnerId: { $in: [...ids] }, engagementId: NONE, batchId: NONE }),
  take: takePartner,
  isOver: () => false,
  isClosed: () => false,
  claimsOf: partnerClaimsOf,
  holderOf: partnerHolder,
  viewOf: partnerViewOf,
  rowOf: (view) => ({ ...view, lookup: lookupOfPartner(view) }),
});

const batch = kindOf<NonNullable<ReturnType<typeof takeBatch>>, RecordedBatchMessage, ReturnType<typeof batchViewOf>>({
  name: 'batch',
  subject: 'batchId',
  events: 'batchEvents',
  views: 'batches',
  tasksOf: (ids) => ({ batchId: { $in: [...ids] } }),
  take: takeBatch,
  isOver: isBatchFinal,
  isClosed: isBatchClosed,
  claimsOf: claimsOfBatch,
  holderOf: batchHolder,
  viewOf: batchViewOf,
  rowOf: (view) => ({ ...view, lookup: lookupOfBatch(view) }),
});

/** Whatever has a record. What an engagement says of batches was recorded after them, so engagements come first. */
export const KINDS: readonly Kind[] = [engagement, batch, partner];
