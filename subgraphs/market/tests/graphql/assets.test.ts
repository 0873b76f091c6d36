import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type MarketRig,
  NOON,
  asset,
  baseline,
  dayStats,
  price,
  startMarket,
  NOTHING,
} from './rig';

interface Listed {
  assets: {
    edges: { cursor: string; node: { symbol: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
    totalCount: number;
  };
}

const LIST = `query ($first: Int! = 50, $after: String, $sort: AssetSort, $filter: AssetFilter) {
  assets(first: $first, after: $after, sort: $sort, filter: $filter) {
    edges { cursor node { symbol } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
  }
}`;

let rig: MarketRig;

const symbolsOf = ({ assets }: Listed): string[] => assets.edges.map(({ node }) => node.symbol);
const list = async (variables: Record<string, unknown>): Promise<string[]> =>
  symbolsOf(await rig.graph.data<Listed>(LIST, variables));
const refusal = async (query: string, variables: Record<string, unknown> = {}) => {
  const { errors } = await rig.graph.ask(query, variables);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

beforeAll(async () => {
  rig = await startMarket([
    asset('BTC', {
      name: 'Bitcoin',
      rank: 1,
      circulatingSupply: '19740000',
      maxSupply: '21000000',
    }),
    asset('ETH', { name: 'Ethereum', rank: 2, circulatingSupply: '120250000' }),
    asset('ETC', { name: 'Ethereum Classic', rank: 30, marketCap: '3000000000' }),
    asset('SOL', { name: 'Solana', rank: 5 }),
    asset('WETH', { name: 'Wrapped Ether' }),
    asset('NEW', { name: 'newcomer' }),
  ]);
  await rig.writer.writeChanges({
    ...NOTHING,
    prices: [
      price('BTC', '61837.64', { dayStats: dayStats('55000.00', '2500000000.5') }),
      price('ETH', '2680.10', { dayStats: dayStats('2680.10', '900000000') }),
      price('ETC', '19.53', { dayStats: dayStats('20', '9000000') }),
      price('SOL', '160.5', { dayStats: dayStats('150', '900000000') }),
      price('WETH', '2680.10'),
    ],
  });
  await rig.writer.writeBaselines(
    new Map([
      [
        'BTC',
        baseline({
          price1h: '62000',
          price24h: '1',
          price7d: '65000',
          sparkline: ['65000', '61837.64'],
        }),
      ],
      ['ETH', baseline({ price1h: '2600' })],
      ['WETH', baseline({ price24h: '2000' })],
    ]),
  );
});
afterAll(() => rig.stop());

describe('asset', () => {
  it('has its price, its changes and what derives from them, to the last digit', async () => {
    const { asset: btc } = await rig.graph.data(`{ asset(symbol: "BTC") {
      symbol name pair rank price pricedAt priceDecimals change1h change24h change7d volume24h
      low24h high24h open24h marketCap circulatingSupply maxSupply sparkline7d
    } }`);
    expect(btc).toEqual({
      symbol: 'BTC',
      name: 'Bitcoin',
      pair: 'BTCUSDT',
      rank: 1,
      price: '61837.64',
      pricedAt: new Date(NOON).toISOString(),
      priceDecimals: 2,
      // Worked out by hand: (61837.64 − base) / base × 100 with 62000, 55000 and 65000.
      change1h: -0.2619,
      change24h: 12.4321,
      change7d: -4.8652,
      volume24h: '2500000000.5',
      low24h: '55000.00',
      high24h: '55000.00',
      open24h: '55000.00',
      marketCap: '1220675013600',
      circulatingSupply: '19740000',
      maxSupply: '21000000',
      sparkline7d: ['65000', '61837.64'],
    });
  });

  it('that was never priced has a name and nothing else', async () => {
    const { asset: fresh } = await rig.graph.data(
      `{ asset(symbol: "NEW") { name price pricedAt change24h marketCap sparkline7d } }`,
    );
    expect(fresh).toEqual({
      name: 'newcomer',
      price: null,
      pricedAt: null,
      change24h: null,
      marketCap: null,
      sparkline7d: [],
    });
  });

  it('takes the reported market cap where the supply is unknown', async () => {
    const { asset: etc } = await rig.graph.data(`{ asset(symbol: "ETC") { marketCap } }`);
    expect(etc).toEqual({ marketCap: '3000000000' });
  });

  it('that nobody tracks is an error with a code and the symbols there are', async () => {
    expect(await refusal('{ asset(symbol: "XYZ") { name } }')).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('XYZ'),
      allowed: ['BTC', 'ETC', 'ETH', 'NEW', 'SOL', 'WETH'],
    });
  });

  it('in lower case is pointed to its symbol', async () => {
    const { message } = await refusal('{ asset(symbol: "btc") { name } }');
    expect(message).toContain('upper case: BTC');
  });
});

describe('assets', () => {
  it('are in order of rank, unranked ones last by symbol', async () => {
    expect(await list({})).toEqual(['BTC', 'ETH', 'SOL', 'ETC', 'NEW', 'WETH']);
  });

  it.each([
    ['RANK', 'DESC', ['ETC', 'SOL', 'ETH', 'BTC', 'NEW', 'WETH']],
    ['NAME', 'ASC', ['BTC', 'ETH', 'ETC', 'NEW', 'SOL', 'WETH']],
    ['PRICE', 'DESC', ['BTC', 'ETH', 'WETH', 'SOL', 'ETC', 'NEW']],
    ['PRICE', 'ASC', ['ETC', 'SOL', 'ETH', 'WETH', 'BTC', 'NEW']],
    ['CHANGE_1H', 'DESC', ['ETH', 'BTC', 'ETC', 'NEW', 'SOL', 'WETH']],
    ['CHANGE_24H', 'DESC', ['WETH', 'BTC', 'SOL', 'ETH', 'ETC', 'NEW']],
    ['CHANGE_7D', 'ASC', ['BTC', 'ETC', 'ETH', 'NEW', 'SOL', 'WETH']],
    ['VOLUME_24H', 'DESC', ['BTC', 'ETH', 'SOL', 'ETC', 'NEW', 'WETH']],
    ['MARKET_CAP', 'DESC', ['BTC', 'ETH', 'ETC', 'NEW', 'SOL', 'WETH']],
  ])('by %s %s put ties in order of symbol and the unknown last', async (...given) => {
    const [field, direction, expected] = given;
    expect(await list({ sort: { field, direction } })).toEqual(expected);
  });

  it.each([
    [{ symbols: ['SOL', 'BTC', 'XYZ'] }, ['BTC', 'SOL']],
    [{ search: 'ETH' }, ['ETH', 'ETC', 'WETH']],
    [{ minMarketCap: '3000000000' }, ['BTC', 'ETH', 'ETC']],
    [{ minMarketCap: '3000000000.01' }, ['BTC', 'ETH']],
    [{ minVolume24h: '900000000' }, ['BTC', 'ETH', 'SOL']],
    [{ minChange24h: 7 }, ['BTC', 'SOL', 'WETH']],
    [{ maxChange24h: 0 }, ['ETH', 'ETC']],
    [{ minChange24h: 0, maxChange24h: 10 }, ['ETH', 'SOL']],
    [{ search: 'eth', minVolume24h: '1' }, ['ETH', 'ETC']],
    [{ symbols: [] }, []],
  ])('that meet %j are listed and counted', async (filter, expected) => {
    const listed = await rig.graph.data<Listed>(LIST, { filter });
    expect(symbolsOf(listed)).toEqual(expected);
    expect(listed.assets.totalCount).toBe(expected.length);
  });

  it.each([
    { field: 'PRICE', direction: 'DESC' },
    { field: 'CHANGE_1H', direction: 'ASC' },
    { field: 'NAME', direction: 'DESC' },
  ])('come page by page, each once, also where many values are unknown: %j', async (sort) => {
    const whole = await list({ sort });
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const listed: Listed = await rig.graph.data<Listed>(LIST, { sort, first: 2, after });
      expect(listed.assets.pageInfo.hasPreviousPage).toBe(page > 0);
      expect(listed.assets.pageInfo.hasNextPage).toBe(page < 2);
      seen.push(...symbolsOf(listed));
      after = listed.assets.pageInfo.endCursor;
    }
    expect(seen).toEqual(whole);
  });

  it('a cursor stays good when the asset it names has moved', async () => {
    const sort = { field: 'VOLUME_24H', direction: 'DESC' };
    const listed = await rig.graph.data<Listed>(LIST, { sort, first: 1 });
    const after = listed.assets.pageInfo.endCursor;
    expect(await list({ sort, first: 1, after, filter: { symbols: ['ETH', 'SOL'] } })).toEqual([
      'ETH',
    ]);
  });

  it.each([0, -1, 251])('are refused for first: %i, with the bounds', async (first) => {
    expect(await refusal(LIST, { first })).toMatchObject({
      code: 'INVALID_INPUT',
      message: `\`first\` must be 1 to 250, not ${first}.`,
      minimum: 1,
      maximum: 250,
    });
  });

  it('are refused for a cursor that is none, of another list or of another order', async () => {
    const sort = { field: 'PRICE', direction: 'ASC' };
    const listed = await rig.graph.data<Listed>(LIST, { sort, first: 1 });
    const after = listed.assets.pageInfo.endCursor;
    const candle = Buffer.from('{"of":"candles","symbol":"BTC"}').toString('base64url');
    expect((await refusal(LIST, { after: '?' })).message).toContain('not a cursor');
    expect((await refusal(LIST, { after: 'abcd' })).message).toContain('not a cursor');
    expect((await refusal(LIST, { after: candle })).message).toContain('the list "candles"');
    expect(await refusal(LIST, { after })).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('the order PRICE ASC, not to RANK ASC'),
    });
  });

  it('are refused for a forged cursor, naming the part that is wrong', async () => {
    const forged = (position: object): string =>
      Buffer.from(
        JSON.stringify({ of: 'assets', field: 'RANK', direction: 'ASC', ...position }),
      ).toString('base64url');
    const wrongSymbol = await refusal(LIST, { after: forged({ key: '1', symbol: 7 }) });
    expect(wrongSymbol.message).toContain('"symbol" is wrong');
    const wrongKey = await refusal(LIST, { after: forged({ key: 'x', symbol: 'BTC' }) });
    expect(wrongKey.message).toContain('"key" is not a number');
  });

  it('are refused for a search that is too long or too many symbols', async () => {
    const search = await refusal(LIST, { filter: { search: 'x'.repeat(65) } });
    expect(search).toMatchObject({ code: 'INVALID_INPUT' });
    expect(search.message).toContain('at most 64');
    const symbols = Array.from({ length: 251 }, (_, at) => `S${at}`);
    expect((await refusal(LIST, { filter: { symbols } })).message).toContain('at most 250');
  });

  it('refuse an unknown sort field with the ones there are', async () => {
    const refused = await refusal('{ assets(sort: { field: SIZE }) { totalCount } }');
    expect(refused).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      allowed: expect.arrayContaining(['RANK', 'MARKET_CAP']),
    });
    expect(refused.message).toContain('RANK, NAME, PRICE');
  });
});

