import { refusalIn } from './record';

const EVENTS_SHOWN = 5;

/** How a card shows an instant: `2026-03-01T12:34:56.000Z` → `2026-03-01 12:34 UTC`. */
export const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** Names of products, as their maker writes them. */
const PROPER: Partial<Record<string, string>> = {
  windowsOffice: 'Windows and Office',
  windowsServer: 'Windows Server',
  sharePoint: 'SharePoint',
  skypeForBusiness: 'Skype for Business',
  ppm: 'PPM',
  modernItSecurityPoc: 'Modern IT security PoC',
  d365CeUpgrade: 'D365 CE upgrade',
  d365CeMigrate: 'D365 CE migration',
  d365FoUpgrade: 'D365 F&O upgrade',
};

/** How people read a name: `voucherAssigned` → `Voucher assigned`. */
export function words(name: string): string {
  const proper = PROPER[name];
  if (proper !== undefined) return proper;
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The last events as Markdown; a refusal with what was refused and why. */
export function eventLines(events: readonly { type: string; at: string; data: object }[]): string[] {
  return events.slice(-EVENTS_SHOWN).map((event) => {
    const refusal = refusalIn({ events: [event] });
    const because = refusal ? `: ${(event.data as { message: string }).message}, ${refusal.detail}` : '';
    return `- ${moment(event.at)} · ${words(event.type)}${because}`;
  });
}
