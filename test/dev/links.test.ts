import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../../dev/repository';

const IMAGES = 'docs/images';
const PAGES = [
  'README.md',
  ...readdirSync(inRepository('docs'))
    .filter(isPage)
    .map((name) => `docs/${name}`),
];

function isPage(name: string): boolean {
  return name.endsWith('.md');
}

/** A page without its code, in which nothing is a link or a heading. */
const textOf = (page: string): string =>
  readFileSync(inRepository(page), 'utf8')
    .replace(/^ *(```|~~~)[^]*?^ *\1/gm, '')
    .replace(/(`+)[^]*?[^`]\1(?!`)/g, (code) => code.replace(/[[\]()]/g, ''));

/** Relative targets of a page's links and pictures. */
const linksOf = (page: string): string[] =>
  [...textOf(page).matchAll(/(?:\]\(|src=")([^()\s"]+)[)"]/g)]
    .map(([, to]) => to!)
    .filter((to) => !/^[a-z]+:/.test(to));

/** The file that a link of this page leads to, and the place in it, if it names one. */
function targetOf(page: string, link: string): { file: string; anchor?: string } {
  const [to, anchor] = link.split('#') as [string, string?];
  return { file: to === '' ? page : path.posix.join(path.posix.dirname(page), to), anchor };
}

/** The anchors that GitHub gives to the headings of a page; of headings that are alike the later ones are numbered. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...textOf(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) => {
      const anchor = heading
        .replace(/\]\([^)]*\)/g, '')
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number}\p{Mark}_ -]/gu, '')
        .trim()
        .replaceAll(' ', '-');
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const dead = linksOf(page).filter((link) => {
    const { file, anchor } = targetOf(page, link);
    if (!existsSync(inRepository(file))) return true;
    return anchor !== undefined && isPage(file) && !anchorsOf(file).has(anchor);
  });
  expect(dead).toStrictEqual([]);
});

test('every page can be come to from the README, and every picture is on a page', () => {
  const met = new Set(['README.md']);
  for (const page of met) if (isPage(page)) for (const link of linksOf(page)) met.add(targetOf(page, link).file);
  const pictures = readdirSync(inRepository(IMAGES)).map((name) => `${IMAGES}/${name}`);
  expect([...PAGES, ...pictures].filter((file) => !met.has(file))).toStrictEqual([]);
});
