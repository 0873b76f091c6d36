import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { type CandlesClosed, candlesClosed, datasetReplaced } from '@spyhop/platform/topics';
import { isSeriesInterval } from '../rules/closes';
import type { IndicatorBoard } from '../rules/indicators';
import type { CloseStore } from '../store/closes';

export interface FollowClosesParts {
  events: DurableEvents;
  store: CloseStore;
  indicators: IndicatorBoard;
  log: Log;
}

/**
 * Rebuilds the indicators from the store and keeps them current.
 *
 * Every replica holds all indicators in memory, so each reads all events: without a consumer group,
 * which would share them out, or leave one group behind for every replica that ever ran. What the
 * store already has and the events repeat changes nothing.
 */
export async function followCloses({
  events,
  store,
  indicators,
  log,
}: FollowClosesParts): Promise<Stop> {
  const series = await store.readNewest();
  for (const { closes, ...each } of series) indicators.add(each, closes);
  const stop = await startAll(
    [
      () => events.follow(candlesClosed, (event) => addTo(indicators, event)),
      () =>
        events.follow(datasetReplaced, ({ symbol, dataset }) => indicators.begin(symbol, dataset)),
    ],
    log,
  );
  log.info({ series: series.length }, 'indicators are rebuilt');
  return stop;
}

function addTo(
  indicators: IndicatorBoard,
  { symbol, interval, dataset, candles }: CandlesClosed,
): void {
  if (!isSeriesInterval(interval)) return;
  const closes = candles.map(({ openTime, close }) => ({ openTime, price: Number(close) }));
  indicators.add({ symbol, interval, dataset }, closes);
}
