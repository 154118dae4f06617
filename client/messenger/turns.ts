/** Lets a few at a time through, per key; whoever waits longer than `patienceMs` is turned away. */
export interface Turns {
  /** Runs `work` when its turn comes; undefined when it did not come in time and nothing was run. */
  take<T extends object>(key: string, work: () => Promise<T>): Promise<T | undefined>;
}

export function createTurns({ atOnce, patienceMs }: { atOnce: number; patienceMs: number }): Turns {
  const lines = new Map<string, { inside: number; waiting: Set<() => void> }>();

  async function enter(key: string): Promise<boolean> {
    const line = lines.get(key) ?? { inside: 0, waiting: new Set() };
    lines.set(key, line);
    if (line.inside < atOnce) {
      line.inside += 1;
      return true;
    }
    return new Promise((resolve) => {
      const admit = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        line.waiting.delete(admit);
        resolve(false);
      }, patienceMs);
      line.waiting.add(admit);
    });
  }

  /** Whoever leaves gives the place to the one who waits longest. */
  function leave(key: string): void {
    const line = lines.get(key)!;
    const [next] = line.waiting;
    if (next) {
      line.waiting.delete(next);
      next();
    } else if (--line.inside === 0) lines.delete(key);
  }

  return {
    async take(key, work) {
      if (!(await enter(key))) return undefined;
      try {
        return await work();
      } finally {
        leave(key);
      }
    },
  };
}
