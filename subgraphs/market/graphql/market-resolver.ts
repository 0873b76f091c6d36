import { Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { presentFeedStatus } from '../rules/feed-status';
import { trackedTotals } from '../rules/global-market';
import { type FeedReport, streamFeedReports } from '../store/streams/feed-status';
import type { MarketContext } from './context';
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
