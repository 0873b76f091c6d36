import DataLoader from 'dataloader';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import type { WhaleTransaction } from '../rules/whale';
import type {
  WalletActivityCell,
  WalletBalance,
  WalletCounterparty,
  WalletPage,
  WalletStore,
  WalletSummary,
} from '../store/wallets';

type Load<Value> = (wallet: WalletKey) => Promise<Value>;

/** Figures of wallets: one query for all wallets of a request that ask for the same. */
export interface WalletLoaders {
  summary: Load<WalletSummary>;
  balances: Load<WalletBalance[]>;
  activity: Load<WalletActivityCell[]>;
  counterparties(wallet: WalletKey, first: number): Promise<WalletCounterparty[]>;
  transactions(wallet: WalletKey, page: WalletPage): Promise<WhaleTransaction[]>;
}

export function loadWallets(store: WalletStore): WalletLoaders {
  const counterparties = loadersBy((first: number, wallets) =>
    store.counterparties(wallets, first),
  );
  const transactions = loadersBy((page: WalletPage, wallets) => store.transactions(wallets, page));
  return {
    summary: loaderOf((wallets) => store.summaries(wallets)),
    balances: loaderOf((wallets) => store.balances(wallets)),
    activity: loaderOf((wallets) => store.activity(wallets)),
    counterparties: (wallet, first) => counterparties(first)(wallet),
    transactions: (wallet, page) => transactions(page)(wallet),
  };
}

function loaderOf<Value>(read: (wallets: readonly WalletKey[]) => Promise<Value[]>): Load<Value> {
  const loader = new DataLoader(read, { cacheKeyFn: walletIdOf });
  return (wallet) => loader.load(wallet);
}

/** A loader for each value of an argument. */
function loadersBy<Argument, Value>(
  read: (argument: Argument, wallets: readonly WalletKey[]) => Promise<Value[]>,
): (argument: Argument) => Load<Value> {
  const loaders = new Map<string, Load<Value>>();
  return (argument) => {
    const key = JSON.stringify(argument);
    const known = loaders.get(key) ?? loaderOf((wallets) => read(argument, wallets));
    loaders.set(key, known);
    return known;
  };
}
