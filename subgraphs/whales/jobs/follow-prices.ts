import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { candlesClosed, datasetReplaced } from '@spyhop/platform/topics';
import type { PriceBoard } from '../rules/prices';

/** Keeps prices current from what the market announces, beginning with what is kept of it. */
export const followPrices = (events: DurableEvents, prices: PriceBoard, log: Log): Promise<Stop> =>
  startAll(
    [
      () => events.follow(candlesClosed, (event) => prices.add(event)),
      () => events.follow(datasetReplaced, ({ symbol, dataset }) => prices.begin(symbol, dataset)),
    ],
    log,
  );
