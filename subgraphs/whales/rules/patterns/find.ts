import type { WhaleParty } from '@spyhop/platform/topics';
import { directionOf } from '../direction';
import type { WhaleTransaction } from '../whale';
import { coinPatterns } from './coins';
import type { Histories } from './histories';
import { HOUR_MS, type Pattern } from './pattern';
import { type FlowHour, spikePatterns } from './spikes';
import { supplyPatterns } from './supply';
import { type WalletWindow, walletPatterns } from './wallets';

/** A wallet at the time of a move of an asset. */
export interface WalletAt {
  chain: string;
  address: string;
  symbol: string;
  /** Epoch ms. */
  time: number;
}

/** What is known beside the transactions themselves. */
export interface Evidence {
  histories: Histories;
  /** By `windowKey`. */
  windows: ReadonlyMap<string, WalletWindow>;
  /** By asset, the hours of the transactions and those of 30 days before them. */
  hours: ReadonlyMap<string, readonly FlowHour[]>;
}

export const windowKey = ({ chain, address, symbol, time }: WalletAt): string =>
  JSON.stringify([chain, address, symbol, time]);

/** Exchanges, bridges and contracts gather, give away and repeat by trade. */
const BY_TRADE = /^(EXCHANGE|BRIDGE|DEFI)/;
const isWatched = ({ address, ownerKind }: WhaleParty): boolean =>
  address !== null && !BY_TRADE.test(ownerKind);

/** Wallets whose doings are to be looked at for a transaction. */
export function watchedIn({ chain, time, legs }: WhaleTransaction): WalletAt[] {
  const wallets = transfersOf(legs).flatMap(({ symbol, from, to }) =>
    [...from, ...to]
      .filter(isWatched)
      .flatMap(({ address }) => (address === null ? [] : [{ chain, address, symbol, time }])),
  );
  return [...new Map(wallets.map((each) => [windowKey(each), each])).values()];
}

/** What goes to and fro within one owner says nothing. */
const transfersOf = (legs: WhaleTransaction['legs']): WhaleTransaction['legs'] =>
  legs.filter((leg) => leg.kind === 'TRANSFER' && directionOf([leg]) !== 'INTERNAL');

/** Hours in which a transaction has moved an asset into or out of exchanges; `time` is when it began, epoch ms. */
export function hoursOf({ time, legs }: WhaleTransaction): { symbol: string; time: number }[] {
  return transfersOf(legs)
    .filter((leg) => ['TO_EXCHANGE', 'FROM_EXCHANGE'].includes(directionOf([leg])))
    .map(({ symbol }) => ({ symbol, time: Math.floor(time / HOUR_MS) * HOUR_MS }));
}

/** In the order of storing; what the transactions show is added to the histories for those behind them. */
export function findPatterns(
  transactions: readonly WhaleTransaction[],
  { histories, windows, hours }: Evidence,
): Pattern[] {
  const found = transactions.flatMap((transaction) => {
    const patterns = watchedIn(transaction).flatMap((wallet) => {
      const window = windows.get(windowKey(wallet));
      return window ? walletPatterns(window, histories) : [];
    });
    for (const { symbol, usd } of transfersOf(transaction.legs)) {
      histories.add(symbol, 'MOVE', Number(usd ?? 0));
    }
    const coins = coinPatterns({ ...transaction, legs: transfersOf(transaction.legs) }, histories);
    return [...patterns, ...coins, ...supplyPatterns(transaction, histories)];
  });
  return [...found, ...spikesOf(transactions, hours)];
}

/** Of the hours in which they have moved something into or out of exchanges. */
export function spikesOf(
  transactions: readonly WhaleTransaction[],
  hours: Evidence['hours'],
): Pattern[] {
  const touched = new Map(
    transactions.flatMap(hoursOf).map((hour) => [`${hour.symbol} ${hour.time}`, hour]),
  );
  return [...touched.values()].flatMap(({ symbol, time }) => {
    const known = hours.get(symbol) ?? [];
    const hour = known.find((each) => each.time === time);
    return hour ? spikePatterns(symbol, hour, known) : [];
  });
}
