import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { isExchange } from './direction';
import type { DecimalText } from './exact';
import { isTold, sumsBy, unitsOf, usdOf } from './shares';

/** All exchanges together, in the place of an exchange's name. */
export const ALL_EXCHANGES = '';
/** An exchange of which nobody says which it is. */
const UNNAMED = 'unnamed';

/** What a leg moves into or out of an exchange. */
export interface ExchangeFlow {
  symbol: string;
  exchange: string;
  isIn: boolean;
  /** In units of the asset. */
  amount: DecimalText;
  /** 0 where nobody knows a price. */
  usd: DecimalText;
}

/** What a leg moves from one owner to another. */
export interface OwnerFlow {
  symbol: string;
  /** Empty where nobody says whose it is. */
  from: string;
  to: string;
  fromKind: string;
  toKind: string;
  /** 0 where nobody knows a price. */
  usd: DecimalText;
}

/** Which side of a leg a name stands for: its first exchange, else the first whom anybody knows, else the first. */
const whoOf = (parties: readonly WhaleParty[]): WhaleParty | undefined =>
  parties.find(isExchange) ?? parties.find(({ owner }) => owner !== null) ?? parties[0];

const exchangeOf = (party: WhaleParty): string | null =>
  isExchange(party) ? (party.owner ?? UNNAMED) : null;

/**
 * Of transfers only, and not within one exchange. Each exchange counts for what it had of an amount; where that is not
 * told, all of it counts for the first exchange on a side. What goes from one exchange to another does not count for
 * all of them together.
 */
export function exchangeFlowsOf(legs: readonly WhaleLeg[]): ExchangeFlow[] {
  return transfers(legs).flatMap((leg) => {
    const net = new Map([[ALL_EXCHANGES, 0n]]);
    const add = (exchange: string, amount: bigint): void => {
      net.set(exchange, (net.get(exchange) ?? 0n) + amount);
      net.set(ALL_EXCHANGES, (net.get(ALL_EXCHANGES) ?? 0n) + amount);
    };
    for (const [exchange, amount] of exchangesOn(leg.from, leg)) add(exchange, -amount);
    for (const [exchange, amount] of exchangesOn(leg.to, leg)) add(exchange, amount);
    return [...net].flatMap(([exchange, amount]) => {
      const isIn = amount > 0n;
      const share = String(isIn ? amount : -amount);
      const flow = { symbol: leg.symbol, amount: unitsOf(share, leg), usd: usdOf(share, leg) };
      return amount === 0n ? [] : [{ ...flow, usd: flow.usd ?? '0', exchange, isIn }];
    });
  });
}

/** In base units, together not more than what moved. */
function exchangesOn(side: readonly WhaleParty[], leg: WhaleLeg): [string, bigint][] {
  const total = BigInt(leg.baseUnits);
  if (side.length === 1 || !isTold(side)) {
    const who = whoOf(side);
    const exchange = who ? exchangeOf(who) : null;
    return exchange === null ? [] : [[exchange, total]];
  }
  let left = total;
  return [...sumsBy(side, exchangeOf)].flatMap(([exchange, amount]): [string, bigint][] => {
    if (exchange === null) return [];
    // Who sends pays the network too, which reaches nobody.
    const counted = amount < left ? amount : left;
    left -= counted;
    return [[exchange, counted]];
  });
}

/**
 * Of transfers only, and not within one owner. Where it is told who of many had how much, each counts for that; of many
 * who send to many the one with the most stands for all who sent.
 */
export function ownerFlowsOf(legs: readonly WhaleLeg[]): OwnerFlow[] {
  return transfers(legs).flatMap((leg) => {
    const [sent, received] = [ownersOn(leg.from, leg), ownersOn(leg.to, leg)];
    const whole = leg.baseUnits;
    const pairs =
      received.length === 1
        ? sent.map((from) => ({ from, to: received[0], share: from.share }))
        : received.map((to) => ({ from: sent[0], to, share: to.share }));
    return pairs.flatMap(({ from, to, share }) => {
      if (!from || !to || (from.owner !== '' && from.owner === to.owner)) return [];
      const usd = usdOf(BigInt(share) > BigInt(whole) ? whole : share, leg) ?? '0';
      const kinds = { fromKind: from.kind, toKind: to.kind };
      return [{ symbol: leg.symbol, from: from.owner, to: to.owner, ...kinds, usd }];
    });
  });
}

/** The one with the most first; `owner` is empty where nobody says. */
function ownersOn(
  side: readonly WhaleParty[],
  leg: WhaleLeg,
): { owner: string; kind: string; share: string }[] {
  const who = whoOf(side);
  if (who === undefined) return [];
  if (side.length === 1 || !isTold(side)) {
    return [{ owner: who.owner ?? '', kind: kindOf(who), share: leg.baseUnits }];
  }
  const sums = sumsBy(side, (party) => JSON.stringify([party.owner ?? '', kindOf(party)]));
  return [...sums]
    .sort(([, one], [, other]) => (one === other ? 0 : one > other ? -1 : 1))
    .map(([key, share]) => {
      const [owner = '', kind = ''] = JSON.parse(key) as string[];
      return { owner, kind, share: String(share) };
    });
}

const kindOf = (party: WhaleParty): string => (isExchange(party) ? 'EXCHANGE' : party.ownerKind);

const transfers = (legs: readonly WhaleLeg[]): WhaleLeg[] =>
  legs.filter(({ kind, from, to }) => kind === 'TRANSFER' && from.length > 0 && to.length > 0);
