import type { Access, Scope } from '../../client/api/access/accessTable';
import { ROLES } from '../../contracts/names';
import { code, table } from './markdown';

const SCOPES: Record<Scope, string> = {
  one: 'one thing of a partner. Of another partner’s, there is the same 404 as of what does not exist',
  rows: 'a list. A partner gets its own rows, and none when it asks for another’s',
  named: 'something new for the partner that the body names. Another partner’s name is a 403',
  all: 'nothing of one partner’s: the same for everyone who has a role for it',
};

/** Every route is on the page of what its path begins with. */
const areaOf = (route: string): string => /\/v1\/([\w-]+)/.exec(route)?.[1] ?? route;

/** `docs/access.md`: who may do what, whose and when, as the API enforces it. */
export function accessPage(access: Readonly<Record<string, Access>>): string {
  const entries = Object.entries(access);
  const areas = [...new Set(entries.map(([route]) => areaOf(route)))].sort();
  return `${[
    '# Who may do what',
    'Generated from the table `client/api/access/accessTable.ts`, which the API enforces, by `npm run docs`; a test checks that it is current, another that every route does what it says. A route without an entry keeps the API from starting.',
    'A token or key carries roles and, for those of partners (`globalAdmin`, `partnerAdmin`, `consultant`), the partner they count for. `operator` and `support` see every partner. Whoever has none of the roles gets a 403, in every stage and whatever the content; a message in another stage than those named is a 409. Operators may act on behalf of someone (`On-Behalf-Of`). When a message is decided, its role, partner and stage are judged once more, by the record.',
    '## What a route is about',
    table(
      ['about', 'is'],
      Object.entries(SCOPES).map(([scope, is]) => [code(scope), is]),
    ),
    ...areas.flatMap((area) => [
      `## ${area}`,
      table(
        ['route', 'about', ...ROLES.map(code), 'message', 'stages'],
        entries.filter(([route]) => areaOf(route) === area).map(rowOf),
      ),
    ]),
  ].join('\n\n')}\n`;
}

const rowOf = ([route, { scope, roles, message, stages }]: [string, Access]): string[] => [
  code(route.replace('/v1', '')),
  code(scope),
  ...ROLES.map((role) => (roles.includes(role) ? 'yes' : '–')),
  message === undefined ? '' : code(message),
  stages?.map(code).join(', ') ?? '',
];
