import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE_MS, until } from '@spyhop/platform/testkit/until';
import type { Browser, Page } from 'playwright-core';
import { SCREENS, openBrowser, openPage } from './browser';
import { fits } from './inspect';
import { Stack } from './stack';

let stack: Stack;
let browser: Browser;
let page: Page;
/** Of the Content Security Policy, on any page of any test here. */
const violations: string[] = [];

beforeAll(async () => {
  stack = await Stack.start({ MARKET_SOURCE: 'simulated', ROUTER_PERSISTED_SAFELIST: 'log' });
  browser = await openBrowser();
  page = await openPage(browser);
  await page.exposeFunction('violated', (what: string) => violations.push(what));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => violated(violatedDirective + ': ' + sample))`,
  );
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const rows = () => page.locator('[role="row"][data-symbol]');

describe('the markets page', () => {
  it('lists at least 50 assets with prices', async () => {
    await page.goto(stack.url);
    const table = page.getByRole('grid', { name: 'Assets' });
    await until(
      () => table.getAttribute('aria-rowcount'),
      (count) => Number(count) - 1 >= 50,
    );
    await rows().first().waitFor();
  });

  it('moves prices without a reload', async () => {
    const cell = page.locator('[data-symbol="BTC"] .figure').first();
    const first = await cell.textContent();
    await page.waitForFunction(
      (text) => document.querySelector('[data-symbol="BTC"] .figure')?.textContent !== text,
      first,
      { timeout: PATIENCE_MS },
    );
  });

  it('keeps search and order in the address, so that a link shows the same', async () => {
    await page.goto(`${stack.url}/?q=bit&sort=-price`);
    const shown = () =>
      rows().evaluateAll((all) => all.map((row) => row.getAttribute('data-symbol')));
    await until(shown, (symbols) => symbols[0] === 'BTC' && symbols.includes('BCH'));
    expect(await shown()).not.toContain('ETH');
    await page.goto(stack.url);
    await rows().first().waitFor();
  });

  it('keeps a star over a reload', async () => {
    const star = page.locator('[data-symbol="ETH"]').getByRole('button');
    await star.click();
    await page.reload();
    await page.locator('[data-symbol="ETH"]').getByRole('button', { pressed: true }).waitFor();
    await page.locator('[data-symbol="ETH"]').getByRole('button').click();
  });
});

describe('the asset page', () => {
  it('shows candles, trades and statistics', async () => {
    await page.goto(`${stack.url}/asset/BTC`);
    await page
      .getByRole('figure', { name: /Candles of BTC/ })
      .locator('canvas')
      .first()
      .waitFor();
    await page.locator('[data-figure="close"]').waitFor();
    await until(
      () => page.title(),
      (title) => title.includes('BTC'),
    );
  });

  it('says that an asset is unknown instead of showing an empty chart', async () => {
    await page.goto(`${stack.url}/asset/NOPE`);
    await page.getByText('NOPE is not tracked here').waitFor();
  });
});

describe('both pages', () => {
  const folder = process.env['SCREENSHOTS'];

  it.each(Object.entries(SCREENS))(
    'fit a %s screen in both themes without scrolling sideways',
    async (name, viewport) => {
      for (const colorScheme of ['dark', 'light'] as const) {
        const view = await openPage(browser, { viewport, colorScheme });
        for (const [title, path] of [
          ['markets', '/'],
          ['asset', '/asset/BTC'],
        ] as const) {
          await view.goto(`${stack.url}${path}`);
          await view
            .locator(title === 'markets' ? '[data-symbol]' : 'canvas')
            .first()
            .waitFor();
          await fits(view);
          if (folder) {
            await mkdir(folder, { recursive: true });
            await view.waitForTimeout(1_500);
            await view.screenshot({ path: join(folder, `${title}-${name}-${colorScheme}.png`) });
          }
        }
        await view.context().close();
      }
    },
  );
});

describe('everything that the dashboard asked meanwhile', () => {
  it('is in the manifest that was written when it was built', async () => {
    const log = await readFile(join(stack.dataDir, 'logs/router.log'), 'utf8');
    const unlisted = [...log.matchAll(/an operation that is not on the list: (\w+)/g)];
    // The unnamed one is what this test waits for at the start.
    expect(unlisted.map(([, name]) => name)).toEqual(['unnamed']);
  });
});

describe('the pages together', () => {
  it('have kept to the Content Security Policy', async () => {
    await page.goto(`${stack.url}/asset/BTC`);
    await page.locator('canvas').first().waitFor();
    expect(violations).toEqual([]);
  });
});
