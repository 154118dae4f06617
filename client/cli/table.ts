import { plain } from '../wording/text';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | undefined;
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;

/** Columns a text takes on a terminal: East Asian characters take two, combining marks none. */
function widthOf(text: string): number {
  return [...text.normalize('NFC')].reduce(
    (width, character) => width + (/\p{Mn}/u.test(character) ? 0 : wide.test(character) ? 2 : 1),
    0,
  );
}

const padded = (text: string, width: number): string => text + ' '.repeat(width - widthOf(text));

/** Rows in aligned columns under their titles, one line each. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return aligned([
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map((row) => columns.map(({ value }) => String(value(row) ?? '–'))),
  ]);
}

/** Cells in columns as wide as their widest cell, two spaces between. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(plain));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
