import type { Command } from 'commander';
import type { EngagementView } from '../../../contracts/engagement';
import type { EngagementEvent } from '../../../domain/engagement/events';
import { examples, readId, type Cli } from '../cli';
import { eventCells } from '../../wording/events';
import { paymentText } from '../../wording/paymentText';
import { aligned } from '../table';
import { openTaskLines } from '../tasks';
import { awaitingText, facts, minute } from '../../wording/text';

const EVENTS_SHOWN = 5;

/** `show`: everything about one engagement on a card. */
export function addShow(program: Command, cli: Cli): void {
  program
    .command('show')
    .description('show an engagement: stage, what is awaited, open tasks, last events')
    .argument('<engagementId>', 'the engagement', readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples('engagements show E-1001', 'engagements show E-1001 --json | jq .awaiting'))
    .action(async (engagementId: string, { json }: { json?: true }) => {
      const path = `/engagements/${engagementId}`;
      const { body: view } = await cli.api.call<EngagementView>('GET', path);
      if (json) return cli.print(JSON.stringify(view, null, 2));
      const { body: timeline } = await cli.api.call<{ items: EngagementEvent[] }>('GET', `${path}/timeline`);
      cli.print(...cardLines(view, timeline.items, cli.strong));
    });
}

function cardLines(
  view: EngagementView,
  events: readonly EngagementEvent[],
  strong: (text: string) => string,
): string[] {
  return [
    strong(`${view.engagementId} is ${view.stage}`),
    '',
    ...aligned(factsOf(view).flatMap(([label, fact]) => (fact === undefined ? [] : [[label, fact]]))),
    ...openTaskLines(view.tasks, strong),
    '',
    strong('Last events'),
    ...aligned(events.slice(-EVENTS_SHOWN).map(eventCells)).map((line) => `  ${line}`),
  ];
}

function factsOf(view: EngagementView): [string, string | undefined][] {
  const { customer, awaiting, nextDeadline, voucher, reservation, completionReport, redemption, paymentAtRisk } = view;
  const level = view.serviceLevelDays === undefined ? [] : [`${view.serviceLevelDays} days`];
  return [
    ['Customer', facts(customer.name, customer.country, customer.customerId)],
    ['Engagement', facts(view.engagementType, ...level, `partner ${view.partnerId}`, `rules ${view.rulebook.id}`)],
    ['Awaiting', awaiting ? awaitingText(awaiting) : 'nothing'],
    ['Next deadline', nextDeadline && facts(minute(nextDeadline.at), nextDeadline.kind)],
    [
      'Voucher',
      voucher &&
        facts(
          voucher.voucherId,
          voucher.offering,
          `${voucher.serviceLevelDays} days`,
          `assigned ${voucher.assignedOn}`,
          `expires ${voucher.expiresOn}`,
        ),
    ],
    [
      'Reservation',
      reservation &&
        facts(
          `${reservation.locationId} (${reservation.deliveryCountry})`,
          `${reservation.scheduledStart} to ${reservation.scheduledEnd}`,
          reservation.consultantIds.join(' and '),
          `reserved ${reservation.reservedOn}`,
        ),
    ],
    [
      'Report',
      completionReport &&
        facts(
          `${completionReport.daysDelivered} days`,
          `delivered ${completionReport.deliveredToCustomerOn}`,
          ...completionReport.deliverables.map(({ name }) => name),
        ),
    ],
    ['Redemption', redemption && facts(redemption.redeemedOn, `payment request due ${redemption.paymentRequestDueOn}`)],
    ['Payment request', view.paymentRequest && paymentText(view.paymentRequest)],
    ['At risk', paymentAtRisk && facts(...paymentAtRisk.reasons)],
  ];
}
