/** Something that is due at an instant (UTC). A kind may be due several times. */
interface Due {
  kind: string;
  at: string;
}

export const deadlineId = ({ kind, at }: Due): string => `${kind}:${at}`;

/** What is still to come of all that is due, earliest first. `passed` are ids of what has been dealt with. */
export function stillDue<One extends Due>(due: readonly One[], passed: readonly string[]): One[] {
  return due
    .filter((deadline) => !passed.includes(deadlineId(deadline)))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** What is due after `past` has been dealt with: it is not due any more, and never again. */
export function withoutPassed<One extends Due>(
  { passed, deadlines }: { passed: readonly string[]; deadlines: readonly One[] },
  past: Due,
): { passed: string[]; deadlines: One[] } {
  const id = deadlineId(past);
  return { passed: [...passed, id], deadlines: deadlines.filter((deadline) => deadlineId(deadline) !== id) };
}

export function sameSchedule(one: readonly Due[], other: readonly Due[]): boolean {
  return (
    one.length === other.length && one.every((deadline, index) => deadlineId(deadline) === deadlineId(other[index]!))
  );
}
