import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import DataLoader from 'dataloader';
import { type WalletKey, type WalletLabel, byRank, walletIdOf } from '../rules/labels';
import type { FollowedWallet, OwnLabel } from '../rules/own-wallets';
import type { WhaleTransaction } from '../rules/whale';
import { type ActivityStore, NO_ACTIVITY, type WhaleActivity } from '../store/activity';
import type { FeedBoard } from '../store/feed-board';
import type { FollowedWalletStore } from '../store/followed-wallets';
import type { LabelStore } from '../store/labels';
import type { Moves } from '../store/moves';
import type { OwnLabelStore } from '../store/own-labels';
import type { TransactionStore } from '../store/transactions';
import { type Viewer, viewerOf } from './viewer';

/** What resolvers use; made once per process. */
export interface WhalesServices {
  clock: Clock;
  transactions: TransactionStore;
  moves: Moves;
  activity: ActivityStore;
  labels: Pick<LabelStore, 'of'>;
  ownLabels: OwnLabelStore;
  followed: FollowedWalletStore;
  feed: Pick<FeedBoard, 'read'>;
}

export interface WhalesContext extends WhalesServices {
  /** Who asks; null for nobody. */
  viewer: Viewer | null;
  /** The newest of each asset: one query for all assets of a request that ask for as many. */
  recentOf(symbol: string, first: number): Promise<WhaleTransaction[]>;
  /** Of the last `windowMs`: one query for all assets of a request. */
  activityOf(symbol: string, windowMs: number): Promise<WhaleActivity>;
  /** What sources say of a wallet, what counts first: one query for all wallets of a request. */
  labelsOf(wallet: WalletKey): Promise<WalletLabel[]>;
  /** What the viewer calls a wallet: one query for all wallets of a request. */
  ownLabelOf(wallet: WalletKey): Promise<OwnLabel | null>;
  /** As the viewer follows a wallet: one query for all wallets of a request. */
  followedOf(wallet: WalletKey): Promise<FollowedWallet | null>;
}

/** A fresh context for every request and every event, so that no loader serves old figures. */
export function createContext(services: WhalesServices, identity: Identity | null): WhalesContext {
  const { transactions, activity, labels, ownLabels, followed, clock } = services;
  const viewer = viewerOf(identity);
  const recent = loadersBy((first, symbols) => transactions.recentOf(symbols, first));
  const moved = loadersBy((windowMs, symbols) => activity.since(symbols, clock() - windowMs));
  const label = walletLoader((wallets) => labels.of(wallets));
  const own = walletLoader(viewer && ((wallets) => ownLabels.of(viewer.userId, wallets)));
  const follow = walletLoader(viewer && ((wallets) => followed.of(viewer.userId, wallets)));
  return {
    ...services,
    recentOf: async (symbol, first) => (await recent(first, symbol)) ?? [],
    activityOf: async (symbol, windowMs) => (await moved(windowMs, symbol)) ?? NO_ACTIVITY,
    viewer,
    labelsOf: async (wallet) => byRank((await label(wallet)) ?? []),
    ownLabelOf: async (wallet) => (await own(wallet)) ?? null,
    followedOf: async (wallet) => (await follow(wallet)) ?? null,
  };
}

/** Of many wallets at once, by wallet id; nothing of any where there is nobody to ask for. */
function walletLoader<Value>(
  read: ((wallets: readonly WalletKey[]) => Promise<Map<string, Value>>) | null,
): (wallet: WalletKey) => Promise<Value | undefined> {
  if (read === null) return () => Promise.resolve(undefined);
  const loader = new DataLoader(
    async (wallets: readonly WalletKey[]) => {
      const found = await read(wallets);
      return wallets.map((wallet) => found.get(walletIdOf(wallet)));
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
