import type { Command } from 'commander';
import { PARTNER_MESSAGE_ROLES } from '../../../contracts/names';
import { PARTNER_PUTS, PARTNER_ROUTES, partnerPayloadSchemas, type PartnerView } from '../../../contracts/partner';
import type { PartnerEvent } from '../../../domain/partner/events';
import { examples, readId, type Cli } from '../cli';
import { partnerCardLines } from '../partnerCard';
import { partnerEventCells } from '../partnerEvents';
import { PARTNER_MESSAGE_HELP, type RoutedPartnerMessage } from '../partnerMessages';
import { addMessage } from '../sending';
import { aligned } from '../table';
import { addWhy, WHY_PARTNER } from './why';

const PARTNER = { noun: 'partner', exampleId: 'contoso-services' } as const;

/** `partner`: what a partner is, and one subcommand per message to it. */
export function addPartner(program: Command, cli: Cli): void {
  const partner = program
    .command('partner')
    .description('show a partner, or send it a message')
    .addHelpText(
      'after',
      examples(
        'engagements partner show contoso-services',
        'engagements partner enrollInOfferings contoso-services --set offerings=DDPS,SDPS',
        'engagements partner signAgreement contoso-services --file agreement.json --on-behalf-of mira@contoso.example',
        'engagements partner recordConsultant --help        lists the fields of that message',
      ),
    );
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

const addReading = (partner: Command, name: string, description: string): Command =>
  partner
    .command(name)
    .description(description)
    .argument('<partnerId>', 'the partner', readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples(`engagements partner ${name} ${PARTNER.exampleId}`));
