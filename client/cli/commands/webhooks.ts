import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { webhookRequestSchema, type NewWebhook, type Webhook, type WebhookDelivery } from '../../../contracts/webhooks';
import { printPage, type Page } from '../answer';
import { examples, readId, type Cli } from '../cli';
import { checkPayload } from '../payload';
import { withKeyOption } from '../payloadOptions';
import type { Column } from '../table';
import { minute } from '../../wording/text';

interface Options {
  key?: string;
  json?: true;
  revoke?: true;
}

/** `webhooks`: where a partner's machines are told of what happens. */
export function addWebhooks(program: Command, cli: Cli): void {
  const webhooks = program
    .command('webhooks')
    .description("endpoints where a partner's machines are told of the stages of its engagements")
    .addHelpText('after', examples('engagements webhooks list contoso', 'engagements webhooks create --help'));
  addCreate(webhooks, cli);
  addList(webhooks, cli);
  addDeliveries(webhooks, cli);
  addTest(webhooks, cli);
  addRotate(webhooks, cli);
  addDelete(webhooks, cli);
}

const pathOf = (partnerId: string, ...rest: string[]): string =>
  ['', 'partners', partnerId, 'webhooks', ...rest].map(encodeURIComponent).join('/');

const ofPartner = (command: Command): Command => command.argument('<partnerId>', 'the partner', readId);
const ofEndpoint = (command: Command): Command =>
  ofPartner(command).argument('<endpointId>', 'as list shows it', readId).option('--json', 'answer in JSON');

function addCreate(webhooks: Command, cli: Cli): void {
  withKeyOption(ofPartner(webhooks.command('create')))
    .description('create an endpoint and print the secret that signs what is sent there, this once')
    .argument('<url>', 'https, on the public internet')
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples('engagements webhooks create contoso https://hooks.contoso.example/ps > secret'))
    .action(async (partnerId: string, url: string, { key = randomUUID(), json }: Options) => {
      const payload = checkPayload(webhookRequestSchema, { url });
      const { body } = await cli.api.call<NewWebhook | Webhook>('POST', pathOf(partnerId), { json: payload, key });
      printSecret(cli, body, json);
    });
}

function addRotate(webhooks: Command, cli: Cli): void {
  withKeyOption(ofEndpoint(webhooks.command('rotate')))
    .description('print a new secret; for 24 hours the one before it signs, too')
    .option('--revoke', 'the one before it ends at once: somebody else may know it')
    .addHelpText('after', examples('engagements webhooks rotate contoso we-0123456789abcdef > secret'))
    .action(async (partnerId: string, endpointId: string, { key = randomUUID(), json, revoke }: Options) => {
      const path = pathOf(partnerId, endpointId, 'secret');
      const asked = { key, ...(revoke && { json: { revoke } }) };
      printSecret(cli, (await cli.api.call<NewWebhook | Webhook>('POST', path, asked)).body, json);
    });
}

/** The secret alone goes to stdout. */
function printSecret(cli: Cli, webhook: NewWebhook | Webhook, json?: true): void {
  if (json) return cli.print(JSON.stringify(webhook, null, 2));
  const { endpointId, partnerId, url } = webhook;
  cli.note(`${endpointId} of ${partnerId}, ${url}.`);
  if ('secret' in webhook) return cli.print(webhook.secret);
  cli.note(`Its secret was shown before. Lost? engagements webhooks rotate ${partnerId} ${endpointId}`);
}

const columns: Column<Webhook>[] = [
  { title: 'endpoint', value: ({ endpointId }) => endpointId },
  { title: 'url', value: ({ url }) => url },
  { title: 'status', value: ({ status }) => status },
  { title: 'created', value: ({ createdAt }) => minute(createdAt) },
  { title: 'created by', value: ({ createdBy }) => createdBy },
  { title: 'why', value: ({ why }) => why },
];

function addList(webhooks: Command, cli: Cli): void {
  ofPartner(webhooks.command('list'))
    .description('list endpoints')
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples('engagements webhooks list contoso'))
    .action(async (partnerId: string, { json }: Options) => {
      printPage(cli, columns, (await cli.api.call<Page<Webhook>>('GET', pathOf(partnerId))).body, json);
    });
}

const deliveryColumns: Column<WebhookDelivery>[] = [
  { title: 'at', value: ({ event }) => minute(event.timestamp) },
  {
    title: 'what',
    value: ({ event: { type, data } }) => ('stage' in data ? `${data.engagementId} ${data.stage}` : type),
  },
  { title: 'status', value: ({ status }) => status },
  { title: 'attempts', value: ({ attempts }) => attempts },
  { title: 'answer', value: ({ lastAttempt }) => lastAttempt?.why ?? lastAttempt?.responseStatus },
  { title: 'webhook-id', value: ({ webhookId }) => webhookId },
];

function addDeliveries(webhooks: Command, cli: Cli): void {
  ofEndpoint(webhooks.command('deliveries'))
    .description('list what was sent to an endpoint, the latest first')
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .addHelpText('after', examples('engagements webhooks deliveries contoso we-0123456789abcdef'))
    .action(async (partnerId: string, endpointId: string, { json, ...query }: Options & Record<string, string>) => {
      const path = pathOf(partnerId, endpointId, 'deliveries');
      printPage(cli, deliveryColumns, (await cli.api.call<Page<WebhookDelivery>>('GET', path, { query })).body, json);
    });
}

function addTest(webhooks: Command, cli: Cli): void {
  withKeyOption(ofEndpoint(webhooks.command('test')))
    .description('send one message and tell what came of it')
    .addHelpText('after', examples('engagements webhooks test contoso we-0123456789abcdef'))
    .action(async (partnerId: string, endpointId: string, { key = randomUUID(), json }: Options) => {
      const path = pathOf(partnerId, endpointId, 'test');
      const { status, body } = await cli.api.call<WebhookDelivery>('POST', path, { key });
      if (json) return cli.print(JSON.stringify(body, null, 2));
      if (status === 202) return cli.print(`Under way: engagements webhooks deliveries ${partnerId} ${endpointId}`);
      const { lastAttempt } = body;
      cli.print(`${body.status}: ${lastAttempt?.why ?? `it answered ${lastAttempt?.responseStatus}`}`);
    });
}

function addDelete(webhooks: Command, cli: Cli): void {
  ofEndpoint(webhooks.command('delete'))
    .description('tell an endpoint nothing any more, and forget what it was told')
    .addHelpText('after', examples('engagements webhooks delete contoso we-0123456789abcdef'))
    .action(async (partnerId: string, endpointId: string, { json }: Options) => {
      const { body } = await cli.api.call<Webhook>('DELETE', pathOf(partnerId, endpointId));
      cli.print(json ? JSON.stringify(body, null, 2) : `${endpointId} of ${partnerId} is told nothing any more.`);
    });
}
