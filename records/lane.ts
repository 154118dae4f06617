/** Runs work when its turn comes. */
export type Lane = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so much work run at a time; the rest waits, in order. */
export function createLane(atOnce: number): Lane {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
