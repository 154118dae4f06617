import type { Db, Document } from 'mongodb';
import { BATCH_STAGES, FINAL_STAGES, isFinalBatchStage, STAGES, type BatchStage, type Stage } from '../contracts/names';

type OpenStage = Exclude<Stage, (typeof FINAL_STAGES)[number]>;

/**
 * Where a view says since when the engagement has waited in a stage: the day or the instant that brought it there. Whose
 * reservation was cancelled is back where the assignment brought it: no view tells since when.
 */
const SINCE: Record<OpenStage, string> = {
  awaitingVoucher: 'startedAt',
  voucherAssigned: 'voucher.assignedOn',
  reserved: 'reservation.reservedOn',
  completionReported: 'completionReport.deliveredToCustomerOn',
  redeemed: 'redemption.redeemedOn',
  paymentRequested: 'paymentRequest.submittedAt',
  paymentApproved: 'paymentRequest.approvedAt',
};

const OPEN_STAGES = STAGES.filter((stage): stage is OpenStage => stage in SINCE);

const OPEN_BATCH_STAGES = BATCH_STAGES.filter((stage) => !isFinalBatchStage(stage));

/** How much there is of what, and since when: what nobody has any of is left out. */
export interface Figures {
  engagements: {
    stage: Stage;
    count: number;
    /** Day or instant on which the oldest came there; final stages have none. */ since?: string;
  }[];
  /** Payment requests of engagements whose money is awaited, by what is known of them. */
  paymentRequests: { status: string; count: number }[];
  /** Deadlines of engagements, partners and open batches that are past and were not acted upon; a kind may be there twice. */
  deadlines: { kind: string; count: number }[];
  /** Open tasks, whoever has them. */
  tasks: { kind: string; count: number; unclaimed: number; overdue: number; since: string }[];
  batches: { stage: BatchStage; count: number }[];
}

const COUNT = { $sum: 1 };

/** Counts what the projections show. Each query goes by an index; of what is over it reads the index alone. */
export function createFigures(db: Db) {
  const engagements = db.collection('engagements');
  const partners = db.collection('partners');
  const tasks = db.collection('tasks');
  const batches = db.collection('batches');

  const openEngagements = () =>
    engagements
      .aggregate<{ _id: { stage: OpenStage; status?: string }; count: number } & Partial<Record<OpenStage, string>>>(
        [
          { $match: { stage: { $in: OPEN_STAGES } } },
          { $group: { _id: { stage: '$stage', status: '$paymentRequest.status' }, count: COUNT, ...earliest() } },
        ],
        { hint: 'stage' },
      )
      .toArray();

  /** A count reads the index alone; a group over the same index reads all there is. */
  const byStage = async <Name extends string>(collection: typeof engagements, stages: readonly Name[]) => {
    const counted = stages.map(async (stage) => ({
      stage,
      count: await collection.countDocuments({ stage }, { hint: 'stage' }),
    }));
    return (await Promise.all(counted)).filter(({ count }) => count > 0);
  };

  const past = (collection: typeof engagements, now: string, hint: string, among: Document = {}) =>
    collection
      .aggregate<{ _id: string; count: number }>(
        [
          { $match: { ...among, 'nextDeadline.at': { $lt: now } } },
          { $group: { _id: '$nextDeadline.kind', count: COUNT } },
        ],
        { hint },
      )
      .toArray();

  /** Of a batch that is over only tasks are left to close. */
  const deadlinesBefore = async (now: string) => {
    const found = await Promise.all([
      past(engagements, now, 'due'),
      past(partners, now, 'due'),
      past(batches, now, 'stage', { stage: { $in: OPEN_BATCH_STAGES } }),
    ]);
    return found.flat();
  };

  const openTasks = (now: string) =>
    tasks
      .aggregate<{ _id: string; count: number; unclaimed: number; overdue: number; since: string }>(
        [
          { $match: { status: 'open' } },
          {
            $group: {
              _id: '$kind',
              count: COUNT,
              unclaimed: { $sum: { $cond: [{ $ifNull: ['$claimedBy', false] }, 0, 1] } },
              overdue: { $sum: { $cond: [{ $lt: [{ $ifNull: ['$dueAt', now] }, now] }, 1, 0] } },
              since: { $min: '$openedAt' },
            },
          },
        ],
        { hint: 'status' },
      )
      .toArray();

  return {
    /** How things stand at the instant `now`. */
    async read(now: string): Promise<Figures> {
      const [open, over, deadlines, waiting, batchesByStage] = await Promise.all([
        openEngagements(),
        byStage(engagements, FINAL_STAGES),
        deadlinesBefore(now),
        openTasks(now),
        byStage(batches, BATCH_STAGES),
      ]);
      return {
        engagements: [
          ...OPEN_STAGES.flatMap((stage) =>
            summed(
              stage,
              open.filter(({ _id }) => _id.stage === stage),
            ),
          ),
          ...over,
        ],
        paymentRequests: open.flatMap(({ _id: { status }, count }) =>
          status === undefined ? [] : [{ status, count }],
        ),
        deadlines: deadlines.map(({ _id: kind, count }) => ({ kind, count })),
        tasks: waiting.map(({ _id: kind, ...task }) => ({ kind, ...task })),
        batches: batchesByStage,
      };
    },
  };
}

export type FigureReader = ReturnType<typeof createFigures>;

/** A group cannot choose its field by its key: it has the earliest of each. */
const earliest = (): Document => Object.fromEntries(OPEN_STAGES.map((stage) => [stage, { $min: `$${SINCE[stage]}` }]));

function summed(stage: OpenStage, rows: readonly ({ count: number } & Partial<Record<OpenStage, string | null>>)[]) {
  if (rows.length === 0) return [];
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const [since] = rows.flatMap((row) => row[stage] ?? []).toSorted();
  return [{ stage, count, ...(since !== undefined && { since }) }];
}
