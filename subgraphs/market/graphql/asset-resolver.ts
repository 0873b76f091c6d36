import { checkFirst } from '@spyhop/platform/page-size';
import { Args, Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { PriceTick } from '@spyhop/platform/topics';
import { checkConditions, filterAssets, pageAssets } from '../rules/asset-list';
import { moversOf, trendingOf } from '../rules/movers';
import { checkQuery, searchAssets } from '../rules/search';
import { MOST_SYMBOLS, checkSymbols } from '../rules/symbols';
import { streamChangedSymbols } from '../store/streams/changed-symbols';
import { streamTicks } from '../store/streams/ticks';
import {
  AssetsArgs,
  MOST_ASSETS,
  MOST_RANKED,
  MoversArgs,
  SearchArgs,
  SymbolArgs,
  SymbolsArgs,
  TrendingArgs,
} from './args';
import { Asset, AssetConnection } from './asset';
import type { MarketContext } from './context';
import { AssetSortField, SortDirection } from './enums';
import { Movers } from './market';
import { connectionOf } from './connection';

interface Subscribing<Arguments> {
  args: Arguments;
  context: MarketContext;
}

const view = (state: ConstructorParameters<typeof Asset>[0]): Asset => new Asset(state);

@Resolver()
export class AssetResolver {
  @Query(() => Asset, { description: 'One asset. Error NOT_FOUND for an unknown symbol.' })
  async asset(
    @Args() { symbol }: SymbolArgs,
    @Ctx() { directory, board }: MarketContext,
  ): Promise<Asset> {
    const states = await board.of([await directory.get(symbol)]);
    return states.map(view)[0] as Asset;
  }

  @Query(() => AssetConnection, {
    description: 'The tracked assets. `first` is 1 to 250. Error INVALID_INPUT.',
  })
  async assets(
    @Args() { first, after, sort, filter }: AssetsArgs,
    @Ctx() { board }: MarketContext,
  ): Promise<AssetConnection> {
    checkFirst(first, MOST_ASSETS);
    checkConditions(filter ?? {});
    const matching = filterAssets(await board.all(), filter ?? {});
    const page = pageAssets(matching, sort ?? BY_RANK, first, after);
    return { ...connectionOf(page, view), totalCount: matching.length };
  }

  @Query(() => Movers, { description: 'Largest rises and falls. `first` is 1 to 50.' })
  async movers(
    @Args() { window, first }: MoversArgs,
    @Ctx() { board }: MarketContext,
  ): Promise<Movers> {
    checkFirst(first, MOST_RANKED);
    const { gainers, losers } = moversOf(await board.all(), window, first);
    return { window, gainers: gainers.map(view), losers: losers.map(view) };
  }

  @Query(() => [Asset], {
    description: 'Assets that draw the most attention now. `first` is 1 to 50.',
  })
  async trending(
    @Args() { first }: TrendingArgs,
    @Ctx() { board, market }: MarketContext,
  ): Promise<Asset[]> {
    checkFirst(first, MOST_RANKED);
    const [assets, symbols] = await Promise.all([board.all(), market.readTrending()]);
    return trendingOf(assets, symbols, first).map(view);
  }

  @Query(() => [Asset], {
    description: 'Assets by symbol or name, best match first. `first` is 1 to 50.',
  })
  async search(
    @Args() { query, first }: SearchArgs,
    @Ctx() { directory, board }: MarketContext,
  ): Promise<Asset[]> {
    checkFirst(first, MOST_RANKED);
    const found = searchAssets(await directory.all(), checkQuery(query)).slice(0, first);
    return (await board.of(found)).map(view);
  }

  @Directive('@conflate(key: "symbol")')
  @Directive('@replayLast')
  @Directive(`@splitBy(argument: "symbols", maxElements: ${MOST_SYMBOLS})`)
  @Subscription(() => Asset, {
    description:
      'One event per price change of one of the symbols (1 to 250); the newest prices come at once. Errors NOT_FOUND for an unknown symbol, INVALID_INPUT.',
    subscribe: ({ args, context }: Subscribing<SymbolsArgs>) => subscribeToTicks(args, context),
  })
  async priceTicked(
    @Args() _args: SymbolsArgs,
    @Root() tick: PriceTick,
    @Ctx() { board }: MarketContext,
  ): Promise<Asset> {
    return view(await board.at(tick));
  }

  @Directive('@conflate(key: "symbol", maxHz: 4)')
  @Directive('@replayLast')
  @Directive(`@splitBy(argument: "symbols", maxElements: ${MOST_SYMBOLS})`)
  @Subscription(() => [Asset], {
    description:
      'For tables: one event carries the newest state of every listed asset (1 to 250) that changed since the last event; at most 4 events a second. The first events bring all of them. Errors NOT_FOUND for an unknown symbol, INVALID_INPUT.',
    subscribe: ({ args, context }: Subscribing<SymbolsArgs>) => subscribeToChanges(args, context),
  })
  async pricesTicked(
    @Args() _args: SymbolsArgs,
    @Root() changed: string[],
    @Ctx() { board }: MarketContext,
  ): Promise<Asset[]> {
    const states = await board.find(changed);
    return states.filter((state) => state !== null).map(view);
  }
}

const BY_RANK = { field: AssetSortField.RANK, direction: SortDirection.ASC };

async function subscribeToTicks(
  args: SymbolsArgs,
  { directory, live, market }: MarketContext,
): Promise<AsyncIterable<PriceTick>> {
  const symbols = checkSymbols(args.symbols);
  await directory.getAll(symbols);
  return streamTicks(live, market, symbols);
}

async function subscribeToChanges(
  args: SymbolsArgs,
  { directory, live }: MarketContext,
): Promise<AsyncIterable<string[]>> {
  const symbols = checkSymbols(args.symbols);
  await directory.getAll(symbols);
  return streamChangedSymbols(live, symbols);
}

/** The entity behind a representation, read together with all others of the request; null where unknown. */
export async function resolveAssetReference(
  { symbol }: { symbol: string },
  { assets }: MarketContext,
): Promise<Asset | null> {
  const state = await assets.load(symbol);
  return state && view(state);
}
