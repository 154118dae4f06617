import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { BatchView } from '../../../contracts/batch';
import type { EngagementView } from '../../../contracts/engagement';
import type { PartnerView } from '../../../contracts/partner';
import { taskClaimSchema, taskResolutionSchema, type Task } from '../../../contracts/tasks';
import { printVerdict } from '../answer';
import { examples, type Cli } from '../cli';
import { checkPayload } from '../payload';
import { withKeyOption } from '../payloadOptions';

interface TaskOptions {
  note?: string;
  key?: string;
  json?: true;
}

/** `resolve`, `claim` and `release`: a person's word on a task. */
export function addResolve(program: Command, cli: Cli): void {
  withTaskOptions(program.command('resolve <taskId> [resolution]'))
    .description('resolve a task')
    .addHelpText(
      'after',
      examples(
        'engagements resolve E-1001:voucherMissing:1 keepWaiting',
        "engagements resolve E-1001:paymentOverdue:1 chased --note 'called the helpdesk'",
        'engagements resolve partner:contoso-services:competencyExpiring:1 noted',
      ),
    )
    .action((taskId: string, resolution: string | undefined, { note, ...options }: TaskOptions) =>
      act(cli, taskId, 'resolution', checkPayload(taskResolutionSchema, { resolution, note }), options),
    );
  for (const [verb, meaning] of [
    ['claim', 'take a task: until released it is yours'],
    ['release', 'give a claimed task back'],
  ] as const)
    withTaskOptions(program.command(`${verb} <taskId>`))
      .description(meaning)
      .addHelpText('after', examples(`engagements ${verb} E-1001:voucherMissing:1`))
      .action((taskId: string, { note, ...options }: TaskOptions) =>
        act(cli, taskId, verb, checkPayload(taskClaimSchema, { note }), options),
      );
}

const withTaskOptions = (command: Command): Command =>
  withKeyOption(command.option('--note <text>', 'why, for the timeline')).option('--json', 'answer in JSON');

async function act(
  cli: Cli,
  taskId: string,
  action: 'resolution' | 'claim' | 'release',
  json: object,
  { key = randomUUID(), ...options }: Omit<TaskOptions, 'note'>,
): Promise<void> {
  const path = `/tasks/${encodeURIComponent(taskId)}/${action}`;
  printVerdict(
    cli,
    await cli.api.call<EngagementView | PartnerView | BatchView | Task>('POST', path, { json, key }),
    options,
  );
}
