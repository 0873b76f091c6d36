import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import type { ExchangePrint } from '@spyhop/platform/topics';
import DataLoader from 'dataloader';
import type { Chains } from '../rules/chains';
import type { Fold } from '../rules/folding/fold';
import { type WalletLabel, byRank } from '../rules/labels';
import type { FollowedWallet, OwnLabel } from '../rules/own-wallets';
import type { PrintFilter } from '../rules/print-filter';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { type WhaleTransaction, idOf, readId } from '../rules/whale';
import { type ActivityStore, NO_ACTIVITY, type WhaleActivity } from '../store/activity';
import type { FeedBoard } from '../store/feed-board';
import type { FlowStore } from '../store/flows';
import type { FollowedWalletStore } from '../store/followed-wallets';
import type { LabelStore } from '../store/labels';
import type { Moves } from '../store/moves';
import type { OwnLabelStore } from '../store/own-labels';
import type { PatternStore, StoredPattern } from '../store/patterns';
import type { PrintStore } from '../store/prints';
import type { RecordedFlowStore } from '../store/recorded-flows';
import type { TransactionStore } from '../store/transactions';
import type { WalletStore } from '../store/wallets';
import { type Viewer, viewerOf } from './viewer';
import { type WalletLoaders, loadWallets } from './wallet-loaders';

/** What resolvers use; made once per process. */
export interface WhalesServices {
  clock: Clock;
  /** Those that are known, configured ones too. */
  chains: Chains;
  transactions: TransactionStore;
  moves: Moves;
  activity: ActivityStore;
  flows: FlowStore;
  recordedFlows: RecordedFlowStore;
  wallets: WalletStore;
  patterns: PatternStore;
  labels: Pick<LabelStore, 'of'>;
  ownLabels: OwnLabelStore;
  followed: FollowedWalletStore;
  feed: Pick<FeedBoard, 'read'>;
  prints: Pick<PrintStore, 'page'>;
  /** Large trades that match, as they are announced. */
  printed(filter: PrintFilter): Promise<AsyncIterable<ExchangePrint>>;
}

export interface WhalesContext extends WhalesServices {
  /** Who asks; null for nobody. */
  viewer: Viewer | null;
  /** The newest of each asset: one query for all assets of a request that ask for as many. */
  recentOf(symbol: string, first: number): Promise<WhaleTransaction[]>;
  /** Of the last `windowMs`: one query for all assets of a request. */
  activityOf(symbol: string, windowMs: number): Promise<WhaleActivity>;
  walletOf: WalletLoaders;
  /** Whether what is stored is made up: one query for all of a request. */
  isSimulated(): Promise<boolean>;
  /** Of each pattern: one query for all patterns of a request that ask for as many. */
  evidenceOf(pattern: string, first: number): Promise<WhaleTransaction[]>;
  /** Those that a transaction, by its id, is a part of: one query for all transactions of a request. */
  patternsOf(transaction: string): Promise<StoredPattern[]>;
  /** The newest of a fold: one query for all folds of a request that ask for as many. */
  membersOf(fold: Pick<Fold, 'chain' | 'hash'>, first: number): Promise<WhaleTransaction[]>;
  /** What sources say of a wallet, what counts first: one query for all wallets of a request. */
  labelsOf(wallet: WalletKey): Promise<WalletLabel[]>;
  /** What the viewer calls a wallet: one query for all wallets of a request. */
  ownLabelOf(wallet: WalletKey): Promise<OwnLabel | null>;
  /** As the viewer follows a wallet: one query for all wallets of a request. */
  followedOf(wallet: WalletKey): Promise<FollowedWallet | null>;
}

/** A fresh context for every request and every event, so that no loader serves old figures. */
export function createContext(services: WhalesServices, identity: Identity | null): WhalesContext {
  const { transactions, activity, patterns, labels, ownLabels, followed, clock } = services;
  const viewer = viewerOf(identity);
  let shown: ReturnType<TransactionStore['shown']> | undefined;
  const recent = loadersBy((first, symbols) => transactions.recentOf(symbols, first));
  const moved = loadersBy((windowMs, symbols) => activity.since(symbols, clock() - windowMs));
  const evidence = loadersBy((first, ids) => patterns.transactions(ids, first));
  const part = new DataLoader(async (ids: readonly string[]) => {
    const found = await patterns.ofTransactions(ids.flatMap((id) => readId(id) ?? []));
    return ids.map((id) => found.get(id) ?? []);
  });
  const members = loadersBy((first, ids) =>
    transactions.membersOf(
      ids.flatMap((id) => readId(id) ?? []),
      first,
      null,
    ),
  );
  const label = walletLoader((wallets) => labels.of(wallets));
  const own = walletLoader(viewer && ((wallets) => ownLabels.of(viewer.userId, wallets)));
  const follow = walletLoader(viewer && ((wallets) => followed.of(viewer.userId, wallets)));
  return {
    ...services,
    evidenceOf: async (pattern, first) => (await evidence(first, pattern)) ?? [],
    patternsOf: (transaction) => part.load(transaction),
    walletOf: loadWallets(services.wallets),
    isSimulated: async () => (await (shown ??= transactions.shown()))?.kind === 'SIMULATED',
    recentOf: async (symbol, first) => (await recent(first, symbol)) ?? [],
    activityOf: async (symbol, windowMs) => (await moved(windowMs, symbol)) ?? NO_ACTIVITY,
    membersOf: async (fold, first) => (await members(first, idOf(fold))) ?? [],
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
