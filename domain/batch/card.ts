import type { BatchView } from '../../contracts/batch';
import { amountText } from '../money';
import { eventLines, moment, taskLines, words } from '../wording';
import type { BatchEvent } from './events';

/** The Markdown card of a batch: what is asked for together, what it waits for, and what a person can do. Instants in UTC. */
export function cardOf(view: BatchView, events: readonly BatchEvent[]): string {
  const { stage, members, total, offering, country, locationId, paymentRequest, nextDeadline, tasks } = view;
  const number = paymentRequest?.microsoftReferenceNumber;
  return [
    `### ${words(stage)}`,
    '',
    `- **Vouchers:** ${members.length}${total ? `, ${amountText(total)}` : ''}`,
    `- **Group:** ${offering}, ${country}, ${locationId}`,
    ...(paymentRequest ? [`- **Request:** ${paymentRequest.reference}, ${words(paymentRequest.status)}`] : []),
    ...(number === undefined ? [] : [`- **Microsoft reference number:** ${number}`]),
    ...(nextDeadline ? [`- **Next deadline:** ${moment(nextDeadline.at)} (${words(nextDeadline.kind)})`] : []),
    '',
    ...(tasks.length > 0 ? ['**Open tasks**', '', ...tasks.flatMap(taskLines), ''] : []),
    '**Last events**',
    '',
    ...eventLines(events),
  ].join('\n');
}
