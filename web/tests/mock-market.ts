import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A figure of the mock market, as the API writes it. */
export interface MockAsset {
  symbol: string;
  name: string;
  pair: string;
  rank: number;
  priceDecimals: number;
  circulatingSupply: string | null;
  maxSupply: string | null;
  price: string;
  pricedAt: string;
  change1h: number;
  change24h: number;
  change7d: number;
  volume24h: string;
  low24h: string;
  high24h: string;
  open24h: string;
  marketCap: string | null;
  sparkline7d: string[];
  volatility: number;
  trend: number;
}

export interface MockTrade {
  symbol: string;
  id: string;
  price: string;
  quantity: string;
  time: string;
  aggressor: 'BUY' | 'SELL';
}

export interface MockCandle {
  symbol: string;
  interval: string;
  openTime: string;
  closeTime: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  quoteVolume: string;
  trades: number;
  closed: boolean;
}

interface UniverseEntry {
  symbol: string;
  name: string;
  pair: string;
  listed: boolean;
  priceDecimals: number;
  referencePrice: string;
  circulatingSupply: string | null;
  maxSupply: string | null;
  annualVolatility: number;
}

const HOUR_MS = 3_600_000;
const HOURS_PER_YEAR = 8766;

/** Length of each candle interval in milliseconds. */
export const INTERVAL_MS: Readonly<Record<string, number>> = {
  M1: 60_000,
  M5: 300_000,
  M15: 900_000,
  H1: HOUR_MS,
  H4: 4 * HOUR_MS,
  D1: 24 * HOUR_MS,
};

/** Uniform numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

function readUniverse(): UniverseEntry[] {
  const file = resolve(import.meta.dirname, '../../subgraphs/market/universe.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as UniverseEntry[];
  return all.filter((entry) => entry.listed);
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** A small market of moving, seeded figures for tests and screenshots. */
export class MockMarket {
  readonly assets: MockAsset[];
  /** Epoch ms. */
  readonly now: () => number;
  readonly #random: () => number;
  readonly #volatility = new Map<string, number>();
  #trades = 0;

  constructor(now: () => number, seed = 7, size = Number.POSITIVE_INFINITY) {
    this.now = now;
    this.#random = seeded(seed);
    const universe = readUniverse();
    const count = Number.isFinite(size) ? size : universe.length;
    this.assets = Array.from({ length: count }, (_, index) => {
      const entry = universe[index % universe.length] as UniverseEntry;
      const copy = Math.floor(index / universe.length);
      const symbol = copy === 0 ? entry.symbol : `${entry.symbol}${copy}`;
      return this.#makeAsset({ ...entry, symbol });
    });
    this.#rank();
  }

  asset(symbol: string): MockAsset | undefined {
    return this.assets.find((asset) => asset.symbol === symbol);
  }

