import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { asShown, statusAt } from '../rules/feed-status';
import type { FeedReport } from '../store/feed-board';
import type { WhalesContext } from './context';
import { WhaleFeedKind, WhaleFeedState } from './enums';

@ObjectType({ description: 'One of the sources of large transactions.', simpleResolvers: true })
export class WhaleSource {
  @Field({ description: 'Its name, as `sources` of transactions has it, e.g. whale-alert.' })
  name: string;

  @Field({ description: 'It is in reach.' })
  isConnected: boolean;

  @Field({
    description: 'Why it is not, or what to know of it; empty where there is nothing to say.',
  })
  message: string;
}

@ObjectType({
  description: 'What is shown of large transactions, and how current it is.',
  simpleResolvers: true,
})
export class WhaleFeedStatus {
  @Field(() => WhaleFeedKind, { description: 'What all shown transactions are.' })
  kind: FeedReport['kind'];

  @Field(() => WhaleFeedState, { description: 'How the feed is doing.' })
  state: FeedReport['state'] | 'STALE';

  @Field({ description: 'A sentence for people: what is shown and why.' })
  message: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the newest transaction arrived; null before the first.',
  })
  newestAt: number | null;

  @Field(() => [WhaleSource], { description: 'All sources that are tried.' })
  sources: WhaleSource[];
}

@Resolver()
export class FeedStatusResolver {
  @Query(() => WhaleFeedStatus, {
    nullable: true,
    description:
      'What is shown of large transactions: live, replayed or simulated; null before the feed has reported.',
  })
  async whaleFeedStatus(
    @Ctx() { feed, transactions, clock }: WhalesContext,
  ): Promise<WhaleFeedStatus | null> {
    const [report, shown] = await Promise.all([feed.read(), transactions.shown()]);
    return report && statusAt(asShown(report, shown), clock());
  }
}
