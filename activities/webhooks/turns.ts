/** Lets so many things be under way at once for each key; one more throws what `refusal` makes. */
export function createTurns(most: number, refusal: (key: string) => Error) {
  const underWay = new Map<string, number>();
  const count = (key: string): number => underWay.get(key) ?? 0;

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    if (count(key) >= most) throw refusal(key);
    underWay.set(key, count(key) + 1);
    try {
      return await work();
    } finally {
      if (count(key) > 1) underWay.set(key, count(key) - 1);
      else underWay.delete(key);
    }
  };
}
