import type { Command } from 'commander';
import { PARTNER_MESSAGE_ROLES } from '../../../contracts/names';
import {
  PARTNER_PUTS,
  PARTNER_ROUTES,
  partnerPayloadSchemas,
  type PartnerSummary,
  type PartnerView,
} from '../../../contracts/partner';
import type { PartnerEvent } from '../../../domain/partner/events';
import { printList, type Page } from '../answer';
import { examples, readId, withFormOptions, type Cli } from '../cli';
import { partnerCardLines } from '../partnerCard';
import { partnerEventCells } from '../../wording/partnerEvents';
import { PARTNER_MESSAGE_HELP, type RoutedPartnerMessage } from '../../wording/partnerMessages';
import { addMessage } from '../sending';
import { aligned, type Column } from '../table';
import { facts, minute } from '../../wording/text';
import { addWhy, WHY_PARTNER } from './why';

const PARTNER = { noun: 'partner', exampleId: 'contoso-services' } as const;

const columns: Column<PartnerSummary>[] = [
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'name', value: ({ name }) => name },
  { title: 'MPN id', value: ({ mpnId }) => mpnId },
  { title: 'membership until', value: ({ membershipRenewsOn }) => membershipRenewsOn },
  {
    title: 'next deadline',
    value: ({ nextDeadline: next }) => next && facts(minute(next.at), next.kind, next.about.join(' ')),
  },
  { title: 'tasks', value: ({ openTasks }) => openTasks },
];

/** `partner`: which there are, what one is, and one subcommand per message to it. */
export function addPartner(program: Command, cli: Cli): void {
  const partner = program
    .command('partner')
    .description('find partners, show one, or send it a message')
    .addHelpText(
      'after',
      examples(
        'engagements partner list --name contoso',
        'engagements partner show contoso-services',
        'engagements partner enrollInOfferings contoso-services --set offerings=DDPS,SDPS',
        'engagements partner signAgreement contoso-services --file agreement.json --on-behalf-of mira@contoso.example',
        'engagements partner recordConsultant --help        lists the fields of that message',
      ),
    );
  addPartnerList(partner, cli);
  addReading(partner, 'show', 'show a partner: its standing, its people and places, open tasks').action(
    async (partnerId: string, { json }: { json?: true }) => {
      const { body } = await cli.api.call<PartnerView>('GET', `/partners/${partnerId}`);
      cli.print(...(json ? [JSON.stringify(body, null, 2)] : partnerCardLines(body, cli.strong)));
    },
  );
  addWhy(partner, cli, WHY_PARTNER);
  addReading(partner, 'timeline', 'print everything that was recorded of a partner').action(
    async (partnerId: string, { json }: { json?: true }) => {
      const { body } = await cli.api.call<{ items: PartnerEvent[] }>('GET', `/partners/${partnerId}/timeline`);
      cli.print(...(json ? [JSON.stringify(body, null, 2)] : aligned(body.items.map(partnerEventCells))));
    },
  );
  for (const name of Object.keys(PARTNER_ROUTES) as RoutedPartnerMessage[])
    addMessage(partner, cli, PARTNER, {
      name,
      ...PARTNER_MESSAGE_HELP[name],
      schema: partnerPayloadSchemas[name],
      roles: PARTNER_MESSAGE_ROLES[name],
      method: PARTNER_PUTS.includes(name) ? 'PUT' : 'POST',
      route: PARTNER_ROUTES[name],
    });
}

function addPartnerList(partner: Command, cli: Cli): void {
  withFormOptions(partner.command('list'))
    .description('list partners')
    .option('--name <name>', 'whose name, id or MPN id begins so')
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .addHelpText('after', examples('engagements partner list', 'engagements partner list --csv > partners.csv'))
    .action(async ({ json, csv, ...query }: { json?: true; csv?: true; [filter: string]: string | true | undefined }) =>
      printList(cli, columns, { json, csv }, async (after) => {
        const asked = { ...(query as Record<string, string>), ...(after !== undefined && { after }) };
        return (await cli.api.call<Page<PartnerSummary>>('GET', '/partners', { query: asked })).body;
      }),
    );
}

const addReading = (partner: Command, name: string, description: string): Command =>
  partner
    .command(name)
    .description(description)
    .argument('<partnerId>', 'the partner', readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples(`engagements partner ${name} ${PARTNER.exampleId}`));
