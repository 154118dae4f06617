import type { ComponentChildren } from 'preact';

/** The address of a page that shows what is asked for; what is left empty is not asked. */
export function addressOf(path: string, query: object): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

interface TableProps {
  label: string;
  columns: readonly string[];
  children: ComponentChildren;
}

/** Rows under their headings; where the screen is narrower, it can be moved, by the keyboard too. */
export const Table = ({ label, columns, children }: TableProps) => (
  <div class="table" tabIndex={0} role="region" aria-label={label}>
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** Where a list goes on, if it does. */
export const NextPage = ({ path, query, next }: { path: string; query: object; next: string | undefined }) =>
  next === undefined ? null : (
    <p>
      <a class="button" rel="next" href={addressOf(path, { ...query, after: next })}>
        Next page
      </a>
    </p>
  );
