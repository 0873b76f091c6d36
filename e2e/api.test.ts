import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { openBrowser, openPage } from './browser';
import { childrenOf } from './processes';
import { Stack } from './stack';

let stack: Stack;
let client: Client;
let closes = 0;

beforeAll(async () => {
  stack = await Stack.start({ MARKET_SOURCE: 'simulated' });
  client = createClient({
    url: `${stack.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    on: { closed: () => (closes += 1) },
  });
});
afterAll(async () => {
  await client?.dispose();
  await stack?.stop();
});

type Event = Record<string, Record<string, unknown>>;

/** The first event of a subscription that fulfils the condition. */
async function event(query: string, fits: (event: Event) => boolean): Promise<Event> {
  for await (const { data, errors } of client.iterate<Event>({ query })) {
    if (errors) throw new Error(errors.map(({ message }) => message).join(', '));
    if (data && fits(data)) return data;
  }
  throw new Error('the subscription ended');
}

describe('the public API', () => {
  it('joins the price of one subgraph with the analytics of another in one subscription', async () => {
    const { priceTicked } = await event(
      'subscription { priceTicked(symbols: ["BTC"]) { symbol price volatility trend } }',
      ({ priceTicked: tick }) =>
        typeof tick?.['volatility'] === 'number' && typeof tick['trend'] === 'number',
    );
    expect(priceTicked).toEqual({
      symbol: 'BTC',
      price: expect.stringMatching(/^\d+(\.\d+)?$/),
      volatility: expect.any(Number),
      trend: expect.any(Number),
    });
  });

  it('moves the forming candle of every interval', async () => {
    for (const interval of ['M1', 'M5', 'M15', 'H1', 'H4', 'D1']) {
      const { candleUpdated } = await event(
        `subscription { candleUpdated(symbol: "BTC", interval: ${interval}) { interval open closed } }`,
        () => true,
      );
      expect(candleUpdated).toMatchObject({ interval });
    }
  });

  it('shows history, day statistics and figures of at least 50 assets from the first start on', async () => {
    await stack.until('complete figures', async () => {
      const { data } = await stack.query(
        '{ assets(first: 250) { totalCount edges { node { price change1h change24h change7d volume24h marketCap sparkline7d } } } }',
      );
      const { edges } = data?.['assets'] as {
        edges: { node: Record<string, unknown> & { sparkline7d: string[] } }[];
      };
      const complete = edges.filter(
        ({ node }) =>
          node.sparkline7d.length >= 160 && Object.values(node).every((figure) => figure !== null),
      );
      return complete.length >= 50;
    });
  });

  it.each([
    ['{ asset(symbol: "NOPE") { price } }', 'NOT_FOUND'],
    ['{ candles(symbol: "NOPE", interval: M1) { edges { cursor } } }', 'NOT_FOUND'],
    ['{ assets(first: 100000) { totalCount } }', 'INVALID_INPUT'],
    ['{ assets(after: "nonsense") { totalCount } }', 'INVALID_INPUT'],
    ['{ candles(symbol: "BTC", interval: M7) { edges { cursor } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('answers %s with the code %s', async (query, code) => {
    const { errors } = await stack.query(query);
    expect(errors?.[0]?.extensions?.code).toBe(code);
  });

  it('shows a browser without a way to the internet a working GraphiQL', async () => {
    const browser = await openBrowser();
    try {
      const page = await openPage(browser);
      await page.goto(`${stack.url}/graphql`);
      await page.locator('.graphiql-container').first().waitFor();
    } finally {
      await browser.close();
    }
  });
});

describe('a stack that loses a part', () => {
  /** Kills a process of the stack and waits until a fresh event reaches the client it kept. */
  async function survives(killed: RegExp): Promise<void> {
    const before = closes;
    let count = 0;
    let seenAfter = -1;
    const subscription = client.iterate<Event>({
      query: 'subscription { priceTicked(symbols: ["BTC"]) { price pricedAt volatility } }',
    });
    for await (const { data } of subscription) {
      if (data) count += 1;
      if (count === 3 && seenAfter < 0) {
        const pids = childrenOf(stack.pid, killed);
        expect(pids.length).toBeGreaterThan(0);
        for (const pid of pids) process.kill(pid, 'SIGKILL');
        seenAfter = Date.now() + 1_500;
      }
      const pricedAt = Date.parse(String(data?.['priceTicked']?.['pricedAt']));
      if (seenAfter > 0 && pricedAt > seenAfter) break;
    }
    expect(closes).toBe(before);
  }

  it('restarts killed subgraphs while subscriptions go on', () =>
    survives(/@spyhop\/market\/main/));

  it('restarts a killed feed while subscriptions go on', () => survives(/market\/feeds\/main/));

  it('survives a restart of Redis', () => survives(/redis-server|valkey-server/));
});
