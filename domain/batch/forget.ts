import type { BatchEventType } from '../../contracts/names';
import { asItIs, STAYS_IN_COMMON, without } from '../forget';
import type { BatchEvent, BatchEventData, RecordedBatchMessage } from './events';

/** What stays of each fact when a customer of the batch is to be forgotten: a text may be about any of its customers. */
const STAYS: { [Type in BatchEventType]: (data: BatchEventData[Type]) => BatchEventData[Type] } = {
  ...STAYS_IN_COMMON,
  BatchOpened: asItIs,
  VoucherAdded: asItIs,
  BatchSplit: without('reason'),
};

function forgetTexts(event: BatchEvent): BatchEvent {
  const stays = STAYS[event.type] as (data: BatchEvent['data']) => BatchEvent['data'];
  return { ...event, data: stays(event.data) } as BatchEvent;
}

/** A recorded message without the texts of its facts; `fingerprint` stands for the one that was made of what was said. */
export const forgetBatchMessage = (document: RecordedBatchMessage, fingerprint: string): RecordedBatchMessage => ({
  ...document,
  fingerprint,
  forgotten: true,
  events: document.events.map(forgetTexts),
});
