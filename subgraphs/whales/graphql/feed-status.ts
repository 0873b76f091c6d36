import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { type SourceState, asShown, sourceStateAt, statusAt } from '../rules/feed-status';
import type { FeedReport } from '../store/feed-board';
import type { WhalesContext } from './context';
import { WhaleFeedKind, WhaleFeedState, WhaleSourceState } from './enums';

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

  @Field(() => WhaleSourceState, { description: 'What it shows, or what keeps it from that.' })
  state: SourceState;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When it last told of a transaction or trade that was large enough, UTC, also before the feed was started anew; null before the first.',
  })
  newestAt: number | null;
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
    if (report === null) return null;
    const now = clock();
    const status = statusAt(asShown(report, shown), now);
    const sources = status.sources.map((source) => ({
      ...source,
      state: sourceStateAt(source, now, status.state !== 'STALE'),
    }));
    return { ...status, sources };
  }
}
