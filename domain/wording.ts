import type { Task } from '../contracts/tasks';
import { refusalIn } from './record';

const EVENTS_SHOWN = 5;

/** How a card shows an instant: `2026-03-01T12:34:56.000Z` → `2026-03-01 12:34 UTC`. */
export const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** How a card shows a name: `voucherAssigned` → `Voucher assigned`. */
export function words(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** An open task as Markdown: what it is about, who does it, and the command for each way to resolve it. */
export function taskLines({ taskId, title, role, resolutions, dueAt }: Task): string[] {
  const due = dueAt === undefined ? '' : `, due ${moment(dueAt)}`;
  const commands = resolutions.map((resolution) => `  \`engagements resolve ${taskId} ${resolution}\``);
  return [
    `- ${title} (${role}${due})`,
    ...(commands.length > 0 ? commands : [`  \`engagements tasks\` shows what to do`]),
  ];
}

/** The last events as Markdown; a refusal with what was refused and why. */
export function eventLines(events: readonly { type: string; at: string; data: object }[]): string[] {
  return events.slice(-EVENTS_SHOWN).map((event) => {
    const refusal = refusalIn({ events: [event] });
    const because = refusal ? `: ${(event.data as { message: string }).message}, ${refusal.detail}` : '';
    return `- ${moment(event.at)} · ${words(event.type)}${because}`;
  });
}
