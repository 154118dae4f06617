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

export function sameSchedule(one: readonly Due[], other: readonly Due[]): boolean {
  return (
    one.length === other.length && one.every((deadline, index) => deadlineId(deadline) === deadlineId(other[index]!))
  );
}
