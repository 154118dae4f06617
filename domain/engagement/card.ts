import type { EngagementView } from '../../contracts/engagement';
import type { Task } from '../../contracts/tasks';
import type { EngagementEvent } from './events';

const EVENTS_SHOWN = 5;

/** The Markdown card of an engagement: what it waits for, from whom, until when, and what a person can do. Instants in UTC. */
export function cardOf(view: EngagementView, events: readonly EngagementEvent[]): string {
  const { stage, awaiting, nextDeadline, paymentAtRisk, tasks } = view;
  return [
    `### ${words(stage)}`,
    '',
    `- **Waiting for:** ${awaiting ? `\`${awaiting.message}\` from ${awaiting.from}` : 'nothing, the business is over'}`,
    ...(awaiting?.until === undefined ? [] : [`- **Until:** ${moment(awaiting.until)}`]),
    ...(nextDeadline ? [`- **Next deadline:** ${moment(nextDeadline.at)} (${words(nextDeadline.kind)})`] : []),
    ...(paymentAtRisk ? [`- **Payment at risk:** ${paymentAtRisk.reasons.map(words).join(', ')}`] : []),
    '',
    ...(tasks.length > 0 ? ['**Open tasks**', '', ...tasks.flatMap(taskLines), ''] : []),
    '**Last events**',
    '',
    ...events
      .slice(-EVENTS_SHOWN)
      .map((event) => `- ${moment(event.at)} · ${words(event.type)}${refusedBecause(event)}`),
  ].join('\n');
}

function taskLines({ taskId, title, role, resolutions, dueAt }: Task): string[] {
  const due = dueAt === undefined ? '' : `, due ${moment(dueAt)}`;
  const commands = resolutions.map((resolution) => `  \`engagements resolve ${taskId} ${resolution}\``);
  return [
    `- ${title} (${role}${due})`,
    ...(commands.length > 0 ? commands : [`  \`engagements tasks\` shows what to do`]),
  ];
}

const refusedBecause = (event: EngagementEvent): string =>
  event.type === 'MessageRefused' ? `: ${event.data.message}, ${event.data.refusal.detail}` : '';

/** `2026-03-01T12:34:56.000Z` → `2026-03-01 12:34 UTC`. */
const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** `voucherAssigned` → `Voucher assigned`. */
function words(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
