import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser';
import { inspect } from './inspect';
import { Stack } from './stack';

const ROOT = resolve(__dirname, '..');
/** Until something moves: some minutes without anything happen. */
const NEXT_WHALE_MS = 420_000;
/** The simulation tells of so many of its past at once; enough of them to fill pages. */
const ENOUGH = 150;
const RECENT_MS = 15 * 60_000;
/** A tooltip is looked for again on so many spots that were pointed at before it was seen. */
const LATE_SPOTS = 10;
const CLICKED_AGAIN_MS = 5_000;

let stack: Stack;
let browser: Browser;
let page: Page;

const at = (path: string): string => `http://localhost:${stack.port}${path}`;
const table = () => page.getByRole('table', { name: /Large transactions/ });
const scroller = () => page.locator('.rows');
const rows = () => page.locator('.body [role="row"]');
const firstRow = () => rows().first();

interface Listed {
  edges: {
    node: {
      id: string;
      time: string;
      usd: string | null;
      fold: { usd: string | null } | null;
      legs: { symbol: string }[];
    };
  }[];
}

/** The API's own answer, to compare what is shown with. */
async function listed(filter: string, first = 200): Promise<Listed['edges'][number]['node'][]> {
  const { data } = await stack.query(
    `{ whaleTransactions(filter: ${filter}, first: ${first}) { edges { node { id time usd fold { usd } legs { symbol } } } } }`,
  );
  return (data?.['whaleTransactions'] as Listed).edges.map(({ node }) => node);
}

