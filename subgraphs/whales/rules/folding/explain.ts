import type { WhaleParty } from '@spyhop/platform/topics';
import { Exact, grouped } from '../exact';
import type { Fold } from './fold';

/** Why transactions are one event, in a sentence for people that has the numbers. */
export function explain(fold: Fold): string {
  switch (fold.reason) {
    case 'INTERNAL':
      return `${ownerOf(fold.from)} moved ${total(fold)} between wallets of its own in ${count(fold)}, within ${span(fold)}.`;
    case 'CONSOLIDATION':
      return fold.rest === null
        ? `${ownerOf(fold.from)} gathered ${total(fold)} from ${wallets(fold.from)} of its own in one, in ${count(fold)} within ${span(fold)}.`
        : `${total(fold)} was paid to ${nameOf(fold.to)}, which swept ${amount(fold.rest, fold)} into another wallet of its own within ${span(fold)}.`;
    case 'PEEL_CHAIN':
      return `${total(fold)} went through ${fold.members} hops within ${span(fold)}: ${peeled(fold)} left on the way, and ${amount(fold.rest ?? '0', fold)} went on to ${nameOf(fold.to)}.`;
    case 'CHANGE':
      return fold.rest === null
        ? `${nameOf(fold.from)} kept ${total(fold)} in ${count(fold)} to itself within ${span(fold)}: change of what it paid.`
        : `Of ${total(fold)} that ${nameOf(fold.from)} sent to ${nameOf(fold.to)}, ${amount(fold.rest, fold)} came back within ${span(fold)}.`;
  }
}

const amount = (text: string, { symbol }: Fold): string => `${grouped(text)} ${symbol}`;

const total = (fold: Fold): string => amount(fold.amount, fold);

const peeled = (fold: Fold): string =>
  amount(new Exact(fold.amount).minus(fold.rest ?? 0).toFixed(), fold);

const count = ({ members }: Fold): string => `${members} transactions`;

const wallets = (parties: readonly WhaleParty[]): string =>
  parties.length === 1 ? 'one wallet' : `${parties.length} wallets`;

const ownerOf = (parties: readonly WhaleParty[]): string => parties[0]?.owner ?? 'The owner';

/** The owner where it is known, else the first wallet. */
function nameOf([first, ...more]: readonly WhaleParty[]): string {
  const name = first?.owner ?? first?.address ?? 'a wallet that nobody names';
  const others =
    more.length === 0 ? '' : ` and ${wallets(more).replace('one wallet', 'another wallet')}`;
  return first?.owner == null ? `${name}${others}` : name;
}

const MINUTE_MS = 60_000;

function span({ firstTime, lastTime }: Fold): string {
  const ms = lastTime - firstTime;
  if (ms < MINUTE_MS) return `${Math.ceil(ms / 1_000)} s`;
  if (ms < 120 * MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)} min`;
  return `${Math.ceil(ms / (60 * MINUTE_MS))} h`;
}
