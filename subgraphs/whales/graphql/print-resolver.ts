import { checkFirst } from '@spyhop/platform/page-size';
import type { ExchangePrint as Print } from '@spyhop/platform/topics';
import { Args, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';
import { decodeCursor, encodeCursor } from '../rules/cursor';
import { readPrintFilter } from '../rules/print-filter';
import type { WhalesContext } from './context';
import { ExchangePrint, ExchangePrintConnection } from './print';
import { ExchangePrintedArgs, ExchangePrintsArgs, MOST_PRINTS } from './print-args';

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
    checkFirst(first, MOST_PRINTS);
    const place = after ? decodeCursor(after) : null;
    const behind = place && { time: place.time, id: place.hash };
    // One more, to know whether more follow.
    const found = await prints.page(readPrintFilter(filter ?? {}), behind, first + 1);
    const edges = found.slice(0, first).map((print) => ({
      cursor: encodeCursor({ time: print.time, chain: print.exchange, hash: print.id }),
      node: new ExchangePrint(print),
    }));
    return {
      edges,
      pageInfo: {
        hasNextPage: found.length > first,
        hasPreviousPage: place !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
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
