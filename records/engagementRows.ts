import type { Filter } from 'mongodb';
import type { EngagementView } from '../contracts/engagement';
import { isFinalStage, STAGES, type Stage } from '../contracts/names';
import { normalised, oneBeginningWith } from './beginnings';
import { idBefore } from './pages';

/**
 * A projected view; `lookup` holds what lists ask for and the view does not have in one place, and whether the customer was
 * to be forgotten.
 */
export type EngagementRow = EngagementView & {
  _id: string;
  lookup: { customer: string[]; openTasks: boolean; forgotten?: true };
};

export interface EngagementFilter {
  partnerId?: string;
  stage?: Stage;
  /** Only engagements whose business is over, or only the others. */
  over?: boolean;
  voucherId?: string;
  /** What a customer's name, customer id or licensing id begins with, in any case. */
  customer?: string;
  /** With open tasks, or without. */
  openTasks?: boolean;
  /** Only engagements whose next deadline comes before this instant. */
  dueBefore?: string;
}

export function lookupOf({ customer, tasks }: EngagementView): EngagementRow['lookup'] {
  const names = [customer.name, customer.customerId, customer.licensingId].filter((name) => name !== undefined);
  return { customer: names.map(normalised), openTasks: tasks.length > 0 };
}

/** Reads a row as the view alone. */
export const asView = { projection: { _id: 0, lookup: 0 } };

/** Only what is asked for: the driver drops a condition whose value is undefined, and the list would be everybody's. */
export function queryOf(
  { partnerId, voucherId, customer, openTasks, dueBefore, ...staged }: EngagementFilter,
  after: string | undefined,
): Filter<EngagementRow> {
  return {
    ...(partnerId !== undefined && { partnerId }),
    ...stagesAsked(staged),
    ...(voucherId !== undefined && { 'voucher.voucherId': voucherId }),
    ...(customer !== undefined && { 'lookup.customer': oneBeginningWith(customer) }),
    ...(openTasks !== undefined && { 'lookup.openTasks': openTasks }),
    ...(dueBefore !== undefined && { 'nextDeadline.at': { $lt: new Date(dueBefore).toISOString() } }),
    ...(after !== undefined && { _id: { $gt: idBefore(after) } }),
  };
}

function stagesAsked({ stage, over }: Pick<EngagementFilter, 'stage' | 'over'>): Filter<EngagementRow> {
  if (over === undefined) return stage === undefined ? {} : { stage };
  return { stage: { $in: STAGES.filter((each) => isFinalStage(each) === over && each === (stage ?? each)) } };
}

/** The most selective index, by name: the same plan on every server. */
export function indexFor(filter: EngagementFilter): string {
  if (filter.voucherId !== undefined) return 'voucher';
  if (filter.customer !== undefined) return 'customer';
  if (filter.partnerId !== undefined) return 'partner';
  if (filter.dueBefore !== undefined) return 'due';
  if (filter.openTasks !== undefined) return 'openTasks';
  return filter.stage !== undefined ? 'stage' : '_id_';
}
