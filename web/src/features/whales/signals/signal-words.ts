import type { SignalledWhaleFragment as Whale } from '../../../generated/graphql';
import type { Formats } from '../../../ui/format';
import type { Money } from '../../../ui/money';
import { type OwnLabels, wayOf } from '../parties';
import { figuresOf, partsOf } from '../told';

/** A whale in a line for the title of a notification and another for its text, with what the viewer calls wallets. */
export function signalWords(
  whale: Whale,
  formats: Pick<Formats, 'amount'>,
  money: Pick<Money, 'amount' | 'suffix'>,
  own: OwnLabels,
): { title: string; body: string } | null {
  const [part] = partsOf(whale);
  if (!part) return null;
  const { usd } = figuresOf(whale);
  const worth = usd === null ? '' : ` · ${money.amount(usd)}${money.suffix}`;
  return {
    title: `${formats.amount(part.amount)} ${part.symbol}${worth}`,
    body: wayOf(part, own),
  };
}
