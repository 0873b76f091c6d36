import type { SignalledWhaleFragment as Whale } from '../../../generated/graphql';
import type { Formats } from '../../../ui/format';
import { nameOf } from '../parties';

/** A whale in a line for the title of a notification and another for its text. */
export function signalWords(
  { usd, legs: [leg] }: Whale,
  formats: Pick<Formats, 'amount'>,
): { title: string; body: string } | null {
  if (!leg) return null;
  const worth = usd === null ? '' : ` · ${formats.amount(usd)} USD`;
  const [from, to] = [leg.from[0], leg.to[0]];
  return {
    title: `${formats.amount(leg.amount)} ${leg.symbol}${worth}`,
    body: `${from ? nameOf(from) : 'nobody'} → ${to ? nameOf(to) : 'nobody'}`,
  };
}
