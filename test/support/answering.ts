import type { Decision } from '../../domain/decision';
import type { Refusal } from '../../domain/refusals';

interface Fact {
  type: string;
  data: { deadlines?: unknown };
}

/** Whoever was spoken to, as it is afterwards. */
interface Owner {
  version: number;
  updatedAt: string;
  deadlines: readonly object[];
  openTasks: readonly { kind: string }[];
}

/** What one message led to. */
export interface Heard<State extends Owner, New extends Fact, Document extends { message: string; events: Fact[] }> {
  decision: Decision<New>;
  events: Document['events'];
  document: Document;
  before: State | undefined;
  after: State | undefined;
}

/** What can be expected of an answer, whoever gave it. */
export const answering = <State extends Owner, New extends Fact, Document extends { message: string; events: Fact[] }>({
  decision,
  events,
  document,
  before,
  after,
}: Heard<State, New, Document>) => ({
  /** Accepted: exactly these facts, in this order; `dueAfter` has the dates they set. */
  thenRecorded(...facts: New[]): void {
    expect(decision.kind).toBe('accepted');
    expect(events.map(withoutDates)).toStrictEqual(facts);
  },
  /** Refused: recorded as exactly this, and nothing else happened. */
  thenRefused(refusal: Refusal): void {
    expect(decision).toStrictEqual({ kind: 'refused', refusal });
    if (!before) return expect(events).toStrictEqual([]);
    expect(events.map(({ type, data }) => ({ type, data }))).toStrictEqual([
      { type: 'MessageRefused', data: { message: document.message, refusal } },
    ]);
    expect(after).toStrictEqual({ ...before, version: before.version + 1, updatedAt: after?.updatedAt });
  },
  /** Nothing new: `sameAs` names the message whose effect stands. */
  thenQuiet(sameAs?: string): void {
    expect(decision).toStrictEqual({ kind: 'repeated', ...(sameAs !== undefined && { sameAs }) });
    expect(after).toBe(before);
  },
  /** What is due after it, earliest first. */
  dueAfter: after?.deadlines as State['deadlines'] | undefined,
  /** Kinds of the tasks open after it. */
  openTasks: after?.openTasks.map(({ kind }) => kind),
});

function withoutDates({ type, data }: Fact): object {
  const { deadlines: _deadlines, ...rest } = data;
  return { type, data: rest };
}
