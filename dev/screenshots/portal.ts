import type { BrowserContextOptions } from 'playwright-core';
import { signIn } from '../browser';
import { openPage, shoot, type Studio } from './shots';

/** Widths and heights of windows, in CSS pixels. */
const DESK_WIDTH = 1_440;
const PHONE = [360, 860] as const;
const ON_A_PHONE: BrowserContextOptions = { hasTouch: true, deviceScaleFactor: 1.5 };

/** What partners, operators and support staff see of the portal. */
export async function shootPortal(studio: Studio): Promise<void> {
  const desk = (height: number) => [DESK_WIDTH, height] as const;
  const [report, ours] = ['/engagements/tailspin-toys', '/partners/contoso-services'];
  await shootPage(studio, 'portal-board', 'olivia.operator', '', desk(740));
  await shootPage(studio, 'portal-tasks', 'olivia.operator', '/tasks', desk(640));
  await shootPage(studio, 'portal-engagement', 'mira.holm', report, desk(1_060));
  await shootPage(studio, 'portal-checklist', 'mira.holm', ours, desk(1_130));
  await shootPage(studio, 'portal-phone', 'mira.holm', report, PHONE, ON_A_PHONE);
  await shootPage(studio, 'portal-phone-dark', 'mira.holm', '', PHONE, { ...ON_A_PHONE, colorScheme: 'dark' });
}

async function shootPage(
  studio: Studio,
  name: string,
  subject: string,
  route: string,
  size: readonly [number, number],
  options?: BrowserContextOptions,
): Promise<void> {
  const page = await openPage(studio, size, options);
  await signIn(page, studio.apiUrl, subject);
  await page.goto(`${studio.apiUrl}/portal${route}`);
  await shoot(studio, page, name, { ready: page.locator('.facts, .cards, .task') });
  await page.context().close();
}
