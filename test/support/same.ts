import { isDeepStrictEqual } from 'node:util';

/** As strict as `toStrictEqual` and much faster where nothing differs: for what is asked thousands of times. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