  /** Moves one asset's price and all that follows from it. */
  tick(symbol: string, price?: string): MockAsset {
    const asset = this.asset(symbol);
    if (!asset) throw new Error(`no asset ${symbol}`);
    const before = Number(asset.price);
    const step = (this.#volatility.get(symbol) ?? 1) * 0.0006 * normal(this.#random);
    const tick = 10 ** -asset.priceDecimals;
    const next = price === undefined ? Math.max(tick, before * (1 + step)) : Number(price);
    asset.price = next.toFixed(asset.priceDecimals);
    asset.pricedAt = iso(this.now());
    const moved = (Number(asset.price) / before - 1) * 100;
    asset.change1h += moved;
    asset.change24h += moved;
    asset.change7d += moved;
    asset.volume24h = (Number(asset.volume24h) * (1 + this.#random() * 1e-5)).toFixed(2);
    asset.marketCap =
      asset.circulatingSupply && (Number(asset.circulatingSupply) * next).toFixed(0);
    asset.high24h = Math.max(Number(asset.high24h), next).toFixed(asset.priceDecimals);
    asset.low24h = Math.min(Number(asset.low24h), next).toFixed(asset.priceDecimals);
    return asset;
  }

  trade(symbol: string): MockTrade {
    const asset = this.tick(symbol);
    this.#trades += 1;
    return {
      symbol,
      id: String(1_000_000 + this.#trades),
      price: asset.price,
      quantity: ((400 * this.#random() ** 4 + 1) / Number(asset.price)).toPrecision(4),
      time: iso(this.now()),
      aggressor: this.#random() > 0.5 ? 'BUY' : 'SELL',
    };
  }

  /** `count` candles newest first, the first of them ending before `before` (epoch ms). */
  candles(symbol: string, interval: string, before: number, count: number): MockCandle[] {
    const length = INTERVAL_MS[interval] ?? HOUR_MS;
    const newest = Math.floor((before - 1) / length) * length;
    return Array.from({ length: count }, (_, index) =>
      this.#candle(symbol, interval, newest - index * length),
    );
  }

  #level(symbol: string, time: number): number {
    const asset = this.asset(symbol);
    const volatility = this.#volatility.get(symbol) ?? 1;
    const hours = (time - this.now()) / HOUR_MS;
    const wave = [0.9, 3.7, 11, 29, 83, 211].reduce(
      (sum, period, index) =>
        sum + Math.sin(hours / period + index + symbol.length) * 0.0035 * Math.sqrt(period),
      0,
    );
    const start = [0.9, 3.7, 11, 29, 83, 211].reduce(
      (sum, period, index) => sum + Math.sin(index + symbol.length) * 0.0035 * Math.sqrt(period),
      0,
    );
    return Number(asset?.price ?? 1) * Math.exp((wave - start) * volatility);
  }

  #candle(symbol: string, interval: string, openTime: number): MockCandle {
    const asset = this.asset(symbol);
    const length = INTERVAL_MS[interval] ?? HOUR_MS;
    const random = seeded(Math.floor(openTime / 60_000) + symbol.charCodeAt(0));
    const spread = 0.004 * Math.sqrt(length / HOUR_MS) * (this.#volatility.get(symbol) ?? 1);
    const end = Math.min(openTime + length, this.now());
    const noise = (at: number) => 1 + (seeded(Math.floor(at / 60_000))() - 0.5) * spread;
    const open = this.#level(symbol, openTime) * noise(openTime);
    const close = this.#level(symbol, end) * (end === this.now() ? 1 : noise(openTime + length));
    const high = Math.max(open, close) * (1 + random() * spread * 0.6);
    const low = Math.min(open, close) * (1 - random() * spread * 0.6);
    const volume = (random() ** 2 * 900_000_000 * (length / HOUR_MS)) / open / 24;
    const text = (value: number) => value.toFixed(asset?.priceDecimals ?? 2);
    return {
      symbol,
      interval,
      openTime: iso(openTime),
      closeTime: iso(openTime + length - 1),
      open: text(open),
      high: text(high),
      low: text(low),
      close: text(close),
      volume: volume.toFixed(4),
      quoteVolume: (volume * close).toFixed(2),
      trades: Math.floor(random() * 5000),
      closed: openTime + length <= this.now(),
    };
  }

  #makeAsset(entry: UniverseEntry): MockAsset {
    this.#volatility.set(entry.symbol, entry.annualVolatility);
    const hourly = entry.annualVolatility / Math.sqrt(HOURS_PER_YEAR);
    const path = [Number(entry.referencePrice)];
    while (path.length < 168) {
      const last = path[0] as number;
      path.unshift(last / (1 + hourly * normal(this.#random)));
    }
    const text = (value: number) => value.toFixed(entry.priceDecimals);
    const back = (hours: number) => path[path.length - 1 - hours] as number;
    const price = back(0);
    const percentSince = (hours: number) => (price / back(hours) - 1) * 100;
    const day = path.slice(-24);
    const supply = entry.circulatingSupply;
    return {
      symbol: entry.symbol,
      name: entry.name,
      pair: entry.pair,
      rank: 0,
      priceDecimals: entry.priceDecimals,
      circulatingSupply: supply,
      maxSupply: entry.maxSupply,
      price: text(price),
      pricedAt: iso(this.now()),
      change1h: percentSince(1),
      change24h: percentSince(24),
      change7d: percentSince(167),
      volume24h: ((Number(supply ?? 1e8) * price) / (8 + this.#random() * 40)).toFixed(2),
      low24h: text(Math.min(...day)),
      high24h: text(Math.max(...day)),
      open24h: text(back(24)),
      marketCap: supply && (Number(supply) * price).toFixed(0),
      sparkline7d: path.map(text),
      volatility: entry.annualVolatility * (0.7 + this.#random() * 0.6),
      trend: this.#random() * 2 - 1,
    };
  }

  #rank(): void {
    const cap = (asset: MockAsset) => Number(asset.marketCap ?? 0);
    this.assets.sort((a, b) => cap(b) - cap(a));
    this.assets.forEach((asset, index) => (asset.rank = index + 1));
  }
}
