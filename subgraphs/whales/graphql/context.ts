import type { Clock } from '@spyhop/platform/clock';
import DataLoader from 'dataloader';
import { type WalletKey, type WalletLabel, byRank, walletIdOf } from '../rules/labels';
import type { WhaleTransaction } from '../rules/whale';
import { type ActivityStore, NO_ACTIVITY, type WhaleActivity } from '../store/activity';
import type { FeedBoard } from '../store/feed-board';
import type { LabelStore } from '../store/labels';
import type { Moves } from '../store/moves';
import type { TransactionStore } from '../store/transactions';

/** What resolvers use; made once per process. */
export interface WhalesServices {
  clock: Clock;
  transactions: TransactionStore;
  moves: Moves;
  activity: ActivityStore;
  labels: Pick<LabelStore, 'of'>;
  feed: Pick<FeedBoard, 'read'>;
}

export interface WhalesContext extends WhalesServices {
  /** The newest of each asset: one query for all assets of a request that ask for as many. */
  recentOf(symbol: string, first: number): Promise<WhaleTransaction[]>;
  /** Of the last `windowMs`: one query for all assets of a request. */
  activityOf(symbol: string, windowMs: number): Promise<WhaleActivity>;
  /** What sources say of a wallet, what counts first: one query for all wallets of a request. */
  labelsOf(wallet: WalletKey): Promise<WalletLabel[]>;
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
    labelsOf: labelLoader(services.labels),
  };
}

function labelLoader(labels: Pick<LabelStore, 'of'>): WhalesContext['labelsOf'] {
  const loader = new DataLoader(
    async (wallets: readonly WalletKey[]) => {
      const found = await labels.of(wallets);
      return wallets.map((wallet) => byRank(found.get(walletIdOf(wallet)) ?? []));
    },
    { cacheKeyFn: walletIdOf },
  );
  return (wallet) => loader.load(wallet);
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
