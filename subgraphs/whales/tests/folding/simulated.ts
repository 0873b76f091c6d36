import { type StoryName, storiesOf } from '../../feeds/simulated/stories';
import type { FoldReason } from '../../rules/folding/fold';
import { valued } from '../../rules/valuation';
import { type Cases, together } from './case';

/** Only stories of several transactions are one event. */
const REASONS: Partial<Record<StoryName, FoldReason>> = {
  deposit: 'CONSOLIDATION',
  shuffle: 'INTERNAL',
  peelChain: 'PEEL_CHAIN',
};
const USD: Readonly<Record<string, string>> = {
  ...{ BTC: '60000', ETH: '3000', SOL: '150', XRP: '0.6', LINK: '15', DOGE: '0.15' },
};
const FIRST_SLOT = Math.floor(Date.UTC(2025, 0, 1) / 600_000);
const priceAt = (symbol: string): string | null => USD[symbol] ?? null;

/** The stories of the simulation, of so many times ten minutes. */
export function simulatedCases(slots: number): Cases {
  const transactions = Array.from({ length: slots }, (_, index) =>
    storiesOf('folding', FIRST_SLOT + index, priceAt),
  )
    .flat()
    .flatMap(({ story, sightings }) => {
      const told = sightings.map(({ chain, hash, time, legs }) => ({
        ...{ chain, hash, time, fold: null },
        legs: legs.map((leg) => valued(leg, time, priceAt)),
      }));
      const reason = REASONS[story];
      return reason === undefined
        ? told.map((transaction) => ({ transaction, event: null, reason: null }))
        : together(reason, told);
    });
  return {
    name: 'simulation',
    transactions: transactions.sort((a, b) => a.transaction.time - b.transaction.time),
  };
}
