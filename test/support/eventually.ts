import { setTimeout as pause } from 'node:timers/promises';

/** Asking without a pause would take the processor from whoever is to bring the answer about. */
const BETWEEN_QUESTIONS_MS = 20;

/** Asks again and again until the answer fits. */
export async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await pause(BETWEEN_QUESTIONS_MS);
  }
}
