import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installedPromtool, providePromtool } from '../../dev/provision/promtool';

let machine: string;
beforeEach(async () => (machine = await mkdtemp(path.join(tmpdir(), 'planning-services-promtool-'))));
afterEach(() => rm(machine, { recursive: true }));

const env = () => ({ PATH: path.join(machine, 'bin'), PLANNING_SERVICES_CACHE: path.join(machine, 'cache') });

/** As `apt-get download` and `dpkg-deb --extract` would leave it; `ran` counts. */
function debian() {
  const ran: string[] = [];
  const run = async (command: string, args: readonly string[]) => {
    ran.push(command);
    const bin = path.join(args[3]!, 'usr', 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, 'promtool'), '');
    await chmod(path.join(bin, 'promtool'), 0o755);
    return '';
  };
  return { run, ran };
}

test('promtool is unpacked from its Debian package, once, and found again without a download', async () => {
  const { run, ran } = debian();
  expect(await installedPromtool(env())).toBeUndefined();
  const { at } = await providePromtool(() => undefined, { env: env(), run });
  expect(at).toBe(path.join(machine, 'cache', 'debian-prometheus', 'usr', 'bin', 'promtool'));
  await providePromtool(() => undefined, { env: env(), run });
  expect(ran).toStrictEqual(['sh']);
  expect(await installedPromtool(env())).toBe(at);
});

test('where it cannot be had, that is said', async () => {
  const run = async () => Promise.reject(new Error('apt-get is not installed'));
  const said: string[] = [];
  await expect(providePromtool((line) => said.push(line), { env: env(), run })).rejects.toThrow(
    'alert rules are only read',
  );
  expect(said).toContain('promtool: apt-get download prometheus: apt-get is not installed');
});
