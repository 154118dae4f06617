import { chromium, type Browser, type Page } from 'playwright-core';
import type { Say } from './provision/installation';
import { provideChromium } from './provision/tools';

/** A Chromium without a window. @throws NotProvided */
export async function launchChromium(say: Say): Promise<Browser> {
  const { at } = await provideChromium(say);
  // Chromium's own sandbox is not there for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: at, args });
}

/** Signs in to the portal as one of the dev issuer's people; `url` is the API's. */
export async function signIn(page: Page, url: string, subject: string): Promise<void> {
  await page.goto(`${url}/portal`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: subject }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
