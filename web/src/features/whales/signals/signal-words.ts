import type { SignalledWhaleFragment as Whale } from '../../../generated/graphql';
import type { Formats } from '../../../ui/format';
import type { Money } from '../../../ui/money';
import { nameOf, type OwnLabels, type Party, withOwn } from '../parties';

/** A whale in a line for the title of a notification and another for its text, with what the viewer calls wallets. */
export function signalWords(
  { usd, legs: [leg] }: Whale,
  formats: Pick<Formats, 'amount'>,
  money: Pick<Money, 'amount' | 'suffix'>,
  own: OwnLabels,
): { title: string; body: string } | null {
  if (!leg) return null;
  const worth = usd === null ? '' : ` · ${money.amount(usd)}${money.suffix}`;
  const named = (party: Party | undefined) => (party ? nameOf(withOwn(party, own)) : 'nobody');
  return {
    title: `${formats.amount(leg.amount)} ${leg.symbol}${worth}`,
    body: `${named(leg.from[0])} → ${named(leg.to[0])}`,
  };
}