describe('search', () => {
  const search = async (query: string, first = 10): Promise<string[]> => {
    const { search: found } = await rig.graph.data<{ search: { symbol: string }[] }>(
      'query ($query: String!, $first: Int!) { search(query: $query, first: $first) { symbol } }',
      { query, first },
    );
    return found.map(({ symbol }) => symbol);
  };

  it('puts the symbol before names that begin so, and those before any part', async () => {
    expect(await search('eth')).toEqual(['ETH', 'ETC', 'WETH']);
    expect(await search('et')).toEqual(['ETH', 'ETC', 'WETH']);
    expect(await search('class')).toEqual(['ETC']);
    expect(await search(' Ether ')).toEqual(['ETH', 'ETC', 'WETH']);
    expect(await search('etc', 1)).toEqual(['ETC']);
    expect(await search('zzz')).toEqual([]);
  });

  it('refuses an empty or endless query', async () => {
    expect(await refusal('{ search(query: "  ") { symbol } }')).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('1 to 64'),
    });
    const refused = await refusal(`{ search(query: "${'x'.repeat(65)}") { symbol } }`);
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', maximum: 64 });
  });
});

describe('movers', () => {
  const movers = (args: string) =>
    rig.graph.data(`{ movers${args} { window gainers { symbol change24h } losers { symbol } } }`);

  it('rose or fell most over the last 24 hours, unless told otherwise', async () => {
    expect(await movers('')).toEqual({
      movers: {
        window: 'H24',
        gainers: [
          { symbol: 'WETH', change24h: 34.005 },
          { symbol: 'BTC', change24h: 12.4321 },
          { symbol: 'SOL', change24h: 7 },
        ],
        losers: [{ symbol: 'ETC' }],
      },
    });
  });

  it('of an hour, as many as asked for', async () => {
    expect(await movers('(window: H1, first: 1)')).toMatchObject({
      movers: { window: 'H1', gainers: [{ symbol: 'ETH' }], losers: [{ symbol: 'BTC' }] },
    });
  });

  it('are refused for a window that does not exist, also in a variable', async () => {
    const allowed = ['H1', 'H24', 'D7'];
    expect(await refusal('{ movers(window: W1) { window } }')).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      allowed,
    });
    const query = 'query ($window: MoversWindow!) { movers(window: $window) { window } }';
    const refused = await refusal(query, { window: 'W1' });
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', allowed });
    expect(refused.message).toContain('H1, H24, D7');
  });
});

describe('trending', () => {
  const trending = async (first = 7): Promise<string[]> => {
    const { trending: assets } = await rig.graph.data<{ trending: { symbol: string }[] }>(
      `{ trending(first: ${first}) { symbol } }`,
    );
    return assets.map(({ symbol }) => symbol);
  };

  it('without a source is what moved most in the last hour, weighted by traded value', async () => {
    expect(await trending()).toEqual(['ETH', 'BTC']);
  });

  it('follows the source as far as the assets are tracked, and fills up the rest', async () => {
    await rig.writer.writeTrending(['PEPE', 'SOL', 'ETC']);
    expect(await trending()).toEqual(['SOL', 'ETC', 'ETH', 'BTC']);
    expect(await trending(1)).toEqual(['SOL']);
  });

  it('is refused for more than 50', async () => {
    expect(await refusal('{ trending(first: 51) { symbol } }')).toMatchObject({
      code: 'INVALID_INPUT',
      maximum: 50,
    });
  });
});
