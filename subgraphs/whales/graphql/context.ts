import type { Clock } from '@spyhop/platform/clock';
import DataLoader from 'dataloader';
import type { Fold } from '../rules/folding/fold';
import { type WhaleTransaction, idOf, readId } from '../rules/whale';
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
  evidenceOf(pattern: string, first: number): Promise<WhaleTransaction[]>;
  /** The newest of a fold: one query for all folds of a request that ask for as many. */
  membersOf(fold: Pick<Fold, 'chain' | 'hash'>, first: number): Promise<WhaleTransaction[]>;
}

/** A fresh context for every request and every event, so that no loader serves old figures. */
export function createContext(services: WhalesServices): WhalesContext {
  const { transactions, activity, patterns, clock } = services;
  const recent = loadersBy((first, symbols) => transactions.recentOf(symbols, first));
  const moved = loadersBy((windowMs, symbols) => activity.since(symbols, clock() - windowMs));
  const evidence = loadersBy((first, ids) => patterns.transactions(ids, first));
  const members = loadersBy((first, ids) =>
    transactions.membersOf(
      ids.flatMap((id) => readId(id) ?? []),
      first,
      null,
    ),
  );
  return {
    ...services,
    evidenceOf: async (pattern, first) => (await evidence(first, pattern)) ?? [],
    walletOf: loadWallets(services.wallets),
    recentOf: async (symbol, first) => (await recent(first, symbol)) ?? [],
    activityOf: async (symbol, windowMs) => (await moved(windowMs, symbol)) ?? NO_ACTIVITY,
    membersOf: async (fold, first) => (await members(first, idOf(fold))) ?? [],
  };
}

/** One DataLoader for each value of an argument. */
function loadersBy<Value>(
  read: (argument: number, keys: readonly string[]) => Promise<Map<string, Value>>,
): (argument: number, key: string) => Promise<Value | undefined> {
  const loaders = new Map<number, DataLoader<string, Value | undefined>>();
  return (argument, key) => {
    let loader = loaders.get(argument);
    if (loader === undefined) {
      loader = new DataLoader(async (keys) => {
        const found = await read(argument, keys);
        return keys.map((each) => found.get(each));
      });
      loaders.set(argument, loader);
    }
    return loader.load(key);
  };
}