beforeAll(async () => {
  stack = await Stack.start({ MARKET_SOURCE: 'simulated', WHALE_SOURCE: 'simulated' });
  // The past is told first, and much at a time.
  await stack.until('whales', async () => {
    const [newest, ...others] = await listed('{}');
    return others.length >= ENOUGH && Date.now() - Date.parse(newest?.time ?? '') < RECENT_MS;
  });
  browser = await openBrowser();
  page = await openPage(browser, {
    timezoneId: 'UTC',
    colorScheme: 'dark',
    permissions: ['notifications'],
  });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe('the whales page', () => {
  it('says that what it shows is simulated, and shows it', async () => {
    await page.goto(at('/whales'));
    await page.getByText('no real wallets, transactions or owners').waitFor();
    await firstRow().waitFor();
    expect(await page.title()).toMatch(/Whales/);
    await inspect(page, 'whales');
  });

  it('shows new ones by itself while nobody reads', async () => {
    await page.goto(at('/whales?show=raw'));
    await firstRow().waitFor();
    await page.mouse.move(5, 5);
    const first = await firstRow().getAttribute('data-whale');
    await page.waitForFunction(
      (before) =>
        document.querySelector<HTMLElement>('.body [data-whale]')?.dataset['whale'] !== before,
      first,
      { timeout: NEXT_WHALE_MS },
    );
  });

  it('does not jump while somebody has scrolled down', async () => {
    const box = await scroller().boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
    await page.mouse.wheel(0, 900);
    await until(async () => (await scroller().evaluate((element) => element.scrollTop)) === 900);
    await page.mouse.move(5, 5);
    const places = () =>
      rows().evaluateAll((all) =>
        all.map(
          (row) => [row.getAttribute('data-whale'), row.getBoundingClientRect().top] as const,
        ),
      );
    const read = (await places()).find(([, top]) => top > 300);
    await page.getByRole('button', { name: /^\d+ new$/ }).waitFor({ timeout: NEXT_WHALE_MS });
    expect(await places()).toContainEqual(read);
  });

  it('loads what is older on the way down', async () => {
    await page.goto(at('/whales'));
    await firstRow().waitFor();
    const total = async () => Number(await table().getAttribute('aria-rowcount')) - 1;
    expect(await total()).toBeLessThanOrEqual(110);
    await scroller().focus();
    await until(async () => {
      await page.keyboard.press('End');
      return (await total()) > 130;
    });
  });

  it('keeps its filters in the address bar, and shows what the API says fits them', async () => {
    await page.goto(at('/whales'));
    await page.getByRole('button', { name: 'Assets that moved: Any asset' }).click();
    const sheet = page.getByRole('dialog', { name: 'Assets that moved' });
    for (const ticker of ['BTC', 'ETH']) {
      await sheet.getByLabel(ticker).click();
      await until(() => sheet.getByLabel(ticker).isChecked());
    }
    await inspect(page, 'whales-filter');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Least worth in USD' }).selectOption('5000000');
    await until(async () => page.url() === at('/whales?asset=BTC%2CETH&min=5000000'));
    await page.reload();
    await firstRow().waitFor();
    const shown = await until(
      () => page.locator('.body [role="row"] .amount a').allInnerTexts(),
      ({ length }) => length > 5,
    );
    expect(new Set(shown)).toEqual(new Set(['BTC', 'ETH']));
    const fitting = await listed('{ assets: ["BTC", "ETH"], minUsd: "5000000" }', 100);
    expect(fitting.every(({ usd, fold }) => Number((fold ?? { usd }).usd) >= 5_000_000)).toBe(true);
    const rowCount = Number(await table().getAttribute('aria-rowcount')) - 1;
    expect(Math.abs(rowCount - fitting.length)).toBeLessThan(15);
  });

  it('says what to do where nothing fits', async () => {
    await page.goto(at('/whales?asset=BTC&chain=tron'));
    await page.getByText('No whale fits').waitFor();
    await inspect(page, 'whales-none');
    await page.getByRole('button', { name: 'Show all whales' }).click();
    await page.waitForURL(at('/whales'));
    await firstRow().waitFor();
  });

  it('says what failed, what still works, and comes back', async () => {
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Whales(') ? route.abort() : route.continue(),
    );
    await page.goto(at('/whales'));
    await page.getByText('The whales could not be loaded').waitFor();
    await inspect(page, 'whales-failed');
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await firstRow().waitFor();
  });
});

describe('a transaction', () => {
  const details = () => page.getByRole('dialog', { name: /[A-Z]{3,}|Transaction/ });

  it('opens by Enter to each of its legs and parties, and gives the keyboard back to its row', async () => {
    await page.goto(at('/whales?asset=BTC&show=raw'));
    await firstRow().waitFor();
    await firstRow()
      .getByRole('link', { name: /, details$/ })
      .focus();
    const row = page.locator('[data-whale]', { has: page.locator('[data-row-link]:focus') });
    const above = (await row.getAttribute('data-whale')) ?? '';
    await page.keyboard.press('ArrowDown');
    const id = await until(
      async () => (await row.getAttribute('data-whale')) ?? '',
      (now) => now !== above,
    );
    await page.keyboard.press('Enter');
    await details().getByRole('region', { name: 'What moved' }).waitFor();
    const shared = new URLSearchParams({ tx: id }).toString();
    await page.waitForURL(at(`/whales?asset=BTC&show=raw&${shared}`));
    const { data } = await stack.query(
      `{ whaleTransaction(id: ${JSON.stringify(id)}) { hash legs { from { address } to { address } } } }`,
    );
    const { hash, legs } = data?.['whaleTransaction'] as {
      hash: string;
      legs: { from: { address: string }[]; to: { address: string }[] }[];
    };
    await details().getByText(hash, { exact: true }).waitFor();
    const parties = legs.flatMap(({ from, to }) => [...from, ...to]);
    expect(parties.length).toBeGreaterThan(1);
    for (const { address } of parties) {
      await details().getByRole('link', { name: address, exact: true }).first().waitFor();
    }
    await inspect(page, 'whale-details');
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'detached' });
    expect(await row.getAttribute('data-whale')).toBe(id);
    await page.waitForURL(at('/whales?asset=BTC&show=raw'));
  });

  it('opens by a link that was shared, and says where there is none', async () => {
    const [newest] = await listed('{ folded: true }', 1);
    await page.goto(at(`/whales?${new URLSearchParams({ tx: newest?.id ?? '' }).toString()}`));
    await details().getByRole('table', { name: 'Transactions of the group' }).waitFor();
    await inspect(page, 'whale-details-group');
    await page.goto(at('/whales?tx=bitcoin%3Agone'));
    await details().getByText('There is no such transaction here').waitFor();
    await inspect(page, 'whale-details-gone');
    await details().getByRole('button', { name: 'Close' }).first().click();
    await page.waitForURL(at('/whales'));
    await firstRow().waitFor();
  });
});

