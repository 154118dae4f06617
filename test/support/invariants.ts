import { engagementEventSchema, engagementViewSchema } from '../../contracts/engagement';
import { deadlineId, isClosed, type Engagement } from '../../domain/engagement/state';
import type { RecordedMessage } from '../../domain/engagement/events';
import { claimsOf } from '../../domain/engagement/claims';
import { viewOf } from '../../domain/engagement/view';

/** What holds of every engagement, whatever was said to it. */
export function expectSound(state: Engagement): void {
  expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  engagementViewSchema.parse(viewOf(state));
  const { deadlines, openTasks, passed } = state;
  expect(deadlines).toStrictEqual([...deadlines].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)));
  const due = deadlines.map(deadlineId);
  expect(new Set(due).size).toBe(due.length);
  expect(due.filter((id) => passed.includes(id))).toStrictEqual([]);
  expect(new Set(openTasks.map(({ taskId }) => taskId)).size).toBe(openTasks.length);
  if (state.stage === 'cancelled' || state.stage === 'expired') expect(claimsOf(state)).toStrictEqual([]);
  if (isClosed(state)) expect(deadlines).toStrictEqual([]);
}

/** Versions continue without a gap, and every event keeps to its contract. */
export function expectDense(before: Engagement | undefined, { events }: RecordedMessage): void {
  const from = before?.version ?? 0;
  expect(events.map(({ version }) => version)).toStrictEqual(events.map((_event, index) => from + index + 1));
  events.forEach((event) => engagementEventSchema.parse(event));
  expect(JSON.parse(JSON.stringify(events))).toStrictEqual(events);
}
