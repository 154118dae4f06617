import { readFileSync } from 'node:fs';
import { inRepository } from '../../dev/repository';
import { isThere, rowsOf, testsIn } from '../support/namedTests';

/** The rows of docs/exceptions.md: number, and the tests that show it. */
const rows = rowsOf('exceptions.md', /^E\d+$/).map(([number = '', ...cells]) => ({
  number,
  cells: cells.slice(0, -1),
  tests: testsIn(cells.at(-1) ?? ''),
}));

const numbers = Array.from({ length: 25 }, (_, index) => `E${index + 1}`);

describe('the page of exceptions', () => {
  test('has all 25, each once and in order, and says of each what happens, what the system does and who acts', () => {
    expect(rows.map(({ number }) => number)).toStrictEqual(numbers);
    for (const { cells } of rows) expect(cells.map((cell) => cell.length > 0)).toStrictEqual([true, true, true]);
  });

  const named = rows.flatMap(({ number, tests }) => tests.map(({ file, title }) => [number, file, title] as const));

  test.each(named)('%s names a test that there is: %s, %s', (_number, file, title) => {
    expect(isThere({ file, title })).toBe(true);
  });

  test.each(numbers)('%s has its rules told in test/domain/exceptions.test.ts', (number) => {
    expect(readFileSync(inRepository('test', 'domain', 'exceptions.test.ts'), 'utf8')).toContain(`('${number}: `);
  });

  test('names every test that tells of an exception by its number', () => {
    const told = ['exceptions', 'exceptionsAcross', 'exceptionsInTime'].flatMap((name) => {
      const file = `test/workflows/${name}.servers.test.ts`;
      const source = readFileSync(inRepository(file), 'utf8');
      return [...source.matchAll(/^ *test\('((E\d+) [^']+)'/gm)].map(([, title, number]) => [number, file, title]);
    });
    for (const one of told) expect(named).toContainEqual(one);
  });
});