describe('transactions that are one event', () => {
  it('show as one, say why, and open', async () => {
    await page.goto(at('/whales?show=groups'));
    const group = firstRow().locator('button.fold');
    const members = Number((await group.innerText()).match(/\d+/)?.[0]);
    expect(members).toBeGreaterThan(1);
    await group.click();
    // Another one may have become the first meanwhile.
    const opened = page.locator('button.fold[aria-expanded="true"]');
    await page.locator('[data-member="true"]').first().waitFor();
    expect(await page.locator('[data-fold-line="why"]').innerText()).toMatch(/\w+/);
    await inspect(page, 'whales-folded');
    await opened.click();
    await page.locator('[data-member="true"]').first().waitFor({ state: 'detached' });
  });
});

describe('a wallet', () => {
  it('is one click from a transaction, and shows what was seen of it', async () => {
    await page.goto(at('/whales?show=raw'));
    await page.locator('.body button.chip').first().click();
    const card = page.getByRole('dialog', { name: 'Who this is' });
    await card.waitFor();
    await inspect(page, 'whales-party');
    await card.getByRole('link', { name: 'Open the wallet' }).click();
    await page.getByRole('region', { name: 'Activity by weekday and hour, UTC' }).waitFor();
    await page.getByRole('table', { name: 'Transactions of the wallet' }).waitFor();
    await inspect(page, 'wallet');
  });

  it('says what can be done with it once somebody has signed in', async () => {
    await page.goto(at('/whales/wallets'));
    await page.getByText('Wallets that you follow, name and group stand here').waitFor();
    await inspect(page, 'wallets-nobody');
  });
});

describe('flows', () => {
  it('show what went into and out of exchanges, and who sent to whom', async () => {
    await page.goto(at('/whales/flows?asset=BTC&window=24h'));
    await page.getByRole('figure', { name: /BTC into exchanges/ }).waitFor();
    await page.getByRole('img', { name: /Who sent to whom/ }).waitFor();
    await page.getByText('The same as a table').click();
    const rows = page.getByRole('region', { name: 'Who sent to whom' }).getByRole('row');
    await rows.nth(1).waitFor();
    await inspect(page, 'flows');
  });
});

