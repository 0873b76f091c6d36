import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { type FeedKind, candlesClosed, whaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, leg, seen, startWhales, until } from './rig';
import { startWhaleAlert } from './whale-alert-server';

let whales: WhalesRig;
let stops: Stop[];
beforeEach(async () => {
  whales = await startWhales();
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await whales?.stop();
});

const MINUTE_MS = 60_000;

/** Closes of the last ten hours and of the last days, as the market announces them. */
async function announce(
  symbol: string,
  close: string,
  kind: FeedKind = 'LIVE',
  dataset = 1,
): Promise<void> {
  for (const [interval, stepMs] of [
    ['1m', MINUTE_MS],
    ['1h', 60 * MINUTE_MS],
  ] as const) {
    const newest = Math.floor(Date.now() / stepMs) * stepMs - stepMs;
    const candles = Array.from({ length: 200 }, (_, back) => ({
      openTime: newest - (199 - back) * stepMs,
      close,
    }));
    await whales.events.append(candlesClosed, { symbol, interval, dataset, kind, candles });
  }
}

const feed = async (env: Record<string, string> = {}): Promise<void> => {
  stops.push(await whales.feed({ MEMPOOL_SPACE: 'off', EXCHANGE_PRINTS: 'off', ...env }));
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
    await until(async () => (await shown()).whaleTransactions.edges.length === 200);
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

// As the vendor's documentation has it, without what is not read.
const ALERT = `{"type":"alert","channel_id":"xlLZ7tJq","timestamp":${Math.floor(Date.now() / 1_000)},"blockchain":"ethereum","transaction_type":"transfer","from":"unknown wallet","to":"binance","amounts":[{"symbol":"USDC","amount":20006425.310176,"value_usd":20008425.95270702},{"symbol":"WBTC","amount":10,"value_usd":7}],"transaction":{"hash":"0x60b2f4ac1d2a1308aa04c82d70c388404c92c1d3474c13ca29188ada1edad9dc"}}`;

describe('what nobody could value when it was stored', () => {
  it('is valued once the market reaches there, with the flows that it is a part of', async () => {
    const time = Date.now() - 30 * MINUTE_MS;
    const unvalued = (usd: string | null) =>
      seen({
        time,
        legs: [
          leg({ symbol: 'LATE', usd, usdBasis: usd === null ? null : 'SOURCE' }),
          leg({ symbol: 'NEVER', usd: '5', usdBasis: 'SOURCE' }),
        ],
      });
    await whales.see(unvalued(null), unvalued('7'));
    await announce('LATE', '2', 'SIMULATED');
    await announce('LATE', '40', 'LIVE', 2);
    const worths = async (): Promise<unknown> =>
      (await shown()).whaleTransactions.edges.map(({ node }) => [
        node.usd,
        ...node.legs.map((each) => each.usdBasis),
      ]);
    await until(async () => JSON.stringify(await worths()).split('CANDLES').length === 3);
    const valued = ['45', 'CANDLES', 'SOURCE'];
    expect(await worths()).toEqual([valued, valued]);
    const { exchangeFlows } = await whales.graph.data<{ exchangeFlows: unknown }>(
      `query ($from: DateTime!, $to: DateTime!) {
        exchangeFlows(symbol: "LATE", from: $from, to: $to, bucket: HOUR) {
          exchanges { exchange in inUsd }
        }
      }`,
      {
        from: new Date(time - 120 * MINUTE_MS).toISOString(),
        to: new Date(time + 120 * MINUTE_MS).toISOString(),
      },
    );
    expect(exchangeFlows).toEqual({ exchanges: [{ exchange: 'binance', in: '2', inUsd: '80' }] });
  });
});

describe('the automatic feed', () => {
  it('shows simulated whales until a source has told of a real one, which replaces them', async () => {
    const server = await startWhaleAlert();
    stops.push(() => server.close());
    // Nothing that is real is worth what a simulated market says.
    await announce('WBTC', '60000', 'SIMULATED');
    await announce('BTC', '50000', 'SIMULATED');
    await feed({ WHALE_ALERT_KEY: 'secret', WHALE_ALERT_SOCKET_HOST: server.socketHost });
    await until(async () => (await shown()).whaleTransactions.edges.length > 0);
    expect((await shown()).whaleFeedStatus).toMatchObject({
      kind: 'SIMULATED',
      message: expect.stringMatching(/simulated.*live sources/i),
    });
    await until(async () => server.said.length > 0);
    server.tell(ALERT);
    // A simulation that has told of one thing only looks alike.
    const isReal = ({ whaleTransactions: { edges } }: Shown): boolean =>
      edges[0]?.node.sources.join() === 'whale-alert';
    await until(async () => isReal(await shown()));
    const { whaleTransactions } = await shown();
    expect(whaleTransactions.edges).toHaveLength(1);
    expect(whaleTransactions.edges[0]?.node).toMatchObject({
      sources: ['whale-alert'],
      legs: [
        { symbol: 'USDC', usd: '20006425.31', usdBasis: 'PEG' },
        { symbol: 'WBTC', usd: '7', usdBasis: 'SOURCE' },
      ],
    });
    await until(async () => (await shown()).whaleFeedStatus?.kind === 'LIVE');
  });

  it('leaves real whales in place, although nobody but the database remembers them', async () => {
    const server = await startWhaleAlert();
    stops.push(() => server.close());
    const [before, after] = [seen(), seen()];
    await whales.see(before);
    await announce('BTC', '50000');
    await feed({ WHALE_ALERT_KEY: 'secret', WHALE_ALERT_SOCKET_HOST: server.socketHost });
    const { client, prefix } = whales.space;
    const stream = `${prefix}stream:${whaleTransactionSeen.name}`;
    await until(async () => {
      const told = (await client.xinfo('STREAM', stream)) as unknown[];
      return Number(told[told.indexOf('entries-added') + 1]) > 10;
    });
    await whales.see(after);
    const { edges } = (await shown()).whaleTransactions;
    expect(edges.map(({ node }) => node.sources)).toEqual(
      [after, before].map((each) => [each.source]),
    );
  });
});
