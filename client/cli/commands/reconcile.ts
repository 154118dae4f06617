import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Reconciliation } from '../../../contracts/reconciliation';
import { examples, type Cli } from '../cli';
import { PartlyRefused } from '../failures';
import { withKeyOption } from '../payloadOptions';
import { differencesIn, reconciliationLines } from '../reconciliation';

const LOOK_EVERY_MS = 1_000;

const WHAT_IT_DOES = `
Compares SAVB's list of payment requests with our records and looks after workflows. The exit code is 1
when anything differs; each difference of the books has a task (engagements tasks --kind recordsDiffer).
`;

/** `reconcile`: whether SAVB's books and ours say the same. */
export function addReconcile(program: Command, cli: Cli): void {
  withKeyOption(program.command('reconcile'))
    .description("compare SAVB's books with our records, and records with workflows")
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      WHAT_IT_DOES + examples('engagements reconcile', 'engagements reconcile --json | jq .missingThere'),
    )
    .action(({ key = randomUUID(), json }: { key?: string; json?: true }) => reconcile(cli, key, json));
}

async function reconcile(cli: Cli, key: string, json: true | undefined): Promise<void> {
  let { body: reconciliation } = await cli.api.call<Reconciliation>('POST', '/reconciliations', { key });
  if (reconciliation.status === 'running') cli.note(`Reconciliation ${reconciliation.reconciliationId} is running …`);
  while (reconciliation.status === 'running') {
    await pause(LOOK_EVERY_MS);
    const path = `/reconciliations/${encodeURIComponent(reconciliation.reconciliationId)}`;
    ({ body: reconciliation } = await cli.api.call<Reconciliation>('GET', path));
  }
  if (json) cli.print(JSON.stringify(reconciliation, null, 2));
  else if (reconciliation.status === 'completed') cli.print(...reconciliationLines(reconciliation, cli.strong));
  if (reconciliation.status === 'failed') throw new PartlyRefused(`The reconciliation failed: ${reconciliation.why}`);
  const count = differencesIn(reconciliation);
  if (count > 0) throw new PartlyRefused(count === 1 ? '1 difference' : `${count} differences`);
}