describe('flows that others have recorded', () => {
  const DAYS = 40;

  /** A minute of each of the last days, of which a million comes in and a quarter of it goes out. */
  async function importRecord(): Promise<void> {
    const path = join(stack.dataDir, 'btc_made_up.csv');
    const yesterday = Date.now() - 86_400_000;
    const minutes = Array.from({ length: DAYS }, (_, index) => {
      const day = new Date(yesterday - index * 86_400_000).toISOString().slice(0, 10);
      return `${day} 12:00:00.000 UTC,250000,1000000`;
    });
    const header = 'minute,exchange_to_wallet_used,wallet_to_exchange_usd';
    await writeFile(path, [header, ...minutes].join('\n'));
    const env = { ...process.env, PORT: String(stack.port), DATA_DIR: stack.dataDir };
    await promisify(execFile)('node', ['scripts/whales-import.mjs', path], { cwd: ROOT, env });
  }

  it('are offered on the page of flows, apart from what was seen, and say whose they are', async () => {
    await page.goto(at('/whales/flows?asset=BTC&window=24h'));
    const windows = page.getByRole('group', { name: 'How far back' });
    await windows.getByRole('button', { name: '1y' }).waitFor();
    expect(await windows.getByRole('button', { name: 'Recorded' }).count()).toBe(0);
    await importRecord();
    await page.reload();
    await windows.getByRole('button', { name: 'Recorded' }).click();
    const recorded = page.getByRole('region', { name: 'Recorded flow of exchanges' });
    await recorded.getByText(/From import:exchange-flows, and no part of what was seen/).waitFor();
    expect(await recorded.locator('.told').innerText()).toMatch(
      /in 1\.00\sM · out 250\.00\sK · net 750\.00\sK USD$/,
    );
    expect(page.url()).toBe(at('/whales/flows?asset=BTC&source=import%3Aexchange-flows'));
    await recorded.getByRole('figure', { name: /BTC into exchanges/ }).waitFor();
    await inspect(page, 'flows-recorded');
  });

  it('can stand below the candles in the place of what was seen', async () => {
    await page.goto(at('/asset/BTC?interval=1d'));
    const figure = (whose: string) => page.getByRole('figure', { name: whose });
    await figure('the net flow into exchanges in BTC, as seen here').waitFor();
    await page.getByRole('combobox', { name: /Whose net flow/ }).selectOption({ index: 1 });
    await figure('in USD, as recorded by import:exchange-flows').waitFor();
    await inspect(page, 'asset-flows-recorded');
  });
});

describe('patterns and trades', () => {
  it('say which rule has fired, or what it takes until one does', async () => {
    await page.goto(at('/whales/patterns'));
    await page
      .getByText(/No patterns here|Score/)
      .first()
      .waitFor();
    await inspect(page, 'patterns');
  });

  it('show large trades on exchanges, which move nothing between wallets', async () => {
    await page.goto(at('/whales/trades'));
    const trades = page.getByRole('region', { name: 'Large trades on exchanges' });
    await trades
      .getByText(/Bought|Sold|No large trades yet/)
      .first()
      .waitFor();
    await inspect(page, 'trades');
  });
});

describe('signals', () => {
  it('are off at first, ask only when switched on, and tell of whales on any page', async () => {
    await page.addInitScript(() => {
      const told: string[] = [];
      class Recorded extends Notification {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          told.push(title);
        }
      }
      Object.assign(window, { Notification: Recorded, told });
    });
    await page.goto(at('/whales'));
    await page.getByRole('button', { name: 'Signals' }).click();
    const sheet = page.getByRole('dialog', { name: 'Signals' });
    expect(await sheet.getByLabel('Sound').isChecked()).toBe(false);
    expect(await sheet.getByLabel('Browser notification').isChecked()).toBe(false);
    await sheet.getByLabel('Browser notification').click();
    await until(() => sheet.getByLabel('Browser notification').isChecked());
    await sheet.getByRole('combobox').selectOption('1000000');
    await inspect(page, 'whales-signals');
    await page.goto(at('/'));
    await page.waitForFunction(
      () => (window as unknown as { told: string[] }).told.length > 0,
      undefined,
      { timeout: NEXT_WHALE_MS },
    );
    const [title] = await page.evaluate(() => (window as unknown as { told: string[] }).told);
    expect(title).toMatch(/^[\d.,]+\s?[A-Z]? ?[A-Z]{3,4} · [\d.,]+\s?[MBT] USD$/);
  });
});

