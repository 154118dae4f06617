import { isThere, rowsOf, testsIn, type NamedTest } from '../support/namedTests';

/** The rows of docs/security.md: number, what is asked and how it is met, and the lines of the last cell. */
const rows = rowsOf('security.md', /^S\d+$/).map(([number = '', ...cells]) => ({
  number,
  cells: cells.slice(0, -1),
  shown: testsIn(cells.at(-1) ?? ''),
}));

const DATED = /^\d{4}-\d\d-\d\d: \S/;
const isDated = ({ file, title }: NamedTest): boolean => title === '' && DATED.test(file);

describe('the page of security', () => {
  test('has S1 to S24, each once and in order, and says of each what is asked and how it is met', () => {
    expect(rows.map(({ number }) => number)).toStrictEqual(Array.from({ length: 24 }, (_, index) => `S${index + 1}`));
    for (const { cells } of rows) expect(cells.map((cell) => cell.length > 0)).toStrictEqual([true, true]);
  });

  test.each(rows.map(({ number, shown }) => [number, shown] as const))(
    '%s has tests that there are, or says since when and why not',
    (_number, shown) => expect(shown.filter((one) => !isDated(one) && !isThere(one))).toStrictEqual([]),
  );
});
