import type { Metrics } from '@spyhop/platform/metrics';
import { Counter, Gauge } from 'prom-client';

/** What the feed process counts. */
export interface FeedMetrics {
  /** What sources met: `event` is one of a fixed list, e.g. a malformed frame. */
  source: Counter<'event'>;
  /** Trades, minutes and day statistics taken from the source. */
  taken: Counter<'kind'>;
  /** Live events published. */
  published: Counter<'topic'>;
  /** Writes that failed and are tried again. */
  failedWrites: Counter<'store'>;
  /** Finished candles that wait for PostgreSQL. */
  queued: Gauge;
  /** Finished candles written to PostgreSQL. */
  written: Counter;
  /** From arrival to publication of the newest price, ms. */
  lag: Gauge;
  /** How many shards of the feed this process leads. */
  leading: Gauge;
}

export function feedMetrics(registry: Metrics): FeedMetrics {
  const registers = [registry];
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
  ): Counter<Label> => new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  return {
    source: counter('market_source_events_total', 'What the source met, by kind', ['event']),
    taken: counter('market_taken_total', 'Messages taken from the source, by kind', ['kind']),
    published: counter('market_published_total', 'Live events published, by topic', ['topic']),
    failedWrites: counter('market_failed_writes_total', 'Failed writes, by store', ['store']),
    queued: gauge('market_candles_queued', 'Finished candles that wait for PostgreSQL'),
    written: counter('market_candles_written_total', 'Finished candles written', []),
    lag: gauge('market_publish_lag_ms', 'From arrival to publication of the newest price, ms'),
    leading: gauge('market_feed_leading', 'Shards of the feed that this process leads'),
  };
}
