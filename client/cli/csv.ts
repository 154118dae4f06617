import { stringify } from 'csv-stringify/sync';
import type { Column } from './table';
import { plain } from '../wording/text';

/**
 * Rows as CSV (RFC 4180) under their titles. A spreadsheet takes nothing in it for a formula; what is not there is empty.
 */
export function csv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => plain(String(value(row) ?? ''))));
  return stringify([columns.map(({ title }) => title), ...cells], { escape_formulas: true }).trimEnd();
}
