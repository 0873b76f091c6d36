import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { type DecimalText, Exact } from './exact';
import { shareOf, unitsOf, usdOf } from './shares';

/** What a wallet had in a transaction of one asset. */
export interface WalletMove {
  address: string;
  symbol: string;
  /** In units of the asset; null where it shared an amount with others, and nobody says who had how much. */
  received: DecimalText | null;
  sent: DecimalText | null;
  /** Null also where nobody knows a price. */
  receivedUsd: DecimalText | null;
  sentUsd: DecimalText | null;
}

/** What a wallet had to do with another one in a leg. */
export interface Dealing {
  address: string;
  /** The other one. */
  other: WhaleParty & { address: string };
  /** 0 where the amount between the two is not known, or has no price. */
  receivedUsd: DecimalText;
  sentUsd: DecimalText;
}

interface Wallet {
  party: WhaleParty & { address: string };
  address: string;
  /** In base units; null where several share an amount, and nobody says who had how much. */
  share: string | null;
}

function walletsOf(leg: WhaleLeg, side: 'from' | 'to'): Wallet[] {
  const wallets = new Map<string, Wallet>();
  for (const each of leg[side]) {
    const { address } = each;
    if (address === null) continue;
    const known = wallets.get(address)?.share ?? '0';
    const more = shareOf(each, leg[side], leg);
    const share = more === null ? null : String(BigInt(known) + BigInt(more));
    wallets.set(address, { party: { ...each, address }, address, share });
  }
  return [...wallets.values()];
}

/** One for each wallet and asset, over all legs. */
export function walletMovesOf(legs: readonly WhaleLeg[]): WalletMove[] {
  const moves = new Map<string, WalletMove>();
  for (const leg of legs) {
    for (const side of ['from', 'to'] as const) {
      for (const { address, share } of walletsOf(leg, side)) {
        const key = JSON.stringify([address, leg.symbol]);
        const amount = share === null ? null : unitsOf(share, leg);
        const usd = share === null ? null : usdOf(share, leg);
        moves.set(key, added(moves.get(key) ?? unmoved(address, leg.symbol), side, amount, usd));
      }
    }
  }
  return [...moves.values()];
}

const unmoved = (address: string, symbol: string): WalletMove => ({
  ...{ address, symbol, received: null, sent: null, receivedUsd: null, sentUsd: null },
});

function added(
  move: WalletMove,
  side: 'from' | 'to',
  amount: DecimalText | null,
  usd: DecimalText | null,
): WalletMove {
  return side === 'from'
    ? { ...move, sent: sum(move.sent, amount), sentUsd: sum(move.sentUsd, usd) }
    : { ...move, received: sum(move.received, amount), receivedUsd: sum(move.receivedUsd, usd) };
}

const sum = (known: DecimalText | null, more: DecimalText | null): DecimalText | null => {
  if (known === null || more === null) return known ?? more;
  return new Exact(known).plus(more).toFixed();
};

/** Between the wallets of legs that have a single one on a side: in others nobody says who paid whom. */
export function dealingsOf(legs: readonly WhaleLeg[]): Dealing[] {
  return legs.flatMap((leg) => {
    if (leg.from.length !== 1 && leg.to.length !== 1) return [];
    const isFromOne = leg.from.length === 1;
    return walletsOf(leg, 'from').flatMap((from) =>
      walletsOf(leg, 'to')
        .filter(({ address }) => address !== from.address)
        .flatMap((to) => {
          const { share } = isFromOne ? to : from;
          const usd = (share === null ? null : usdOf(share, leg)) ?? '0';
          return [
            { address: from.address, other: to.party, receivedUsd: '0', sentUsd: usd },
            { address: to.address, other: from.party, receivedUsd: usd, sentUsd: '0' },
          ];
        }),
    );
  });
}
