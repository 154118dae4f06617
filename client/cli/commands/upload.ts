import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Uploaded } from '../../../contracts/engagement';
import { deliverableNameSchema } from '../../../contracts/messages';
import { examples, readId, type Cli } from '../cli';
import { UsageError } from '../failures';

/** `upload`: a deliverable, with the digest of its content. */
export function addUpload(program: Command, cli: Cli): void {
  program
    .command('upload')
    .description('upload a deliverable, before the report that names it')
    .argument('<engagementId>', 'the engagement', readId)
    .argument('<file>', 'the file, at most 25 MB')
    .option('--name <name>', 'its name here (default: the name of the file)')
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples("engagements upload E-1001 './Plan für Fabrikam.pdf' --name plan.pdf"))
    .action(async (engagementId: string, file: string, options: { name?: string; json?: true }) => {
      const name = options.name ?? basename(file);
      const fault = deliverableNameSchema.safeParse(name).error?.issues[0];
      if (fault) throw new UsageError(`${name} cannot be its name here: ${fault.message}; choose another by --name`);
      const path = `/engagements/${engagementId}/deliverables/${name}`;
      const { body } = await cli.api.call<Uploaded>('PUT', path, { file });
      cli.print(
        options.json ? JSON.stringify(body, null, 2) : `${body.name}: ${body.size} bytes, sha256 ${body.sha256}`,
      );
    });
}
