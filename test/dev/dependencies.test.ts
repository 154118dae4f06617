import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Locked {
  /** What a package that goes by another name here is called itself. */
  name?: string;
  version: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  dev?: true;
  devOptional?: true;
  hasInstallScript?: true;
}

interface Component {
  name: string;
  group?: string;
  version: string;
}

const ROOT = path.join(__dirname, '..', '..');
const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as T;
const manifest = read<{ dependencies: object; devDependencies: object; allowScripts: object }>('package.json');
const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json');
const locked = Object.entries(packages)
  .filter(([folder]) => folder !== '')
  .map(([folder, { name, ...entry }]) => {
    const alias = folder.slice(folder.lastIndexOf('node_modules/') + 13);
    return { ...entry, name: alias, itself: name ?? alias };
  });
const shipped = locked.filter(({ dev, devOptional }) => !dev && !devOptional);

/** Licences that let us ship without asking anybody: permissive ones, and OFL for fonts. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND MIT',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Unlicense',
];
/** Packages that name no licence in the standard way, and what their own files say. */
const READ_BY_US: Record<string, string> = {
  'dejavu-fonts-ttf': 'Bitstream Vera and public domain: free to ship unchanged',
  'png-js': 'MIT',
  unionfs: 'Unlicense',
};
/**
 * On a developer's machine only. MPL-2.0 asks something of whoever passes its files on: a tool that tests run as it is, and that
 * is in no image, is passed on to nobody.
 */
const TOOLS_TOO = [...PERMISSIVE, '(MIT OR CC0-1.0)', 'MPL-2.0', 'PSF-2.0', 'Python-2.0'];

const named = (found: { name: string }[]) => found.map(({ name }) => name).sort();

test('every package we ship has a licence that lets us', () => {
  const others = shipped.filter(
    ({ name, license }) => !(name in READ_BY_US) && !PERMISSIVE.includes(license ?? 'none'),
  );
  expect(named(others)).toStrictEqual([]);
});

test('every tool we use has a licence that lets us', () => {
  const others = locked.filter(({ name, license }) => !(name in READ_BY_US) && !TOOLS_TOO.includes(license ?? 'none'));
  expect(named(others)).toStrictEqual([]);
});

test('a licence that was read by us belongs to a package that is still there', () => {
  expect(Object.keys(READ_BY_US).filter((name) => !locked.some((entry) => entry.name === name))).toStrictEqual([]);
});

test('no package runs a script when it is installed, and those that would like to are known', () => {
  expect(readFileSync(path.join(ROOT, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true');
  const would = new Set(named(locked.filter(({ hasInstallScript }) => hasInstallScript)));
  expect(Object.entries(manifest.allowScripts)).toStrictEqual(
    expect.arrayContaining([...would].map((name) => [name, false])),
  );
});

test('what is installed is what was locked: every package has a digest, and none an address of its own', () => {
  expect(named(locked.filter(({ integrity }) => !integrity?.startsWith('sha512-')))).toStrictEqual([]);
  expect(named(locked.filter(({ resolved }) => resolved !== undefined))).toStrictEqual([]);
});

test('dependencies are pinned to one version each', () => {
  const versions: string[] = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toStrictEqual([]);
});

test('the bill of materials lists every package there is', () => {
  const { sbom } = read<{ scripts: Record<'sbom', string> }>('package.json').scripts;
  const [npm, ...bill] = sbom.split(' ') as [string, ...string[]];
  const written = execFileSync(npm, bill, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const { components } = JSON.parse(written) as { components: Component[] };
  const listed = new Set(components.map(({ name, group, version }) => `${group ? `${group}/` : ''}${name}@${version}`));
  const isListed = ({ name, itself, version }: (typeof locked)[number]) =>
    listed.has(`${name}@${version}`) || listed.has(`${itself}@${version}`);
  expect(named(locked.filter((entry) => !isListed(entry)))).toStrictEqual([]);
});
