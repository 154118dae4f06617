import { Option, type Command } from 'commander';
import type { AuditEntry } from '../../../contracts/audit';
import { flawOf, NO_LINK, type Link } from '../../../records/auditChain';
import { printPage, type Page } from '../answer';
import { examples, type Cli } from '../cli';
import { PartlyRefused } from '../failures';
import type { Column } from '../table';
import { second } from '../../wording/text';

const MOST_AT_ONCE = '1000';

/** `audit`: who asked what of the API, and what came of it. */
export function addAudit(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .description('who asked what of the API, and what came of it')
    .addHelpText('after', examples('engagements audit list --about E-1001', 'engagements audit verify'));
  addList(audit, cli);
  addVerify(audit, cli);
}

const columns: Column<AuditEntry>[] = [
  { title: 'entry', value: ({ seq }) => seq },
  { title: 'at', value: ({ at }) => second(at) },
  { title: 'tenant', value: ({ tenant }) => tenant },
  { title: 'who', value: ({ subject }) => subject },
  { title: 'on behalf of', value: ({ onBehalfOf }) => onBehalfOf },
  { title: 'what', value: ({ message, method, route }) => message ?? `${method} ${route}` },
  { title: 'about', value: ({ about }) => about.join(', ') || undefined },
  { title: 'outcome', value: ({ status, code }) => (code === undefined ? status : `${status} ${code}`) },
  { title: 'request', value: ({ requestId }) => requestId },
];

function addList(audit: Command, cli: Cli): void {
  audit
    .command('list')
    .description('list entries, the newest first')
    .option('--about <id>', 'that name this engagement, partner or task')
    .option('--subject <name>', 'of whom the token or key names so')
    .option('--tenant <tenant>', 'of partner:<partnerId>, staff or nobody')
    .option('--code <code>', 'that were answered with this problem, such as forbidden')
    .addOption(new Option('--order <order>', 'which come first').choices(['newest', 'oldest']).default('newest'))
    .option('--limit <count>', 'at most so many, up to 1000')
    .option('--after <cursor>', 'the page after this one')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      examples('engagements audit list --tenant partner:contoso', 'engagements audit list --code forbidden --json'),
    )
    .action(async ({ json, ...query }: { json?: true; [filter: string]: string | true | undefined }) => {
      const { body } = await cli.api.call<Page<AuditEntry>>('GET', '/audit', {
        query: query as Record<string, string>,
      });
      printPage(cli, columns, body, json);
    });
}

const WHAT_IT_DOES = `
Every entry holds the hash of the one before, and its own. A changed, missing or exchanged entry breaks the chain, and
the exit code is 1. That the last entries are missing shows only to who knows one of them: keep the head that is printed
somewhere else, and give it as --expect the next time.
`;

function addVerify(audit: Command, cli: Cli): void {
  audit
    .command('verify')
    .description('check that no entry was changed or taken out')
    .option('--expect <hash>', 'the hash of an entry that must still be there: an earlier head')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      WHAT_IT_DOES +
        examples(
          'engagements audit verify',
          'engagements audit verify --expect $(cat head) --json | jq -r .head > head',
        ),
    )
    .action(({ expect, json }: { expect?: string; json?: true }) => verify(cli, expect, json));
}

async function verify(cli: Cli, expected: string | undefined, json: true | undefined): Promise<void> {
  let head: Link = NO_LINK;
  let isMet = expected === undefined || expected === head.hash;
  for await (const entry of entriesOf(cli)) {
    const flaw = flawOf(entry, head);
    if (flaw !== undefined) throw new PartlyRefused(`The chain is broken: ${flaw}`);
    head = entry;
    isMet ||= entry.hash === expected;
  }
  if (!isMet)
    throw new PartlyRefused(
      `The chain is not the one that was expected: none of its ${head.seq} entries has the hash ${expected}`,
    );
  if (json) cli.print(JSON.stringify({ entries: head.seq, head: head.hash }, null, 2));
  else cli.print(`The chain is whole: ${head.seq} entries`, `Head: ${head.hash}`);
}

/** All entries, from the first on. */
async function* entriesOf({ api }: Cli): AsyncGenerator<AuditEntry> {
  let after: string | undefined;
  do {
    const { body } = await api.call<Page<AuditEntry>>('GET', '/audit', { query: { limit: MOST_AT_ONCE, after } });
    yield* body.items;
    after = body.next;
  } while (after !== undefined);
}
