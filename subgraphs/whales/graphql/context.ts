import type { Clock } from '@spyhop/platform/clock';
import type { ExchangePrint } from '@spyhop/platform/topics';
import DataLoader from 'dataloader';
import type { PrintFilter } from '../rules/print-filter';
import type { WhaleTransaction } from '../rules/whale';
import { type ActivityStore, NO_ACTIVITY, type WhaleActivity } from '../store/activity';
import type { FeedBoard } from '../store/feed-board';
import type { Moves } from '../store/moves';
import type { PrintStore } from '../store/prints';
import type { TransactionStore } from '../store/transactions';

/** What resolvers use; made once per process. */
export interface WhalesServices {
  clock: Clock;
  transactions: TransactionStore;
  moves: Moves;
  activity: ActivityStore;
  feed: Pick<FeedBoard, 'read'>;
  prints: Pick<PrintStore, 'page'>;
  /** Large trades that match, as they are announced. */
  printed(filter: PrintFilter): Promise<AsyncIterable<ExchangePrint>>;
}

export interface WhalesContext extends WhalesServices {
  /** The newest of each asset: one query for all assets of a request that ask for as many. */
  recentOf(symbol: string, first: number): Promise<WhaleTransaction[]>;
  /** Of the last `windowMs`: one query for all assets of a request. */
  activityOf(symbol: string, windowMs: number): Promise<WhaleActivity>;
}

/** A fresh context for every request and every event, so that no loader serves old figures. */
export function createContext(services: WhalesServices): WhalesContext {
  const { transactions, activity, clock } = services;
  const recent = loadersBy((first, symbols) => transactions.recentOf(symbols, first));
  const moved = loadersBy((windowMs, symbols) => activity.since(symbols, clock() - windowMs));
  return {
    ...services,
    recentOf: async (symbol, first) => (await recent(first, symbol)) ?? [],
    activityOf: async (symbol, windowMs) => (await moved(windowMs, symbol)) ?? NO_ACTIVITY,
  };
}

/** One DataLoader for each value of an argument. */
function loadersBy<Value>(
  read: (argument: number, symbols: readonly string[]) => Promise<Map<string, Value>>,
): (argument: number, symbol: string) => Promise<Value | undefined> {
  const loaders = new Map<number, DataLoader<string, Value | undefined>>();
  return (argument, symbol) => {
    let loader = loaders.get(argument);
    if (loader === undefined) {
      loader = new DataLoader(async (symbols) => {
        const found = await read(argument, symbols);
        return symbols.map((each) => found.get(each));
      });
      loaders.set(argument, loader);
    }
    return loader.load(symbol);
  };
}
