import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { amountText } from './amounts';
import { isExchange } from './direction';
import type { DecimalText } from './exact';

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
 * Of transfers only, and not within one exchange. An amount is not told by party: all of it counts for the first
 * exchange on a side. What goes from one exchange to another does not count for all of them together.
 */
export function exchangeFlowsOf(legs: readonly WhaleLeg[]): ExchangeFlow[] {
  return transfers(legs).flatMap(({ leg, from, to }) => {
    const [out, into] = [exchangeOf(from), exchangeOf(to)];
    if (out === into) return [];
    const flow = { symbol: leg.symbol, amount: amountText(leg), usd: leg.usd ?? '0' };
    const flows = [
      ...(out === null ? [] : [{ ...flow, exchange: out, isIn: false }]),
      ...(into === null ? [] : [{ ...flow, exchange: into, isIn: true }]),
    ];
    const crosses = out === null || into === null;
    return crosses ? [...flows, { ...flow, exchange: ALL_EXCHANGES, isIn: into !== null }] : flows;
  });
}

/** Of transfers only, and not within one owner. */
export function ownerFlowsOf(legs: readonly WhaleLeg[]): OwnerFlow[] {
  return transfers(legs).flatMap(({ leg, from, to }) => {
    if (from.owner !== null && from.owner === to.owner) return [];
    return [
      {
        ...{ symbol: leg.symbol, from: from.owner ?? '', to: to.owner ?? '' },
        ...{ fromKind: kindOf(from), toKind: kindOf(to), usd: leg.usd ?? '0' },
      },
    ];
  });
}

const kindOf = (party: WhaleParty): string => (isExchange(party) ? 'EXCHANGE' : party.ownerKind);

function transfers(
  legs: readonly WhaleLeg[],
): { leg: WhaleLeg; from: WhaleParty; to: WhaleParty }[] {
  return legs.flatMap((leg) => {
    const [from, to] = [whoOf(leg.from), whoOf(leg.to)];
    return leg.kind === 'TRANSFER' && from && to ? [{ leg, from, to }] : [];
  });
}
