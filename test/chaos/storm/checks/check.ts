/** One invariant: how often it was looked at, and every time it did not hold, in a line. */
export interface Check {
  invariant: string;
  rule: string;
  checked: number;
  violations: string[];
}

/** Looks at each subject; `look` answers with what is wrong, or nothing. */
export const checkEach = <Subject>(
  invariant: string,
  rule: string,
  subjects: Iterable<Subject>,
  look: (subject: Subject) => string | undefined | false,
): Check => {
  const all = [...subjects];
  return {
    invariant,
    rule,
    checked: all.length,
    violations: all.map(look).filter((wrong) => typeof wrong === 'string'),
  };
};

/** By key, in the order in which the keys were met. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Whether numbers are 1, 2, 3 … in this order. */
export const isDense = (numbers: readonly number[]): boolean => numbers.every((number, index) => number === index + 1);
