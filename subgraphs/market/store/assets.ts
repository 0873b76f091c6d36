import type { PrismaClient } from '@spyhop/prisma/client';
import type { AssetInfo } from '../rules/asset';
import type { DecimalText } from '../rules/market-data';
import type { NewAsset } from '../rules/new-asset';

/** How feeds and sources of metadata name a tracked asset. */
export interface AssetNames {
  symbol: string;
  pair: string;
  coingeckoId: string | null;
}

/** What a source of metadata says about an asset; what it leaves out stays as it is. */
export interface AssetMetadata {
  symbol: string;
  name?: string;
  rank?: number | null;
  /** Digits behind the decimal point in which the exchange quotes the price. */
  priceDecimals?: number;
  /** Units. */
  circulatingSupply?: DecimalText | null;
  /** Units. */
  maxSupply?: DecimalText | null;
  /** USD. */
  marketCap?: DecimalText | null;
}

/** What changes rarely about the tracked assets, in PostgreSQL. */
export type AssetStore = ReturnType<typeof createAssetStore>;

export function createAssetStore({ prisma }: { prisma: PrismaClient }) {
  return {
    /** All of them: by rank, those without one last, then by symbol. */
    async list(): Promise<AssetInfo[]> {
      const rows = await prisma.asset.findMany({ select: INFO, orderBy: BY_RANK });
      return rows.map(toInfo);
    },

    /** Those that are tracked, in no order. */
    async find(symbols: readonly string[]): Promise<AssetInfo[]> {
      const where = { symbol: { in: [...symbols] } };
      return (await prisma.asset.findMany({ select: INFO, where })).map(toInfo);
    },

    /** How to ask for each of them elsewhere. */
    names: (): Promise<AssetNames[]> => prisma.asset.findMany({ select: NAMES, orderBy: BY_RANK }),

    /** Adds what is not there yet and leaves the others as they are. Resolves to the number added. */
    async add(assets: readonly NewAsset[], now: number): Promise<number> {
      const data = assets.map((asset) => ({ ...asset, updatedAt: new Date(now) }));
      return (await prisma.asset.createMany({ data, skipDuplicates: true })).count;
    },

    /** All or none; symbols that are not tracked are passed over. Resolves to the number changed. */
    async update(metadata: readonly AssetMetadata[], now: number): Promise<number> {
      const updates = metadata.map(({ symbol, ...said }) =>
        prisma.asset.updateMany({
          where: { symbol },
          data: { ...said, updatedAt: new Date(now) },
        }),
      );
      return (await prisma.$transaction(updates)).reduce((sum, { count }) => sum + count, 0);
    },
  };
}

const INFO = {
  symbol: true,
  name: true,
  pair: true,
  rank: true,
  priceDecimals: true,
  circulatingSupply: true,
  maxSupply: true,
  marketCap: true,
} as const;

const NAMES = { symbol: true, pair: true, coingeckoId: true } as const;

const BY_RANK = [
  { rank: { sort: 'asc', nulls: 'last' } },
  { symbol: 'asc' },
] as const satisfies NonNullable<Parameters<PrismaClient['asset']['findMany']>[0]>['orderBy'];

type Numeric = { toFixed(): string } | null;
type InfoRow = Omit<AssetInfo, 'circulatingSupply' | 'maxSupply' | 'marketCap'> &
  Record<'circulatingSupply' | 'maxSupply' | 'marketCap', Numeric>;

const toInfo = (row: InfoRow): AssetInfo => ({
  ...row,
  circulatingSupply: row.circulatingSupply?.toFixed() ?? null,
  maxSupply: row.maxSupply?.toFixed() ?? null,
  marketCap: row.marketCap?.toFixed() ?? null,
});
