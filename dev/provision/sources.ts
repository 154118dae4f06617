import path from 'node:path';
import type { Installation } from './installation';
import type { RunCommand } from './command';
import { installOnce, installedProgram, isProgram } from './installation';
import type { Source } from './provision';

/** A server that runs already; nothing is started. */
export const fromVariable = <Kind extends string>(
  kind: Kind,
  variable: string,
  env: NodeJS.ProcessEnv,
): Source<Kind> => ({
  name: variable,
  kind,
  async locate() {
    const value = env[variable];
    if (!value) throw new Error('not set');
    return value;
  },
});

/** A program that somebody installed on this machine. */
export const fromPath = <Kind extends string>(kind: Kind, program: string, env: NodeJS.ProcessEnv): Source<Kind> => ({
  name: `${program} on PATH`,
  kind,
  async locate() {
    for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
      const file = path.join(folder, program);
      if (await isProgram(file)) return file;
    }
    throw new Error('not found');
  },
});

/** A program that one of these installations brought into the cache at an earlier time. */
export const fromCache = <Kind extends string>(kind: Kind, installations: readonly Installation[]): Source<Kind> => ({
  name: 'our cache',
  kind,
  async locate() {
    for (const { folder } of installations) {
      const program = await installedProgram(folder);
      if (program) return program;
    }
    throw new Error('empty');
  },
});

/** A program that is installed into the cache now, unless it is there. */
export const fromInstallation = <Kind extends string>(kind: Kind, installation: Installation): Source<Kind> => ({
  name: installation.name,
  kind,
  locate: (say) => installOnce(installation, say),
});

/** A program of a Debian package, which root may install on this machine. */
export const fromDebian = <Kind extends string>(
  kind: Kind,
  program: string,
  { env, run, isRoot }: { env: NodeJS.ProcessEnv; run: RunCommand; isRoot: boolean },
): Source<Kind> => ({
  name: `apt-get install ${program}`,
  kind,
  async locate(say) {
    if (!isRoot) throw new Error('is for root');
    say('installing');
    const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
    await run('apt-get', ['update', '--quiet'], quiet);
    await run('apt-get', ['install', '--quiet', '--yes', '--no-install-recommends', program], quiet);
    return fromPath(kind, program, env).locate(say);
  },
});
