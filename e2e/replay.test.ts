import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { until } from '@spyhop/platform/testkit/until';
import type { Browser } from 'playwright-core';
import { SCREENS, openBrowser, openPage } from './browser';
import { type RecordedMinute, minutesOf, normal } from './recorded-minutes';
import { Stack } from './stack';

const RECORDING = 'trades/binance-spot-ws-2024-08-09';

const MINUTES = `query ($symbol: ID!) {
  candles(symbol: $symbol, interval: M1, first: 100) {
    edges { node { openTime open high low close volume quoteVolume trades closed } }
  }
}`;

interface Page {
  edges: { node: RecordedMinute & { closed: boolean } }[];
}

const digitsOf = (shown: string | null): string => normal((shown ?? '').replace(/[^\d.]/g, ''));

describeRecorded(describe, 'a replayed recording of two markets', RECORDING, (folder) => {
  const recorded = (market: string): ReturnType<typeof minutesOf> =>
    minutesOf(['20240808', '20240809'].map((day) => join(folder, `${market}_${day}.gz`)));
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    stack = await Stack.start({
      MARKET_SOURCE: 'replay',
      REPLAY_PATH: folder,
      REPLAY_SPEED: '0',
    });
    await stack.until('the end of the replay', async () => {
      const { data } = await stack.query('{ feedStatus { state } }');
      return (data?.['feedStatus'] as { state: string }).state === 'ENDED';
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it.each([
    ['BTC', 'btcusdt'],
    ['ETH', 'ethusdt'],
  ])(
    'gives 1m candles of %s that equal those in the files to the last decimal',
    async (symbol, market) => {
      const { minutes } = await recorded(market);
      let shown: RecordedMinute[] = [];
      await stack.until('all candles', async () => {
        const { data } = await stack.query(MINUTES, { symbol });
        const { edges } = data?.['candles'] as Page;
        shown = edges.map(({ node: { closed: _, ...node } }) => node).reverse();
        return edges.length === minutes.length && edges.every(({ node }) => node.closed);
      });
      expect(shown.map(withNormalAmounts)).toEqual(minutes);
    },
  );

  it('shows the price of the last replayed trade in the table and in the chart', async () => {
    const { lastPrice } = await recorded('btcusdt');
    const page = await openPage(browser);
    await page.goto(stack.url);
    const row = page.locator('[data-symbol="BTC"]');
    await row.waitFor();
    await until(
      async () => digitsOf(await row.locator('.figure').first().textContent()),
      (text) => text === normal(lastPrice),
    );
    await page.goto(`${stack.url}/asset/BTC`);
    const close = page.locator('[data-figure="close"] span');
    await close.waitFor();
    await until(
      async () => digitsOf(await close.textContent()),
      (text) => text === normal(lastPrice),
    );
    await page.close();
  });

  it('says everywhere that it is a replay', async () => {
    const { data } = await stack.query('{ feedStatus { source message } }');
    expect(data?.['feedStatus']).toMatchObject({ source: 'REPLAY' });
    const page = await openPage(browser, { viewport: SCREENS.phone });
    await page.goto(stack.url);
    await page
      .getByText(/replay/i)
      .first()
      .waitFor();
    await page.close();
  });
});

const withNormalAmounts = (shown: RecordedMinute): RecordedMinute => ({
  ...shown,
  open: normal(shown.open),
  high: normal(shown.high),
  low: normal(shown.low),
  close: normal(shown.close),
  volume: normal(shown.volume),
  quoteVolume: normal(shown.quoteVolume),
});
