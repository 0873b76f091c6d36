import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { createPrisma, type PrismaClient } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { assetNamed, defaultAssets } from '../rules/new-asset';
import { DEFAULT_ASSETS } from '../rules/universe';
import { seedAssets } from '../seed';
import { type AssetStore, createAssetStore } from '../store/assets';

const NOW = Date.UTC(2026, 0, 2);

describe('the default assets', () => {
  it('are enough for a market, and every symbol and pair stands there once', () => {
    expect(DEFAULT_ASSETS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(DEFAULT_ASSETS.map(({ symbol }) => symbol)).size).toBe(DEFAULT_ASSETS.length);
    expect(new Set(DEFAULT_ASSETS.map(({ pair }) => pair)).size).toBe(DEFAULT_ASSETS.length);
  });

  it('have prices that fit the digits in which they are quoted', () => {
    for (const { symbol, pair, referencePrice, priceDecimals } of DEFAULT_ASSETS) {
      expect(pair).toBe(`${symbol}USDT`);
      expect(referencePrice).toMatch(/^\d+(\.\d+)?$/);
      const step = 10 ** -priceDecimals;
      expect([symbol, Number(referencePrice) / step >= 30]).toEqual([symbol, true]);
    }
  });

  it('are ranked by size', () => {
    expect(defaultAssets().slice(0, 2)).toMatchObject([
      { symbol: 'BTC', rank: 1 },
      { symbol: 'ETH', rank: 2 },
    ]);
  });
});

describe('tracked assets', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;
  let assets: AssetStore;

  beforeAll(async () => {
    database = await testDatabase(migrate);
    prisma = createPrisma(database.url);
    assets = createAssetStore({ prisma });
  });

  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  it('are seeded once, and a second seed changes nothing', async () => {
    expect(await seedAssets(database.url, NOW)).toBe(DEFAULT_ASSETS.length);
    await assets.update([{ symbol: 'BTC', marketCap: '1800000000000.5' }], NOW + 1);
    const before = await prisma.asset.findMany();
    expect(await seedAssets(database.url, NOW + 2)).toBe(0);
    expect(await prisma.asset.findMany()).toEqual(before);
  });

  it('keep every digit of their figures, and what a source leaves out', async () => {
    const maxSupply = '21000000.000000000000000000000001';
    const changed = await assets.update(
      [{ symbol: 'BTC', maxSupply, rank: 1 }, { symbol: 'NONE' }],
      NOW,
    );
    expect(changed).toBe(1);
    const [bitcoin] = await assets.find(['BTC', 'NONE']);
    expect(bitcoin).toMatchObject({ name: 'Bitcoin', maxSupply, marketCap: '1800000000000.5' });
  });

  it('come by rank, those without one at the end', async () => {
    await assets.add([assetNamed('AAA', 'AAAUSDT'), assetNamed('XMR', 'XMRUSDT')], NOW);
    const list = await assets.list();
    expect(list.slice(0, 2).map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH']);
    expect(list.slice(-2)).toMatchObject([
      { symbol: 'AAA', name: 'AAA', rank: null },
      { symbol: 'XMR', name: 'Monero', rank: null },
    ]);
  });

  it('are known to other sources by their names there', async () => {
    expect(await assets.names()).toContainEqual({
      symbol: 'POL',
      pair: 'POLUSDT',
      coingeckoId: 'polygon-ecosystem-token',
    });
  });
});
