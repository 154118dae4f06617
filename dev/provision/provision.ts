import type { Say } from './installation';

/** One way to come by a tool. */
export interface Source<Kind extends string> {
  /** Names the way in a line such as `MongoDB: mongod on PATH: not found`. */
  name: string;
  /** What `locate` finds: an address, or which program. */
  kind: Kind;
  /** Where the tool is: an address or a program's path. Throws the reason why this way cannot be used. */
  locate: (say: Say) => Promise<string>;
}

/** A tool that was found or obtained: the address of a running server, or the path of a program. */
export interface Provided<Kind extends string> {
  kind: Kind;
  at: string;
  source: string;
}

/** No source worked; the message says what to install or which variable to set. */
export class NotProvided extends Error {
  override readonly name = 'NotProvided';
}

/**
 * Tries the sources in their order and answers with the first that works. Each that could not be used is said in one plain
 * line, unless a later one was there at once without a word: then there is nothing to tell.
 * @throws NotProvided
 */
export async function provision<Kind extends string>(
  tool: string,
  sources: readonly Source<Kind>[],
  { say, advice, signal }: { say: Say; advice: string; signal?: AbortSignal },
): Promise<Provided<Kind>> {
  const untold: string[] = [];
  let silent = true;
  const tell: Say = (line) => {
    if (silent) untold.push(`${tool}: ${line}`);
    else say(`${tool}: ${line}`);
  };
  const speakUp = () => {
    silent = false;
    for (const line of untold.splice(0)) say(line);
  };
  for (const { name, kind, locate } of sources) {
    const report: Say = (line) => {
      speakUp();
      tell(`${name}: ${line}`);
    };
    try {
      return { kind, at: await locate(report), source: name };
    } catch (error) {
      // Ctrl-C reaches what is being installed as well: that it failed is no reason to try the next source.
      signal?.throwIfAborted();
      tell(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  speakUp();
  throw new NotProvided(`${tool} could not be found or obtained. ${advice}`);
}