describe('the page of an asset', () => {
  const details = () => page.getByRole('dialog', { name: /[\d,.]+\s?[KM]?\sBTC/ });

  /** Points at one of the dots that the last candles have, as whales of the last day are marked; gives its words. */
  async function pointAtMarker(): Promise<string> {
    await page.goto(at('/asset/BTC?interval=1h'));
    const plot = page.getByRole('figure', { name: /Candles of BTC/ });
    await plot.locator('canvas').first().waitFor();
    const box = await plot.boundingBox();
    if (!box) throw new Error('the chart has no place');
    // The last candles have whales of the last day: somewhere above or below them there is a dot.
    const spots: [x: number, y: number][] = [];
    for (let x = box.width - 130; x > box.width - 330; x -= 6) {
      for (let y = 30; y < box.height * 0.75; y += 8) spots.push([box.x + x, box.y + y]);
    }
    const tooltip = page.getByRole('tooltip');
    const wordsAt = async ([x, y]: [number, number]): Promise<string> => {
      await page.mouse.move(x, y);
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      return (await tooltip.allInnerTexts()).join();
    };
    return until(async () => {
      for (const [at, [x, y]] of spots.entries()) {
        await page.mouse.move(x, y);
        if (!(await tooltip.isVisible())) continue;
        // It comes a frame late, and may be of a spot that the pointer has left.
        for (let back = 0; back <= LATE_SPOTS; back += 1) {
          const spot = spots[at - back];
          const words = spot && (await wordsAt(spot));
          if (words) return words;
        }
      }
      return '';
    }, Boolean);
  }

  it('marks whales on its candles, which explain themselves', async () => {
    const found = await pointAtMarker();
    expect(found).toMatch(/\d+ whales?/);
    expect(found).toMatch(/BTC · [\d.,]+\s?[MB] USD/);
    await inspect(page, 'asset-marker');
  });

  it('leads from a dot to what it stands for', async () => {
    const list = page.getByRole('dialog', { name: /whales ·/ });
    // Candles that form may move a dot from under the pointer.
    await until(async () => {
      await pointAtMarker();
      await page.mouse.down();
      await page.mouse.up();
      return list
        .or(details())
        .waitFor({ timeout: CLICKED_AGAIN_MS })
        .then(
          () => true,
          () => false,
        );
    });
    if (await list.isVisible()) {
      await inspect(page, 'asset-marker-list');
      await list.getByRole('link').first().click();
    }
    await details().waitFor();
    expect(new URL(page.url()).searchParams.get('tx')).toMatch(/^bitcoin:/);
  }, 180_000);

  it('leads there by the keyboard alone, and back', async () => {
    await page.goto(at('/asset/BTC?interval=1h'));
    const button = page.getByRole('button', { name: 'List the whales on the chart' });
    const list = page.getByRole('dialog', { name: /whales? on the chart/ });
    await until(async () => {
      await button.focus();
      await page.keyboard.press('Enter');
      await list.waitFor();
      if (await list.getByRole('link').first().isVisible()) return true;
      await page.keyboard.press('Escape');
      return false;
    });
    const first = list.getByRole('link').first();
    await page.keyboard.press('Tab');
    await until(() => first.evaluate((link) => link === document.activeElement));
    await page.keyboard.press('Enter');
    await details().waitFor();
    await page.keyboard.press('Escape');
    await until(() => first.evaluate((link) => link === document.activeElement));
    await page.keyboard.press('Escape');
    await until(() => button.evaluate((link) => link === document.activeElement));
  });

  it('has the net flow into exchanges under its candles', async () => {
    await page.goto(at('/asset/BTC?interval=1h'));
    await page.getByRole('figure', { name: /and the net flow into exchanges/ }).waitFor();
  });

  it('lists its whales in a tab, live', async () => {
    await page.goto(at('/asset/BTC'));
    await page.getByRole('button', { name: 'Whales', exact: true }).click();
    await firstRow().waitFor();
    const shown = await page.locator('.body [role="row"] .amount').allInnerTexts();
    expect(shown.every((text) => text.includes('BTC'))).toBe(true);
    await page.getByText('Net to exchanges').waitFor();
    await inspect(page, 'asset-whales');
    await page.getByRole('link', { name: 'All whales of BTC' }).click();
    await page.waitForURL(at('/whales?asset=BTC'));
  });
});
