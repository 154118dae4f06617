import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, signIn } from '../../dev/browser';

const START_MS = 240_000;
/** The browser says of every answer from 400 on that it failed; some are what a test is about. */
const FAILED_LOAD = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** A Chromium for the test file that calls this at its top level; gives a way to open pages of people who share nothing. */
export function browserOfFile(): (options?: BrowserContextOptions) => Promise<Visitor> {
  let browser: Browser;
  beforeAll(async () => {
    const lines: string[] = [];
    browser = await launchChromium((line) => lines.push(line));
  }, START_MS);
  afterAll(() => browser.close());
  return async (options = {}) => new Visitor(await (await browser.newContext(options)).newPage());
}

/** Somebody at a browser. What the browser complains of is kept: scripts that fail, and what the policy of a page forbids. */
export class Visitor {
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.setDefaultTimeout(10_000);
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !FAILED_LOAD.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** Signs in at the dev issuer as one of its people. */
  signIn = (url: string, subject: string): Promise<void> => signIn(this.page, url, subject);

  /** Fills in fields by their labels, and sends the form by its button. */
  async send(button: string, fields: Record<string, string | true>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.page.getByLabel(label, { exact: true });
      if (value === true) await field.check();
      else if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** What axe-core has against the page as it is shown now. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document));
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${new URL(this.page.url()).pathname} ${id}: ${html}`),
    );
  }

  /** True when nothing reaches beyond the right edge of the window. */
  fits = (): Promise<boolean> =>
    this.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}
