import type { Filter } from 'mongodb';
import type { PartnerSummary, PartnerView } from '../contracts/partner';
import { normalised, oneBeginningWith } from './beginnings';
import { idBefore } from './pages';

/** A projected view; `lookup` holds the names by which it is found. */
export type PartnerRow = PartnerView & { _id: string; lookup: { names: string[] } };

export interface PartnerFilter {
  partnerId?: string;
  /** What a partner's name, id or MPN id begins with, in any case. */
  name?: string;
}

export const lookupOf = ({ partnerId, name, mpnId }: PartnerView): PartnerRow['lookup'] => ({
  names: [name, partnerId, mpnId].map(normalised),
});

/** Reads a row as the view alone. */
export const asView = { projection: { _id: 0, lookup: 0 } };

/** Reads of a row what lists show: its people and places stay where they are. */
export const asSummary = {
  projection: {
    _id: 0,
    ...{ partnerId: 1, name: 1, mpnId: 1, membershipRenewsOn: 1, version: 1, nextDeadline: 1 },
    ...{ 'tasks.taskId': 1, registeredAt: 1, updatedAt: 1 },
  },
};

/** What is read so. */
export type SummaryRow = Omit<PartnerSummary, 'openTasks'> & { tasks: readonly unknown[] };

export function summaryOf(row: SummaryRow): PartnerSummary {
  const { partnerId, name, mpnId, membershipRenewsOn, version, nextDeadline, tasks, registeredAt, updatedAt } = row;
  return {
    ...{ partnerId, name, mpnId, membershipRenewsOn, version },
    ...(nextDeadline && { nextDeadline }),
    ...{ openTasks: tasks.length, registeredAt, updatedAt },
  };
}

/** Only what is asked for: the driver drops a condition whose value is undefined, and the list would be everybody's. */
export function queryOf({ partnerId, name }: PartnerFilter, after: string | undefined): Filter<PartnerRow> {
  const one = partnerId !== undefined && { $eq: partnerId };
  const rest = after !== undefined && { $gt: idBefore(after) };
  return {
    ...(name !== undefined && { 'lookup.names': oneBeginningWith(name) }),
    ...((one || rest) && { _id: { ...one, ...rest } }),
  };
}
