import { existsSync } from 'node:fs';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

const CANDIDATES = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Debian's Chromium, headless, without its own network traffic. */
export function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export const SCREENS = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;

/** A page of a browser of its own, with no cookies yet, on a desk in the USA unless said otherwise. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: SCREENS.desktop, locale: 'en-US' },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}
