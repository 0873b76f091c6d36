import { checkFirst } from '@spyhop/platform/page-size';
import type { ExchangePrint as Print } from '@spyhop/platform/topics';
import { Args, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import { decodeCursor, encodeCursor } from '../rules/cursor';
import { readPrintFilter } from '../rules/print-filter';
import { MOST_PER_PAGE } from './args';
import { connectionOf } from './connection';
import type { WhalesContext } from './context';
import { ExchangePrint, ExchangePrintConnection } from './print';
import { ExchangePrintedArgs, ExchangePrintsArgs } from './print-args';

interface Subscribing {
  args: ExchangePrintedArgs;
  context: WhalesContext;
}

@Resolver()
export class PrintResolver {
  @Query(() => ExchangePrintConnection, {
    description:
      'Large trades on exchanges, newest first; the latest 100,000 are kept. `first` is 1 to 200.',
  })
  async exchangePrints(
    @Args() { filter, first, after }: ExchangePrintsArgs,
    @Ctx() { prints }: WhalesContext,
  ): Promise<ExchangePrintConnection> {
    checkFirst(first, MOST_PER_PAGE);
    const place = after ? decodeCursor(after) : null;
    const behind = place && { time: place.time, id: place.hash };
    // One more, to know whether more follow.
    const found = await prints.page(readPrintFilter(filter ?? {}), behind, first + 1);
    return connectionOf(found, first, place !== null, (print) => ({
      cursor: encodeCursor({ time: print.time, chain: print.exchange, hash: print.id }),
      node: new ExchangePrint(print),
    }));
  }

  @Subscription(() => ExchangePrint, {
    description:
      'Large trades on exchanges as they are stored. What is missed while away is in `exchangePrints`.',
    subscribe: ({ args, context }: Subscribing) =>
      context.printed(readPrintFilter(args.filter ?? {})),
  })
  exchangePrinted(@Args() _args: ExchangePrintedArgs, @Root() print: Print): ExchangePrint {
    return new ExchangePrint(print);
  }
}
