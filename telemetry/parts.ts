/** What a process needs to do its work, by name. Each throws, or does not answer, while it is missing. */
export type Parts = Record<string, () => Promise<void>>;

/** Shorter than the patience of whoever probes. */
const PATIENCE_MS = 1_500;

/** The names of those parts that do not answer now, in their order. */
export async function missingParts(parts: Parts): Promise<string[]> {
  const asked = Object.entries(parts).map(async ([name, ask]) => ((await answers(ask)) ? [] : [name]));
  return (await Promise.all(asked)).flat();
}

async function answers(ask: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS)));
  try {
    return await Promise.race([ask().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
