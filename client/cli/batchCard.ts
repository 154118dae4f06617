import type { BatchView } from '../../contracts/batch';
import type { BatchEvent } from '../../domain/batch/events';
import { batchEventCells } from '../wording/batchEvents';
import { paymentText } from '../wording/paymentText';
import { aligned } from './table';
import { openTaskLines } from './tasks';
import { facts, minute, moneyText, plain } from '../wording/text';

const EVENTS_SHOWN = 5;

/** Everything about a batch, in lines: each voucher has one. */
export const batchCardLines = (
  view: BatchView,
  events: readonly BatchEvent[],
  strong: (text: string) => string,
): string[] => [
  strong(plain(`${view.batchId} is ${view.stage}`)),
  '',
  ...aligned(factsOf(view).flatMap(([label, fact]) => (fact === undefined ? [] : [[label, fact]]))),
  '',
  strong('Vouchers'),
  ...aligned(view.members.map(memberCells)).map((line) => `  ${line}`),
  ...openTaskLines(view.tasks, strong),
  '',
  strong('Last events'),
  ...aligned(events.slice(-EVENTS_SHOWN).map(batchEventCells)).map((line) => `  ${line}`),
];

const factsOf = ({
  nextDeadline: next,
  total,
  paymentRequest,
  ...group
}: BatchView): [string, string | undefined][] => [
  ['Partner', facts(group.partnerId, `${group.locationId} (${group.country})`, group.offering)],
  ['Vouchers', facts(String(group.members.length), total && moneyText(total))],
  ['Next deadline', next && facts(minute(next.at), next.kind)],
  ['Payment request', paymentRequest && paymentText(paymentRequest)],
];

const memberCells = (member: BatchView['members'][number]): string[] => [
  member.engagementId,
  member.voucherId,
  `${member.serviceLevelDays} days`,
  `redeemed ${member.redeemedOn}`,
  moneyText(member.amount),
  `due ${member.paymentRequestDueOn}`,
];
