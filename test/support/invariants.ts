import { engagementViewSchema } from '../../contracts/engagement';
import { isClosed, type Engagement } from '../../domain/engagement/state';
import { deadlineId } from '../../domain/deadlines';
import type { Decision } from '../../domain/decision';
import type { RefusalCode } from '../../domain/refusals';
import { claimsOf } from '../../domain/engagement/claims';
import { viewOf } from '../../domain/engagement/view';
import { pendingEffect } from '../../domain/settlement/effect';
import { expectSame } from './same';

/** What holds of every engagement, whatever was said to it. */
export function expectSound(state: Engagement): void {
  expectSame(JSON.parse(JSON.stringify(state)), state);
  engagementViewSchema.parse(viewOf(state));
  const effect = pendingEffect(state) ?? null;
  expectSame(JSON.parse(JSON.stringify(effect)), effect);
  const { deadlines, openTasks, partnerId, passed } = state;
  expectSame(
    openTasks.filter((task) => task.partnerId !== partnerId),
    [],
  );
  expectSame(
    deadlines,
    [...deadlines].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  );
  const due = deadlines.map(deadlineId);
  expectSame(new Set(due).size, due.length);
  expectSame(
    due.filter((id) => passed.includes(id)),
    [],
  );
  expectSame(new Set(openTasks.map(({ taskId }) => taskId)).size, openTasks.length);
  if (state.stage === 'cancelled' || state.stage === 'expired') expectSame(claimsOf(state), []);
  if (isClosed(state)) expectSame(deadlines, []);
}

/** Versions continue without a gap, and every event keeps to its contract. */
export function expectDense(
  before: { version: number } | undefined,
  events: readonly { version: number }[],
  contract: { parse(event: unknown): unknown },
): void {
  const from = before?.version ?? 0;
  expectSame(
    events.map(({ version }) => version),
    events.map((_event, index) => from + index + 1),
  );
  events.forEach((event) => contract.parse(event));
  expectSame(JSON.parse(JSON.stringify(events)), events);
}

/** The contract can only declare what is known: a refusal is one of those that its message may meet. */
export function expectDeclared(
  declared: Readonly<Record<string, readonly RefusalCode[]>>,
  name: string,
  decision: Decision<unknown>,
): void {
  if (decision.kind !== 'refused' || name === 'passDeadline') return;
  const { code } = decision.refusal;
  expectSame([name, code], [name, declared[name]?.find((known) => known === code)]);
}
