import { Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { FIXED_RATES } from '../rules/exchange-rates';
import { presentFeedStatus } from '../rules/feed-status';
import { trackedTotals } from '../rules/global-market';
import { type FeedReport, streamFeedReports } from '../store/streams/feed-status';
import type { MarketContext } from './context';
import { ExchangeRates } from './exchange-rates';
import { FeedStatus, GlobalMarket } from './market';

@Resolver()
export class MarketResolver {
  @Query(() => GlobalMarket, {
    description:
      'The whole market at a glance; summed over the tracked assets while no source gives it.',
  })
  async globalMarket(@Ctx() { market, board, clock }: MarketContext): Promise<GlobalMarket> {
    const figures = await market.readGlobal();
    return figures ?? { ...trackedTotals(await board.all()), updatedAt: clock() };
  }

  @Query(() => FeedStatus, { description: 'Where the shown data comes from and how fresh it is.' })
  async feedStatus(@Ctx() { market, feed, clock }: MarketContext): Promise<FeedStatus> {
    return presentFeedStatus(await market.readFeedStatus(), { ...feed, now: clock() });
  }

  @Query(() => ExchangeRates, {
    description:
      'What a US dollar is worth in the currencies of states: as last asked, about every 10 minutes, while the market is live; from a fixed table otherwise.',
  })
  async exchangeRates(@Ctx() { market }: MarketContext): Promise<ExchangeRates> {
    const asked = await market.readExchangeRates();
    return asked === null
      ? { ...FIXED_RATES, base: 'USD', source: 'SIMULATED' }
      : { ...asked, base: 'USD', source: 'LIVE' };
  }

  @Directive('@conflate')
  @Directive('@replayLast')
  @Subscription(() => FeedStatus, {
    description: 'Now, on every change of source or state, and every 2 seconds in between.',
    subscribe: ({ context: { live, market } }: { context: MarketContext }) =>
      streamFeedReports(live, market),
  })
  feedStatusChanged(
    @Root() { report }: FeedReport,
    @Ctx() { feed, clock }: MarketContext,
  ): FeedStatus {
    return presentFeedStatus(report, { ...feed, now: clock() });
  }
}
