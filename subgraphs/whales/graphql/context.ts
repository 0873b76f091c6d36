import type { Clock } from '@spyhop/platform/clock';
import DataLoader from 'dataloader';
import type { WhaleTransaction } from '../rules/whale';
import { type ActivityStore, NO_ACTIVITY, type WhaleActivity } from '../store/activity';
import type { FeedBoard } from '../store/feed-board';
import type { FlowStore } from '../store/flows';
import type { Moves } from '../store/moves';
import type { PatternStore } from '../store/patterns';
import type { TransactionStore } from '../store/transactions';
import type { WalletStore } from '../store/wallets';
import { type WalletLoaders, loadWallets } from './wallet-loaders';

/** What resolvers use; made once per process. */
export interface WhalesServices {
  clock: Clock;
  transactions: TransactionStore;
  moves: Moves;
  activity: ActivityStore;
  flows: FlowStore;
  wallets: WalletStore;
  patterns: PatternStore;
  feed: Pick<FeedBoard, 'read'>;
}

export interface WhalesContext extends WhalesServices {
  /** The newest of each asset: one query for all assets of a request that ask for as many. */
  recentOf(symbol: string, first: number): Promise<WhaleTransaction[]>;
  /** Of the last `windowMs`: one query for all assets of a request. */
  activityOf(symbol: string, windowMs: number): Promise<WhaleActivity>;
  walletOf: WalletLoaders;
  /** Of each pattern: one query for all patterns of a request that ask for as many. */
  membersOf(pattern: string, first: number): Promise<WhaleTransaction[]>;
}

/** A fresh context for every request and every event, so that no loader serves old figures. */
export function createContext(services: WhalesServices): WhalesContext {
  const { transactions, activity, patterns, clock } = services;
  const recent = loadersBy((first, symbols) => transactions.recentOf(symbols, first));
  const moved = loadersBy((windowMs, symbols) => activity.since(symbols, clock() - windowMs));
  const members = loadersBy((first, ids) => patterns.transactions(ids, first));
  return {
    ...services,
    membersOf: async (pattern, first) => (await members(first, pattern)) ?? [],
    walletOf: loadWallets(services.wallets),
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
