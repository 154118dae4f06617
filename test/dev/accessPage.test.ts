import { readFileSync } from 'node:fs';
import { ACCESS } from '../../client/api/access/accessTable';
import { accessPage } from '../../dev/docs/accessPage';
import { inRepository } from '../../dev/repository';

const page = accessPage(ACCESS);

test('docs/access.md is current: `npm run docs` writes it', () =>
  expect(readFileSync(inRepository('docs', 'access.md'), 'utf8')).toBe(page));

test('the page has every route, once', () => {
  for (const route of Object.keys(ACCESS)) expect(page.split(`| \`${route.replace('/v1', '')}\` |`)).toHaveLength(2);
});

test('a message says who may send it, of whom and when', () =>
  expect(page).toContain(
    '| `POST /engagements/{engagementId}/redemption` | `one` | yes | – | yes | yes | – | `redeemVoucher` | `completionReported` |',
  ));
