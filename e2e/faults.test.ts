import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Postgres, recordRisingMinutes, risingCandles } from './outage';
import { normal } from './recorded-minutes';
import { Stack } from './stack';

// All faults at once: one of them takes half a minute.
describe('npm start', () => {
  it.concurrent(
    'names every fault of the configuration at once and exits with an error',
    async () => {
      const stack = await Stack.spawn({
        MARKET_SOURCE: 'replay',
        TICK_HZ: 'fast',
        DATABASE_URL: 'not a url',
      });
      expect(await stack.exited()).not.toBe(0);
      for (const variable of ['REPLAY_PATH', 'TICK_HZ', 'DATABASE_URL']) {
        expect(stack.output).toContain(variable);
      }
      expect(stack.output).not.toContain('at ');
      await stack.stop();
    },
  );

  it.concurrent('says which port is taken and exits with an error', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const stack = await Stack.spawn({ PORT: String(port), MARKET_SOURCE: 'simulated' });
    expect(await stack.exited()).not.toBe(0);
    expect(stack.output).toContain(String(port));
    await stack.stop();
    squatter.close();
  });

  it.concurrent(
    'goes on with live prices while PostgreSQL is away for 30 seconds, and then has every candle once',
    async () => {
      const postgres = await Postgres.start();
      const stack = await Stack.start({
        DATABASE_URL: postgres.url,
        MARKET_SOURCE: 'replay',
        REPLAY_PATH: await recordRisingMinutes(postgres.folder, MINUTES),
        // A minute a second.
        REPLAY_SPEED: '60',
        MARKET_SYMBOLS: 'BTC',
      });
      try {
        await stack.until('a candle is stored', async () => (await postgres.candles('1m')) > 0);
        await stack.until('a price is shown', async () => (await priceOf(stack)) > 0);
        await postgres.down();
        const wentAt = Date.now();
        let shown = await priceOf(stack);
        for (let seconds = 5; seconds <= 30; seconds += 5) {
          await sleep(Math.max(0, wentAt + seconds * 1_000 - Date.now()));
          const before = shown;
          // Five minutes of the market, at 10 USD each, if the machine is not busy.
          await stack.until('a price that goes on', async () => {
            shown = await priceOf(stack);
            return shown > before + 10;
          });
        }
        await postgres.up();
        await stack.until('the end of the replay', async () => (await stateOf(stack)) === 'ENDED');
        for (const [name, interval, each] of INTERVALS) {
          const expected = risingCandles(MINUTES, each);
          await stack.until(
            `all candles of ${name}`,
            async () => (await postgres.candles(name)) === expected.length,
          );
          expect(await closed(stack, interval)).toEqual(expected);
        }
      } finally {
        await stack.stop();
        await postgres.remove();
      }
    },
  );
});

/** A machine that is busy is still starting the stack while the first of them pass. */
const MINUTES = 150;
const INTERVALS = [
  ['1m', 'M1', 1],
  ['5m', 'M5', 5],
] as const;

const CANDLES = `query ($interval: CandleInterval!) {
  candles(symbol: "BTC", interval: $interval, first: 200) {
    edges { node { openTime open high low close volume quoteVolume trades closed } }
  }
}`;

type Shown = ReturnType<typeof risingCandles>[number];

/** Oldest first. */
async function closed(stack: Stack, interval: 'M1' | 'M5'): Promise<Shown[]> {
  const { data } = await stack.query(CANDLES, { interval });
  const { edges } = data?.['candles'] as { edges: { node: Shown }[] };
  return edges
    .map(({ node }) => ({
      ...node,
      open: normal(node.open),
      high: normal(node.high),
      low: normal(node.low),
      close: normal(node.close),
      volume: normal(node.volume),
      quoteVolume: normal(node.quoteVolume),
    }))
    .filter(({ closed: isClosed }) => isClosed)
    .reverse();
}

async function priceOf(stack: Stack): Promise<number> {
  const { data } = await stack.query('{ asset(symbol: "BTC") { price } }');
  return Number((data?.['asset'] as { price: string }).price);
}

async function stateOf(stack: Stack): Promise<string> {
  const { data } = await stack.query('{ feedStatus { state } }');
  return (data?.['feedStatus'] as { state: string }).state;
}
