import type { BatchEvent, BatchEventData } from '../../domain/batch/events';
import { cellsOf, TOLD_OF_ALL, TOLD_OF_PAYMENT, type EventCells, type Told } from './events';
import { facts, moneyText } from './text';

const TOLD: Told<BatchEventData> = {
  ...TOLD_OF_ALL,
  ...TOLD_OF_PAYMENT,
  BatchOpened: ({ partnerId, offering, country, locationId, currency }) =>
    facts(partnerId, offering, country, locationId, currency),
  VoucherAdded: ({ member }) => `${member.voucherId} of ${member.engagementId}, ${moneyText(member.amount)}`,
  BatchSplit: ({ left, reason }) => `${left.map(({ engagementId }) => engagementId).join(', ')} left: ${reason}`,
  DeadlineReminded: ({ about }) => about,
};

/** The cells of a fact of a batch. */
export const batchEventCells = (event: BatchEvent): EventCells => cellsOf(event, TOLD);
