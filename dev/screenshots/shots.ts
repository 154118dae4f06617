import path from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Say } from '../provision/installation';

export interface Studio {
  browser: Browser;
  /** Where the API serves the portal. */
  apiUrl: string;
  /** Where the Temporal UI is. */
  uiUrl: string;
  /** Folder of the pictures. */
  folder: string;
  /** A calendar day. */
  today: string;
  say: Say;
}

/** Times are shown in the same zone wherever the pictures are made. */
const EVERYWHERE: BrowserContextOptions = { timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce' };

/** Somebody who shares nothing with others, with a window of this size in CSS pixels. */
export async function openPage(
  { browser }: Studio,
  [width, height]: readonly [number, number],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ ...EVERYWHERE, viewport: { width, height }, ...options });
  return context.newPage();
}

/** Keeps what the window shows, once `ready` can be seen, under this name; with `above` nothing from there on. */
export async function shoot(
  { folder, say }: Studio,
  page: Page,
  name: string,
  { ready, above }: { ready: Locator; above?: Locator },
): Promise<void> {
  await ready.first().waitFor();
  const { width, height } = page.viewportSize()!;
  const end = above && (await above.first().boundingBox());
  const file = `${name}.png`;
  await page.screenshot({
    path: path.join(folder, file),
    clip: { x: 0, y: 0, width, height: Math.min(height, end?.y ?? height) },
    animations: 'disabled',
  });
  say(`docs/images/${file}`);
}
