import { checkFirst } from '@spyhop/platform/page-size';
import type { TradeEvent } from '@spyhop/platform/topics';
import { Args, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import { pageTrades } from '../rules/trade-page';
import { streamTrades } from '../store/streams/trades';
import { MOST_TRADES, SymbolArgs, TradesArgs } from './args';
import type { MarketContext } from './context';
import { connectionOf } from './connection';
import { Trade, TradeConnection } from './trade';

@Resolver()
export class TradeResolver {
  @Query(() => TradeConnection, {
    description:
      'The newest trades, newest first; the latest 500 are kept. `first` is 1 to 500. Errors NOT_FOUND for an unknown symbol, INVALID_INPUT.',
  })
  async trades(
    @Args() { symbol, first, after }: TradesArgs,
    @Ctx() { directory, market }: MarketContext,
  ): Promise<TradeConnection> {
    checkFirst(first, MOST_TRADES);
    await directory.get(symbol);
    const page = pageTrades(await market.readTrades(symbol), symbol, first, after);
    return connectionOf(page, view);
  }

  @Subscription(() => Trade, {
    description:
      'Trades as they print, in order. A client that does not take them in time is ended with SLOW_CONSUMER; it then reads `trades` and subscribes again. Error NOT_FOUND for an unknown symbol.',
    subscribe: ({ args, context }: { args: SymbolArgs; context: MarketContext }) =>
      subscribeToTrades(args, context),
  })
  tradePrinted(@Args() _args: SymbolArgs, @Root() trade: TradeEvent): Trade {
    return view(trade);
  }
}

const view = (trade: TradeEvent): Trade => trade as Trade;

async function subscribeToTrades(
  { symbol }: SymbolArgs,
  { directory, live, market }: MarketContext,
): Promise<AsyncIterable<TradeEvent>> {
  await directory.get(symbol);
  return streamTrades(live, market, symbol);
}
