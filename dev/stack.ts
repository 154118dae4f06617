import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { codecEndpoint, hasKeys, payloadSettings } from './payloads';
import type { Say } from './provision/installation';
import type { MongoSource, TemporalSource } from './provision/tools';
import { provideMongo, provideTemporal } from './provision/tools';
import { inRepository } from './repository';
import type { MongoOptions } from './servers/mongo';
import { startMongo } from './servers/mongo';
import { startNodeProcess } from './servers/node';
import { refuseBusyPorts } from './servers/ports';
import type { Running } from './servers/process';
import { startTemporal } from './servers/temporal';
import { settingsOf, urlOf } from './settings';
import type { StackPorts } from './stackPorts';
import { wantedPorts } from './stackPorts';

export interface StackOptions {
  /** Folder that keeps everything over restarts. */
  dataDir: string;
  ports: StackPorts;
  say: Say;
  /** Settings for the processes; what is set here wins over what the stack makes up. */
  env?: NodeJS.ProcessEnv;
  /** Gives up starting; what runs by then is stopped. */
  signal?: AbortSignal;
}

/** Everything running, each part a process of its own. Where a variable points to a running server there is no process. */
export interface Stack {
  processes: Record<'savb' | 'issuer' | 'worker' | 'api', Running> &
    Partial<Record<'temporal' | 'mongo' | 'codec', Running>>;
  sources: { temporal: TemporalSource; mongo: MongoSource };
  /** The variables that the processes were given. */
  settings: ReturnType<typeof settingsOf>;
  ports: StackPorts;
  /** Folder with one log per process. */
  logs: string;
  /** Stops every process in the opposite order, one after the other. */
  stop(): Promise<void>;
}

/**
 * Finds or obtains the servers, then starts everything, in parallel where it can be.
 * @throws PortBusy | NotProvided | Error that names the process which could not be started
 */
export async function startStack({ dataDir, ports, say, env = process.env, signal }: StackOptions): Promise<Stack> {
  const payloads = await payloadSettings(dataDir, env);
  const codec = hasKeys({ ...env, ...payloads });
  await refuseBusyPorts(wantedPorts(ports, { temporal: !env.TEMPORAL_ADDRESS, mongo: !env.MONGODB_URI, codec }));
  const [temporal, mongo] = await Promise.all([
    provideTemporal(say, { env, signal }),
    provideMongo(say, { env, signal }),
  ]);
  const sources = { temporal, mongo };
  // Records and workflows belong together, and no kind of MongoDB server reads another's files: each kind has its home.
  const home = path.join(dataDir, mongo.kind);
  const logs = path.join(dataDir, 'logs');
  // Whoever is signed in to the portal is so until the stack stops.
  const sessionKey = { PORTAL_SESSION_KEY: randomBytes(32).toString('base64') };
  const settings = { ...sessionKey, ...settingsOf(home, ports, env), ...payloads };
  const crew = createCrew(logs, say);
  try {
    signal?.throwIfAborted();
    const start = starterOf(crew, settings);
    const issuer = start('issuer', 'sandbox/issuer/main.js', `${urlOf(ports.issuer)}/healthz`);
    const endpoint = async () => {
      if (!codec) return undefined;
      await issuer;
      return codecEndpoint(ports);
    };
    const [servers, running] = await together([startServers(crew, sources, home, ports, endpoint), issuer]);
    signal?.throwIfAborted();
    const programs = await startPrograms(start, ports, codec);
    signal?.throwIfAborted();
    return {
      processes: { ...servers, issuer: running, ...programs },
      sources,
      settings,
      ports,
      logs,
      stop: () => crew.stop(),
    };
  } catch (error) {
    await crew.stop();
    throw error;
  }
}

type Crew = ReturnType<typeof createCrew>;

const NAMES = {
  temporal: 'Temporal',
  mongo: 'MongoDB',
  savb: 'SAVB sandbox',
  issuer: 'token issuer',
  worker: 'worker',
  api: 'API',
  codec: 'codec server',
};

/** Keeps what was started, to stop first what needs the others. */
function createCrew(logs: string, say: Say) {
  const startedAt = performance.now();
  const started = new Map<string, Running>();
  return {
    logOf: (part: string) => path.join(logs, `${part}.log`),
    async keep<T extends Running>(starting: Promise<T>): Promise<T> {
      const running = await starting;
      started.set(running.name, running);
      say(`${running.name} is up after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
      return running;
    },
    async stop() {
      for (const name of Object.values(NAMES).reverse()) await started.get(name)?.stop();
    },
  };
}

async function startServers(
  crew: Crew,
  { temporal, mongo }: Stack['sources'],
  home: string,
  ports: StackPorts,
  codecEndpointOf: () => Promise<string | undefined>,
): Promise<Pick<Stack['processes'], 'temporal' | 'mongo'>> {
  const startOwnTemporal = async () => {
    const codecEndpoint = await codecEndpointOf();
    return crew.keep(
      startTemporal({
        binary: temporal.at,
        dataDir: home,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        codecEndpoint,
        log: crew.logOf('temporal'),
      }),
    );
  };
  const startOwnMongo = (kind: MongoOptions['kind']) =>
    crew.keep(
      startMongo({
        kind,
        binary: mongo.at,
        dataDir: path.join(home, 'mongodb'),
        port: ports.mongo,
        log: crew.logOf('mongo'),
      }),
    );
  const [ownTemporal, ownMongo] = await together([
    temporal.kind === 'address' ? undefined : startOwnTemporal(),
    mongo.kind === 'uri' ? undefined : startOwnMongo(mongo.kind),
  ]);
  return { temporal: ownTemporal, mongo: ownMongo };
}

type Start = ReturnType<typeof starterOf>;

/** Starts one of our programs. */
const starterOf =
  (crew: Crew, settings: NodeJS.ProcessEnv) =>
  (part: keyof typeof NAMES, script: string, ready: string, adminPort?: number): Promise<Running> =>
    crew.keep(
      startNodeProcess({
        name: NAMES[part],
        script: inRepository('dist', script),
        env: { ...settings, ADMIN_PORT: adminPort === undefined ? undefined : String(adminPort) },
        ready,
        log: crew.logOf(part),
      }),
    );

async function startPrograms(
  start: Start,
  ports: StackPorts,
  withCodec: boolean,
): Promise<Pick<Stack['processes'], 'savb' | 'worker' | 'api' | 'codec'>> {
  const [savb, worker, api, codec] = await together([
    start('savb', 'sandbox/savb/main.js', `${urlOf(ports.savb)}/healthz`),
    start('worker', 'worker/main.js', `${urlOf(ports.workerAdmin)}/readyz`, ports.workerAdmin),
    start('api', 'client/api/main.js', `${urlOf(ports.api)}/readyz`, ports.apiAdmin),
    withCodec ? start('codec', 'client/codecServer/main.js', `${urlOf(ports.codec)}/healthz`) : undefined,
  ]);
  return { savb, worker, api, codec };
}

/** Like Promise.all, but a failure is told only when nothing is under way any more. */
async function together<T extends readonly unknown[]>(
  starting: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
