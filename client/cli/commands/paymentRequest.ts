import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { examples, readId, type Cli } from '../cli';
import { UsageError } from '../failures';
import { plain } from '../../wording/text';

/** Who asks for money, and the command under which that is spoken to. */
export interface Owner {
  noun: string;
  exampleId: string;
  path: string;
  command: string;
}

const ENGAGEMENT: Owner = { noun: 'engagement', exampleId: 'E-1001', path: '/engagements', command: 'engagements' };

/** `invoice`: the partner's invoice to Microsoft as a file. */
export function addInvoice(parent: Command, cli: Cli, { noun, exampleId, path, command }: Owner = ENGAGEMENT): void {
  const example = `${command} invoice ${exampleId}`;
  parent
    .command('invoice')
    .description("fetch the partner's invoice to Microsoft, a PDF")
    .argument(`<${noun}Id>`, `the ${noun}`, readId)
    .option('--out <file>', `where to put it (default: <${noun}Id>-invoice.pdf)`)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples(example, `${example} --out invoice.pdf`))
    .action(async (id: string, { out = `${id}-invoice.pdf`, json }: { out?: string; json?: true }) => {
      const content = await cli.api.fetch(`${path}/${id}/payment-request/invoice`, 'application/pdf');
      await put(content, out);
      const sha256 = createHash('sha256').update(content).digest('hex');
      const bytes = content.byteLength;
      if (json) return cli.print(JSON.stringify({ file: out, bytes, sha256 }, null, 2));
      cli.print(`${out}: ${bytes} bytes, sha256 ${sha256}`);
    });
}

/** `sheet`: what an operator types into SAVB where nothing can be sent. */
export function addSheet(parent: Command, cli: Cli, { noun, exampleId, path, command }: Owner = ENGAGEMENT): void {
  const example = `${command} sheet ${exampleId}`;
  parent
    .command('sheet')
    .description('print what to type into SAVB, in the order of its form')
    .argument(`<${noun}Id>`, `the ${noun}`, readId)
    .option('--html', 'as a page to print on paper')
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', examples(example, `${example} --html --out sheet.html`))
    .action(async (id: string, { html, out }: { html?: true; out?: string }) => {
      const mediaType = html ? 'text/html' : 'text/plain';
      const content = await cli.api.fetch(`${path}/${id}/payment-request/sheet`, mediaType);
      if (out === undefined) return cli.print(...content.toString().trimEnd().split('\n').map(plain));
      await put(content, out);
      cli.print(`${out}: ${content.byteLength} bytes`);
    });
}

/** @throws UsageError */
async function put(content: Buffer, file: string): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
