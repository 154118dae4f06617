import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withLock } from './lock';

/** Says one line to whoever waits. */
export type Say = (line: string) => void;

/** Something that can be put into a folder of its own in the cache. */
export interface Installation {
  /** What is done, in words that follow the tool's name: `pip install …`. */
  name: string;
  /** Absolute path; nothing else may live there. */
  folder: string;
  /** Fills the folder, which exists and is empty. Answers with the path of the program; throws the reason why it could not. */
  install(folder: string, say: Say): Promise<string>;
}

/** Where provisioned programs are kept: `PLANNING_SERVICES_CACHE`, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.PLANNING_SERVICES_CACHE) return path.resolve(env.PLANNING_SERVICES_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'planning-services-engagements');
}

export const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Written last, so that a folder without it was interrupted. It holds the program's path within the folder. */
const markerOf = (folder: string): string => path.join(folder, '.complete');

/** The program of a completed installation, or undefined. */
export async function installedProgram(folder: string): Promise<string | undefined> {
  const marker = await readFile(markerOf(folder), 'utf8').catch(() => undefined);
  if (marker === undefined) return undefined;
  const program = path.join(folder, marker);
  return (await isProgram(program)) ? program : undefined;
}

/**
 * Installs once, whoever else tries at the same time, and answers with the program's path. What an interrupted run left is
 * wiped first: a Python environment cannot be moved, so it grows where it stays.
 * @throws Error with the reason why it could not be installed
 */
export async function installOnce(installation: Installation, say: Say): Promise<string> {
  const { folder } = installation;
  const existing = await installedProgram(folder);
  if (existing) return existing;
  await mkdir(path.dirname(folder), { recursive: true });
  const onWait = (owner: number) => say(`waiting for process ${owner}, which is installing it`);
  return withLock(`${folder}.lock`, onWait, async () => {
    const byAnother = await installedProgram(folder);
    if (byAnother) return byAnother;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    try {
      const program = await installation.install(folder, say);
      if (!(await isProgram(program))) throw new Error(`${path.basename(program)} is missing after the installation`);
      await writeFile(markerOf(folder), path.relative(folder, program));
      return program;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
}
