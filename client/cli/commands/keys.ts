import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { apiKeyRequestSchema, type ApiKey, type NewApiKey } from '../../../contracts/apiKeys';
import { PARTNER_ROLES } from '../../../contracts/names';
import { printPage, type Page } from '../answer';
import { collect, examples, readId, readInstant, type Cli } from '../cli';
import { checkPayload } from '../payload';
import { withKeyOption } from '../payloadOptions';
import type { Column } from '../table';
import { minute } from '../../wording/text';

/** `keys`: with which partners' machines call the API. */
export function addKeys(program: Command, cli: Cli): void {
  const keys = program
    .command('keys')
    .description("API keys of partners' machines")
    .addHelpText('after', examples('engagements keys list', 'engagements keys create --help'));
  addCreate(keys, cli);
  addList(keys, cli);
  addRevoke(keys, cli);
}

interface CreateOptions {
  partner: string;
  role: string[];
  name: string;
  expires: string;
  key?: string;
  json?: true;
}

function addCreate(keys: Command, cli: Cli): void {
  withKeyOption(keys.command('create'))
    .description('create a key and print it, this once')
    .requiredOption('--partner <partnerId>', 'the partner whose machine it is', readId)
    .addOption(
      new Option('--role <role>', `what the machine may do, repeatable: ${PARTNER_ROLES.join(', ')}`)
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .requiredOption('--name <text>', 'what it is for')
    .requiredOption(
      '--expires <day>',
      'the day (UTC) or instant from which it is not valid, at most 366 days ahead',
      readInstant,
    )
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      examples(
        "engagements keys create --partner contoso --role partnerAdmin --name 'booking machine' --expires 2027-01-01 > key",
      ),
    )
    .action(async ({ partner: partnerId, role: roles, name, expires, key = randomUUID(), json }: CreateOptions) => {
      const payload = checkPayload(apiKeyRequestSchema, { partnerId, roles, name, expiresAt: expires });
      const { body } = await cli.api.call<NewApiKey | ApiKey>('POST', '/api-keys', { json: payload, key });
      if (json) return cli.print(JSON.stringify(body, null, 2));
      cli.note(`${body.keyId} of ${body.partnerId}, ${body.roles.join(', ')}, until ${minute(body.expiresAt)}.`);
      if ('key' in body) return cli.print(body.key);
      cli.note(
        `It was created before and shown then. Lost? engagements keys revoke ${body.keyId}, and create another.`,
      );
    });
}

const columns: Column<ApiKey>[] = [
  { title: 'key', value: ({ keyId }) => keyId },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'roles', value: ({ roles }) => roles.join(', ') },
  { title: 'name', value: ({ name }) => name },
  { title: 'created by', value: ({ createdBy }) => createdBy },
  { title: 'expires', value: ({ expiresAt }) => minute(expiresAt) },
  { title: 'revoked', value: ({ revokedAt, revokedBy }) => revokedAt && `${minute(revokedAt)} by ${revokedBy}` },
];

function addList(keys: Command, cli: Cli): void {
  keys
    .command('list')
    .description('list keys, those that are over included')
    .option('--partner <partnerId>', 'of this partner')
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples('engagements keys list --partner contoso'))
    .action(async ({ json, partner, ...same }: { json?: true; partner?: string }) => {
      const query = { ...(same as Record<string, string>), partnerId: partner };
      const { body } = await cli.api.call<Page<ApiKey>>('GET', '/api-keys', { query });
      printPage(cli, columns, body, json);
    });
}

function addRevoke(keys: Command, cli: Cli): void {
  keys
    .command('revoke')
    .description('refuse a key from now on')
    .argument('<keyId>', 'as list shows it', readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples('engagements keys revoke key-0123456789abcdef'))
    .action(async (keyId: string, { json }: { json?: true }) => {
      const { body } = await cli.api.call<ApiKey>('DELETE', `/api-keys/${encodeURIComponent(keyId)}`);
      if (json) return cli.print(JSON.stringify(body, null, 2));
      cli.print(`${keyId} of ${body.partnerId} is refused since ${minute(body.revokedAt!)}.`);
    });
}
