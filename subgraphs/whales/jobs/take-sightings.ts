import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import { type WhaleTransactionSeen, whaleTransactionSeen } from '@spyhop/platform/topics';
import { pause } from '../feeds/pause';
import { Exact, sumOfKnown } from '../rules/exact';
import type { PriceBoard } from '../rules/prices';
import { valued } from '../rules/valuation';
import type { Sighting } from '../rules/whale';
import type { SightingCounter } from './feed-metrics';

export interface TakeSightingsParts {
  events: Pick<DurableEvents, 'append'>;
  prices: Pick<PriceBoard, 'of'>;
  /** What is worth less is let go of; what nobody can value is kept. */
  minUsd: string;
  sightings: SightingCounter;
  log: Log;
}

const RETRY_MS = 500;

interface Taken {
  dataset: WhaleTransactionSeen['dataset'];
  sighting: Sighting;
  /** It was large enough before, and is told again because of its status. */
  wasKept: boolean;
}

/**
 * Values a sighting and puts it into the durable stream, from which it is stored; waits while Redis is away.
 * Resolves to false where it was too small, or the signal aborted before it was kept.
 */
export async function takeSighting(
  { events, prices, minUsd, sightings, log }: TakeSightingsParts,
  { dataset, sighting, wasKept }: Taken,
  signal: AbortSignal,
): Promise<boolean> {
  const { source, time } = sighting;
  const priceAt = prices.of(dataset.kind);
  const legs = sighting.legs.map((leg) => valued(leg, time, priceAt));
  const usd = sumOfKnown(legs.map((leg) => leg.usd));
  if (!wasKept && usd !== null && new Exact(usd).lt(minUsd)) {
    sightings.inc({ source, outcome: 'small' });
    return false;
  }
  const seen = whaleTransactionSeen.schema.safeParse({ ...sighting, legs, dataset });
  if (!seen.success) {
    sightings.inc({ source, outcome: 'faulty' });
    log.warn(
      { err: seen.error, source, hash: sighting.hash },
      'a transaction is not as it must be',
    );
    return false;
  }
  while (!signal.aborted) {
    try {
      await events.append(whaleTransactionSeen, seen.data);
      sightings.inc({ source, outcome: 'kept' });
      return true;
    } catch (err) {
      log.warn({ err }, 'a transaction cannot be handed over; trying again');
      await pause(RETRY_MS, signal);
    }
  }
  return false;
}
