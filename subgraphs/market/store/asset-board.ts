import type { Clock } from '@spyhop/platform/clock';
import type { PriceTick } from '@spyhop/platform/topics';
import DataLoader from 'dataloader';
import { type AssetInfo, type AssetQuote, type AssetState, withPrice } from '../rules/asset';
import type { AssetDirectory } from './asset-directory';
import type { LiveMarket } from './live-market';

/** A tick refreshes the day's figures around it when they are older than this, in ms … */
const REFRESH_MS = 1_000;
/** … and waits for them when they are older than this, in ms. */
const TOO_OLD_MS = 5_000;

interface Remembered {
  quote: AssetQuote;
  readAt: number;
}

export interface AssetBoardParts {
  directory: AssetDirectory;
  market: Pick<LiveMarket, 'readQuotes'>;
  clock: Clock;
}

/** Assets as they are now: metadata from memory joined with quotes from Redis. */
export class AssetBoard {
  private readonly remembered = new Map<string, Remembered>();
  /** Ticks of many streams that need the same figures at the same moment read them once. */
  private readonly quotes: DataLoader<string, AssetQuote>;

  constructor(private readonly parts: AssetBoardParts) {
    this.quotes = new DataLoader((symbols) => this.readQuotes(symbols), { cache: false });
  }

  /** All tracked assets, in one round trip to Redis. */
  async all(): Promise<AssetState[]> {
    return this.of(await this.parts.directory.all());
  }

  /** The given assets with their quotes, in one round trip to Redis. */
  async of(infos: readonly AssetInfo[]): Promise<AssetState[]> {
    const quotes = await this.parts.market.readQuotes(infos.map(({ symbol }) => symbol));
    return infos.map((info, at) => ({
      info,
      last: quotes[at]?.last ?? null,
      baseline: quotes[at]?.baseline ?? null,
    }));
  }

  /** In the order asked for, null where not tracked, in one round trip to Redis. */
  async find(symbols: readonly string[]): Promise<(AssetState | null)[]> {
    const infos = await Promise.all(symbols.map((symbol) => this.parts.directory.find(symbol)));
    const states = await this.of(infos.filter((info) => info !== null));
    const bySymbol = new Map(states.map((state) => [state.info.symbol, state]));
    return symbols.map((symbol) => bySymbol.get(symbol) ?? null);
  }

  /** The asset at a tick: its price is the tick's, the day's figures around it at most seconds old. */
  async at(tick: PriceTick): Promise<AssetState> {
    const info = await this.parts.directory.get(tick.symbol);
    const quote = await this.quoteAround(tick.symbol);
    return { info, ...withPrice(quote, tick.price, tick.time) };
  }

  private async quoteAround(symbol: string): Promise<AssetQuote> {
    const known = this.remembered.get(symbol);
    const age = known ? this.parts.clock() - known.readAt : Infinity;
    if (!known || age > TOO_OLD_MS) return this.quotes.load(symbol);
    if (age > REFRESH_MS) this.refresh(symbol, known);
    return known.quote;
  }

  private refresh(symbol: string, known: Remembered): void {
    this.remembered.set(symbol, { ...known, readAt: this.parts.clock() });
    this.quotes.load(symbol).catch(() => this.remembered.delete(symbol));
  }

  private async readQuotes(symbols: readonly string[]): Promise<AssetQuote[]> {
    const distinct = [...new Set(symbols)];
    const readAt = this.parts.clock();
    for (const { symbol, last, baseline } of await this.parts.market.readQuotes(distinct)) {
      this.remembered.set(symbol, { quote: { last, baseline }, readAt });
    }
    return symbols.map((symbol) => this.remembered.get(symbol)?.quote ?? NOTHING_KNOWN);
  }
}

const NOTHING_KNOWN: AssetQuote = { last: null, baseline: null };
