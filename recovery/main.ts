import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { Command } from 'commander';
import { clientConverter } from '../codec/dataConverter';
import { readPayloadConfig } from '../config/payloads';
import { ConfigError } from '../config/read';
import { readRecoveryConfig } from '../config/recovery';
import { readTemporalConfig } from '../config/temporal';
import { openRecords } from '../records/connect';
import { RestoreIncomplete } from '../records/migrations/migrate';
import { DumpRefused } from '../records/recovery/manifest';
import { openRecovery, type Recovery } from '../records/recovery/open';
import { ensureSearchAttributes } from '../worker/searchAttributes';
import { bundleOnDisk } from '../worker/worker';
import { whileAnswering } from './answering';
import { requireNobodyAtWork, StillAtWork } from './atWork';
import { complete, NothingRestored } from './complete';
import { KeysMissing } from './keys';
import { revive } from './revive';

const TIMEOUT_MS = 20_000;

/** A command is done, and what it found needs a person. */
const NEEDS_A_PERSON = 2;

const say = (found: object): void => void process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);

async function withRecovery(work: (recovery: Recovery) => Promise<void>): Promise<void> {
  const { MONGODB_URI: uri } = readRecoveryConfig();
  const recovery = await openRecovery({ uri, timeoutMs: TIMEOUT_MS });
  try {
    await work(recovery);
  } finally {
    await recovery.close();
  }
}

async function withConnection(work: (connected: Connected) => Promise<void>): Promise<void> {
  const { namespace, connection: target } = readTemporalConfig();
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect(target);
  try {
    await work({ connection, namespace });
  } finally {
    await connection.close();
  }
}

interface Connected {
  connection: NativeConnection;
  namespace: string;
}

/** What speaks to Temporal: a client, and what a worker needs. */
const withTemporal = (work: (temporal: Temporal) => Promise<void>): Promise<void> =>
  withConnection(async ({ connection, namespace }) => {
    const payloads = readPayloadConfig();
    await ensureSearchAttributes(connection, namespace);
    const client = new Client({ connection, namespace, dataConverter: clientConverter(payloads) });
    await work({ client, connection, namespace, payloads });
  });

interface Temporal extends Connected {
  client: Client;
  payloads: ReturnType<typeof readPayloadConfig>;
}

/** Whether workers are stopped, as far as there is a Temporal that can be asked; a person is told when there is none. */
async function lookForWorkers(): Promise<void> {
  const warn = (why: string) =>
    void process.stderr.write(`${why}: see for yourself that every worker and API is stopped\n`);
  if (readRecoveryConfig().TEMPORAL_ADDRESS === undefined) return warn('TEMPORAL_ADDRESS is not set');
  try {
    await withConnection(({ connection, namespace }) => requireNobodyAtWork(connection, namespace, Date.now()));
  } catch (error) {
    if (error instanceof StillAtWork || error instanceof ConfigError) throw error;
    warn(`Temporal does not answer (${(error as Error).message})`);
  }
}

async function restoreAll(folder: string | undefined, asOf: string | undefined): Promise<void> {
  if ((folder === undefined) === (asOf === undefined))
    throw new DumpRefused('name either the folder of a dump, or with --as-of the instant of a snapshot');
  await lookForWorkers();
  await withRecovery(async (recovery) => {
    if (folder !== undefined) say(await recovery.restore(folder));
    else say(await recovery.restoreAsOf(asOf!));
  });
}

const completeAll = (accepted: boolean): Promise<void> =>
  withRecovery((recovery) =>
    withTemporal(async ({ client, ...temporal }) => {
      await requireNobodyAtWork(temporal.connection, temporal.namespace, Date.now());
      const records = await openRecords({ uri: readRecoveryConfig().MONGODB_URI, timeoutMs: TIMEOUT_MS });
      try {
        const worker = { ...temporal, workflowBundle: bundleOnDisk({ encrypts: temporal.payloads?.encrypts }) };
        const completed = await whileAnswering(worker, () => complete({ client, recovery, records }, { accepted }));
        say(completed);
        if (completed.problems.length > 0 && !accepted) process.exitCode = NEEDS_A_PERSON;
      } finally {
        await records.close();
      }
    }),
  );

const reviveAll = (): Promise<void> =>
  withRecovery((recovery) =>
    withTemporal(async ({ client, payloads }) => {
      const revived = await revive({ client, recovery }, { isDiscreet: payloads?.encrypts ?? false });
      say(revived);
      if (revived.gaps.length > 0) process.exitCode = NEEDS_A_PERSON;
    }),
  );

async function rebuildAll(recovery: Recovery): Promise<void> {
  const rebuilt = await recovery.rebuild();
  say(rebuilt);
  if (rebuilt.gaps.length > 0) process.exitCode = NEEDS_A_PERSON;
}

const program = new Command('recovery').description('Backup and recovery, see docs/backup.md');
program
  .command('backup <folder>')
  .description('dump MongoDB into an empty folder, while everybody works')
  .action((folder: string) => withRecovery(async (recovery) => say(await recovery.dump(folder))));
program
  .command('restore [folder]')
  .description('with workers and API stopped: load a dump into an empty database; then run complete')
  .option('--as-of <instant>', 'the database is a snapshot of this instant, or somewhat later: load nothing')
  .action((folder: string | undefined, { asOf }: { asOf?: string }) => restoreAll(folder, asOf));
program
  .command('complete')
  .description('after a restore, with workers and API stopped: take from workflows what the dump does not have')
  .option('--accept', 'open the database in spite of the problems that were found')
  .action(({ accept = false }: { accept?: boolean }) => completeAll(accept));
program
  .command('rebuild')
  .description('make views and task rows anew from the record, while everybody works')
  .action(() => withRecovery(rebuildAll));
program
  .command('revive')
  .description('start the workflow of everything that is not over and has none')
  .action(reviveAll);

/** What a person can mend is told in one line; everything else with its stack. */
program.parseAsync().catch((error: unknown) => {
  const isPlain = [ConfigError, DumpRefused, KeysMissing, NothingRestored, RestoreIncomplete, StillAtWork].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(`${error instanceof Error ? (isPlain ? error.message : error.stack) : String(error)}\n`);
  process.exitCode = 1;
});
