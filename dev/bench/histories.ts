import type { WorkflowHandle } from '@temporalio/client';
import { connectTemporal } from '../../client/engagements/temporal';
import { readTemporalConfig } from '../../config/temporal';
import { engagementWorkflowId } from '../../contracts/names';

/** The longest of some histories. */
export interface HistorySize {
  /** Up to the last event; where `recorded` was asked for, up to the event that records it. */
  events: number;
  bytes: number;
}

/**
 * How long the histories of these engagements have become, the longest of each measure. `recorded` names a type of event: what
 * comes after the marker that records it is not counted as an event.
 */
export async function longestHistory(
  settings: NodeJS.ProcessEnv,
  engagementIds: readonly string[],
  recorded?: string,
): Promise<HistorySize> {
  const client = connectTemporal(readTemporalConfig(settings));
  try {
    const sizes = await Promise.all(
      engagementIds.map(async (engagementId) => {
        const handle = client.workflow.getHandle(engagementWorkflowId(engagementId));
        const { events = [] } = await handle.fetchHistory();
        const { historySize = 0 } = await handle.describe();
        return { events: recorded === undefined ? events!.length : eventsUntil(events!, recorded), bytes: historySize };
      }),
    );
    return {
      events: Math.max(...sizes.map(({ events }) => events)),
      bytes: Math.max(...sizes.map(({ bytes }) => bytes)),
    };
  } finally {
    await client.connection.close();
  }
}

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/** Counts the events up to the marker that a local activity's result was recorded with. @throws Error when there is none */
export function eventsUntil(events: Events, recorded: string): number {
  const marker = events.findIndex(({ markerRecordedEventAttributes: attributes }) =>
    Object.values(attributes?.details ?? {})
      .flatMap(({ payloads }) => payloads ?? [])
      .some(({ data }) => Buffer.from(data ?? []).includes(`"type":"${recorded}"`)),
  );
  if (marker < 0) throw new Error(`no history records ${recorded}`);
  return marker + 1;
}
