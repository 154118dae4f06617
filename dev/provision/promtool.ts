import path from 'node:path';
import { runCommand, type RunCommand } from './command';
import { cacheFolder, type Say } from './installation';
import { byDebianPackage } from './installations';
import { provision, type Provided } from './provision';
import { fromCache, fromInstallation, fromPath } from './sources';

interface Options {
  env?: NodeJS.ProcessEnv;
  run?: RunCommand;
}

const promtoolOf = (env: NodeJS.ProcessEnv, run: RunCommand) =>
  byDebianPackage('prometheus', path.join('usr', 'bin', 'promtool'), { cache: cacheFolder(env), run });

/** The program that checks alert rules. @throws NotProvided */
export const providePromtool = (
  say: Say,
  { env = process.env, run = runCommand }: Options = {},
): Promise<Provided<'promtool'>> =>
  provision('promtool', [fromPath('promtool', 'promtool', env), fromInstallation('promtool', promtoolOf(env, run))], {
    say,
    advice: 'Put "promtool" on PATH; without it alert rules are only read.',
  });

/** Where it is, if it is there already; nothing is downloaded. */
export async function installedPromtool(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const sources = [fromPath('promtool', 'promtool', env), fromCache('promtool', [promtoolOf(env, runCommand)])];
  const found = await provision('promtool', sources, { say: () => undefined, advice: '' }).catch(() => undefined);
  return found?.at;
}
