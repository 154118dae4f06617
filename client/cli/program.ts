import { Command, CommanderError } from 'commander';
import { readCliConfig } from '../../config/cli';
import { ConfigError } from '../../config/read';
import { createCli, examples, styled, type Cli, type Io } from './cli';
import { addAudit } from './commands/audit';
import { addBatch } from './commands/batch';
import { addBatches } from './commands/batches';
import { addChecklist } from './commands/checklist';
import { addCompletion } from './commands/completion';
import { addExtend } from './commands/extend';
import { addForget } from './commands/forget';
import { addKeys } from './commands/keys';
import { addList } from './commands/list';
import { addPartner } from './commands/partner';
import { addInvoice, addSheet } from './commands/paymentRequest';
import { addReconcile } from './commands/reconcile';
import { addResolve } from './commands/resolve';
import { addSend } from './commands/send';
import { addShow } from './commands/show';
import { addStart } from './commands/start';
import { addTasks } from './commands/tasks';
import { addToken } from './commands/token';
import { addUpload } from './commands/upload';
import { addViews } from './commands/views';
import { addWatch } from './commands/watch';
import { addWebhooks } from './commands/webhooks';
import { addWhy } from './commands/why';
import { ApiFailure, PartlyRefused, tellFailure, tellUnreachable, Unreachable, UsageError } from './failures';

const HELP = `
Environment:
  API_URL            the thin API (default: http://127.0.0.1:4000)
  ENGAGEMENTS_TOKEN  bearer token (default: an operator's, asked from the dev issuer)
  OIDC_ISSUER        the dev issuer (default: http://127.0.0.1:4020)
  NO_COLOR           set to anything, no colors

Exit codes:
  0 done   1 refused, failed, or reconcile or audit verify found something   2 wrong usage, nothing was sent   3 not reachable`;

function createProgram(cli: Cli, { stdout, stderr }: Io): Command {
  const program = new Command('engagements')
    .description('Planning Services: partners, and their engagements from voucher to payment')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .showHelpAfterError('Add --help for the usage and examples.')
    .addHelpText('after', HELP)
    .addHelpText('after', examples('engagements list --open-tasks', 'engagements send reserveVoucher --help'));
  const ofEngagements = [
    addStart,
    addList,
    addShow,
    addWhy,
    addWatch,
    addSend,
    addUpload,
    addInvoice,
    addSheet,
    addExtend,
  ];
  const ofPartners = [addPartner, addChecklist, addWebhooks];
  const ofBatches = [addBatches, addBatch];
  for (const add of [
    ...ofEngagements,
    ...ofPartners,
    ...ofBatches,
    addTasks,
    addResolve,
    addViews,
    addReconcile,
    addAudit,
    addKeys,
    addForget,
    addToken,
    addCompletion,
  ])
    add(program, cli);
  return program;
}

/** Runs one command, `args` without the program's own name. Answers the exit code: 0, 1 no, 2 wrong usage, 3 not reachable. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const tell = ([first = '', ...rest]: string[], code: number): number => {
    io.stderr.write([styled('red', first, io.stderr, io.env), ...rest, ''].join('\n'));
    return code;
  };
  try {
    await createProgram(createCli(readCliConfig(io.env), io), io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError || error instanceof ConfigError) return tell(error.message.split('\n'), 2);
    if (error instanceof ApiFailure) return tell(tellFailure(error), 1);
    if (error instanceof PartlyRefused) return tell([error.message], 1);
    if (error instanceof Unreachable) return tell(tellUnreachable(error), 3);
    throw error;
  }
}
