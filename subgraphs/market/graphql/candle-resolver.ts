import { checkFirst } from '@spyhop/platform/page-size';
import { Args, Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { candleCursor, checkRange, openTimeAt, withRecent } from '../rules/candle-page';
import type { Candle as CandleState } from '../rules/market-data';
import { pageOf } from '../rules/page';
import { streamCandles } from '../store/streams/candles';
import { CandleSeriesArgs, CandlesArgs, MOST_CANDLES } from './args';
import { Candle, CandleConnection, candleView } from './candle';
import type { MarketContext } from './context';
import { connectionOf } from './connection';

@Resolver()
export class CandleResolver {
  @Query(() => CandleConnection, {
    description:
      'Candles, newest first, beginning with the forming one. `first` is 1 to 1000; `from` (inclusive) and `to` (exclusive) bound the open time. Where nothing was traded or recorded there is no candle. Errors NOT_FOUND for an unknown symbol, INVALID_INPUT.',
  })
  async candles(
    @Args() { symbol, interval, first, after, from = null, to = null }: CandlesArgs,
    @Ctx() { directory, market, finishedCandles }: MarketContext,
  ): Promise<CandleConnection> {
    checkFirst(first, MOST_CANDLES);
    checkRange({ from, to });
    await directory.get(symbol);
    const before = after ? openTimeAt(after, { symbol, interval }) : null;
    const end = before === null ? to : Math.min(before, to ?? Infinity);
    const [stored, recent] = await Promise.all([
      finishedCandles({ symbol, interval, from, to: end, first: first + 1 }),
      market.readRecent(symbol, interval),
    ]);
    const rows = withRecent(stored, recent, { from, to: end });
    return connectionOf(pageOf(rows, first, before !== null, candleCursor), candleView);
  }

  @Directive('@conflate')
  @Directive('@replayLast')
  @Subscription(() => Candle, {
    description:
      'The forming candle now and whenever it changes, and once more when it closes. Error NOT_FOUND for an unknown symbol.',
    subscribe: ({ args, context }: { args: CandleSeriesArgs; context: MarketContext }) =>
      subscribeToCandles(args, context),
  })
  candleUpdated(@Args() _args: CandleSeriesArgs, @Root() candle: CandleState): Candle {
    return candleView(candle);
  }
}

async function subscribeToCandles(
  { symbol, interval }: CandleSeriesArgs,
  { directory, live, market, finishedCandles }: MarketContext,
): Promise<AsyncIterable<CandleState>> {
  await directory.get(symbol);
  const finished = (range: { from: number; to: number; first: number }) =>
    finishedCandles({ symbol, interval, ...range });
  return streamCandles({ live, market, finished }, symbol, interval);
}
