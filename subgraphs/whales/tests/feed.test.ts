import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { candlesClosed } from '@spyhop/platform/topics';
import { start as startFeeds } from '../feeds/main';
import { type WhalesRig, startWhales, until } from './rig';

let whales: WhalesRig;
const stops: Stop[] = [];
beforeAll(async () => void (whales = await startWhales()));
afterAll(async () => {
  for (const stop of stops) await stop();
  await whales?.stop();
});

const MINUTE_MS = 60_000;

/** Closes of the last ten hours and of the last days, as the market announces them. */
async function announce(symbol: string, close: string): Promise<void> {
  for (const [interval, stepMs] of [
    ['1m', MINUTE_MS],
    ['1h', 60 * MINUTE_MS],
  ] as const) {
    const newest = Math.floor(Date.now() / stepMs) * stepMs - stepMs;
    const candles = Array.from({ length: 200 }, (_, back) => ({
      openTime: newest - (199 - back) * stepMs,
      close,
    }));
    await whales.events.append(candlesClosed, { symbol, interval, dataset: 1, candles });
  }
}

const feed = async (env: Record<string, string> = {}): Promise<void> => {
  const adminPort = String(await freePort());
  stops.push(
    await startFeeds({
      ...whales.redisEnv,
      ...{ WHALES_FEEDS_ADMIN_PORT: adminPort, LOG_LEVEL: 'silent', ...env },
    }),
  );
};

interface Shown {
  whaleFeedStatus: { kind: string; state: string; message: string } | null;
  whaleTransactions: {
    edges: {
      node: {
        usd: string;
        time: string;
        sources: string[];
        legs: { symbol: string; amount: string; usd: string; usdBasis: string }[];
      };
    }[];
  };
}

const shown = (): Promise<Shown> =>
  whales.graph.data<Shown>(`{
    whaleFeedStatus { kind state message }
    whaleTransactions(first: 200) { edges { node {
      usd time sources legs { symbol amount usd usdBasis }
    } } }
  }`);

describe('the simulated feed', () => {
  it('makes up a day of whales at the prices of the market, and says that it does', async () => {
    expect((await shown()).whaleFeedStatus).toBeNull();
    await feed({ WHALE_SOURCE: 'simulated' });
    await announce('BTC', '50000');
    await until(async () => (await shown()).whaleTransactions.edges.length === 200, 25_000);
    const { whaleFeedStatus, whaleTransactions } = await shown();
    expect(whaleFeedStatus).toMatchObject({ kind: 'SIMULATED', state: 'RUNNING' });
    expect(whaleFeedStatus?.message).toContain('no real');
    const nodes = whaleTransactions.edges.map(({ node }) => node);
    for (const { usd, sources, legs, time } of nodes) {
      expect(sources).toEqual(['simulated']);
      expect(Number(usd)).toBeGreaterThanOrEqual(250_000);
      expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
      for (const leg of legs) {
        const isBitcoin = leg.symbol === 'BTC';
        expect(leg.usdBasis).toBe(isBitcoin ? 'CANDLES' : 'PEG');
        // To the cent: a bitcoin is 50,000 USD, and there are no other prices.
        const price = isBitcoin ? 50_000 : 1;
        expect(Number(leg.usd)).toBeCloseTo(Number(leg.amount) * price, 2);
      }
    }
    expect(new Set(nodes.flatMap(({ legs }) => legs.map(({ symbol }) => symbol)))).toEqual(
      new Set(['BTC', 'USDT', 'USDC']),
    );
  });
});
