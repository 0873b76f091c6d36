import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import DataLoader from 'dataloader';
import type { AssetState } from '../rules/asset';
import type { FeedStatusContext } from '../rules/feed-status';
import type { Candle } from '../rules/market-data';
import type { AssetBoard } from '../store/asset-board';
import type { AssetDirectory } from '../store/asset-directory';
import type { CandleQuery } from '../store/candles';
import type { LiveMarket } from '../store/live-market';

/** What resolvers use; made once per process. */
export interface MarketServices {
  clock: Clock;
  directory: AssetDirectory;
  board: AssetBoard;
  market: LiveMarket;
  /** Finished candles, newest first. */
  finishedCandles: (query: CandleQuery) => Promise<Candle[]>;
  live: LiveEvents;
  feed: Omit<FeedStatusContext, 'now'>;
}

export interface MarketContext extends MarketServices {
  /** Joins all lookups of one request, or of one event, into one round trip to Redis. */
  assets: DataLoader<string, AssetState | null>;
}

/** A fresh context for every request and every event, so that no loader serves old prices. */
export const createContext = (services: MarketServices): MarketContext => ({
  ...services,
  assets: new DataLoader((symbols) => services.board.find(symbols)),
});
