import { existsSync, readFileSync } from 'node:fs';
import { inRepository } from '../../dev/repository';

/** A test that a page names as `file`: title. */
export interface NamedTest {
  file: string;
  title: string;
}

/** The tests a cell of a table names, one a line; whatever else stands there is a file without a title. */
export function testsIn(cell: string): NamedTest[] {
  return cell.split('<br>').map((named) => {
    const [, file = named, title = ''] = /^`(.+)`: (.+)$/.exec(named) ?? [];
    return { file, title };
  });
}

/** The rows of a page's tables whose first cell begins so: their cells. */
export function rowsOf(page: string, first: RegExp): string[][] {
  return readFileSync(inRepository('docs', page), 'utf8')
    .split('\n')
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter(([cell = '']) => first.test(cell));
}

/** Whether there is such a test. */
export const isThere = ({ file, title }: NamedTest): boolean =>
  title !== '' && existsSync(inRepository(file)) && readFileSync(inRepository(file), 'utf8').includes(`'${title}'`);
