import { readFileSync } from 'node:fs';
import { rulesPage } from '../../dev/docs/rulesPage';
import { SOURCES } from '../../dev/docs/sources';
import { inRepository } from '../../dev/repository';
import { REFUSALS } from '../../domain/refusals';
import { loadRulebooks, type RulebookLibrary } from '../../records/rulebooks';
import { edition2020, edition2021, editionWith } from '../support/rulebook';

const library = (...editions: (typeof edition2020)[]): RulebookLibrary => ({
  ids: () => editions.map(({ id }) => id),
  edition: (wanted) => editions.find(({ id }) => id === wanted)!,
  reference: (id) => ({ id, hash: 'h' }),
});

test('docs/rules.md is current: `npm run docs` writes it', () =>
  expect(readFileSync(inRepository('docs', 'rules.md'), 'utf8')).toBe(rulesPage(loadRulebooks())));

describe('the page of rules', () => {
  const page = rulesPage(loadRulebooks());

  test('shows each rule by edition, with its source', () => {
    expect(page).toContain(
      '| A voucher is valid | 180 days | 180 days | PC-DPS@2021-04; counted from assignment: PS-PROC |',
    );
    expect(page).toContain(
      '| Last day to redeem | none | 2022-01-01 | 2020-06: BASE: no last day is named. 2021-04: PS-PROC, PC-DPS@2021-04 |',
    );
  });
  test('shows every engagement type with what qualifies for it', () => {
    expect(page).toContain(
      '| Data Estate Modernization | `dataEstate` | SSDPS SQL Server Deployment Planning Services | Data Analytics or Data Platform | gold | the beginning to further notice |',
    );
    for (const { code } of edition2020.engagementTypes) expect(page).toContain(`| \`${code}\` |`);
  });
  test('shows every refusal with rule, source and next step', () => {
    for (const [code, { status, rule, source, nextStep }] of Object.entries(REFUSALS))
      expect(page).toContain(`| \`${code}\` | ${status} | ${rule} | ${source} | ${nextStep} |`);
  });
  test('says what each short name of a source stands for', () => {
    const lists = [edition2020, edition2021].flatMap((edition) =>
      Object.values(edition).flatMap((rule) => [rule].flat() as { source?: string }[]),
    );
    const sources = [...lists, ...Object.values(REFUSALS)].flatMap(
      ({ source }) => source?.match(/[A-Z]{2,}(-[A-Z0-9]+)?\b/g) ?? [],
    );
    expect([...new Set(sources)].filter((short) => !(short in SOURCES)).sort()).toStrictEqual([]);
  });
  test('says once what editions agree on, and apart what they do not', () => {
    const other = { ...editionWith({ engagementTypes: edition2020.engagementTypes.slice(0, 1) }), id: '2020-09' };
    const three = rulesPage(library(edition2020, edition2021, other));
    expect(three.match(/^In .*:$/gm)).toStrictEqual([
      'In `2020-06` and `2021-04`:',
      'In `2020-09`:',
      'In `2020-06` and `2021-04` and `2020-09`:',
    ]);
  });
  test('says where there is nothing', () => {
    const bare = editionWith({ extensions: [], retirements: [], offSite: { maxDays: 3, source: 's' } });
    const text = rulesPage(library(bare));
    expect(text).toContain('| Extensions Microsoft granted to all | none |  |');
    expect(text).toContain('| Days off site | 3 at most | s |');
    expect(text).toContain('| Enterprise Resource Planning | `enterpriseResourcePlanning` | nothing is asked |');
  });
  test('keeps its tables whole whatever a rule says', () =>
    expect(rulesPage(library({ ...edition2020, title: 'one | two\nthree' }))).toContain('| one \\| two three |'));
});
