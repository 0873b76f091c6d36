import { fenceKeyOf } from '@spyhop/platform/lease';
import type { OpenedMarket } from '../jobs/open-market';
import { type FeedShard, feedLease } from '../rules/feed-shards';
import { holdsCandlesOf } from '../store/dataset';
import { LiveMarket } from '../store/live-market';
import { showChosen } from './choose-source';
import type { FeedConfig } from './config';
import { type LeadParts, showSource } from './lead';
import { type SourceParts, createSources } from './sources';

const SHORT_PATIENCE_MS = 800;

export interface ShardParts extends Omit<LeadParts, 'shard'> {
  sources: Omit<SourceParts, 'priceLeft' | 'pastUntil' | 'log' | 'metrics'>;
}

/** Leads a shard of the market feed, with the fence of that leadership, until the signal aborts. */
export async function leadShard(
  { sources: around, ...shared }: ShardParts,
  shard: FeedShard,
  token: number,
  signal: AbortSignal,
): Promise<void> {
  const log = shard.all.length === 1 ? shared.log : shared.log.child({ shard: shard.index });
  const parts: LeadParts = { ...shared, shard, log };
  const fence = { key: fenceKeyOf(feedLease(shard.index)), token };
  let opened: Pick<OpenedMarket, 'prices' | 'past'> = { prices: new Map(), past: new Map() };
  const { config } = around;
  const sources = createSources({
    ...around,
    config: { ...config, assets: config.assets.filter(({ symbol }) => shard.has(symbol)) },
    priceLeft: (symbol) => opened.prices.get(symbol) ?? null,
    pastUntil: (symbol) => opened.past.get(symbol) ?? null,
    log,
    metrics: parts.metrics,
  });
  const patienceMs = await patienceOf(config, parts);
  parts.metrics.leading.inc();
  try {
    await showChosen(
      { chosen: config.source, sources, patienceMs, hasLivePast: () => hasLivePast(parts), log },
      (source, ending) =>
        showSource(parts, { source, fence, onOpened: (next) => (opened = next) }, ending),
      signal,
    );
  } finally {
    parts.metrics.leading.dec();
  }
}

/** Either store tells; PostgreSQL may be slow or away. */
async function hasLivePast({ redis, pool, shard }: LeadParts): Promise<boolean> {
  const former = await new LiveMarket(redis).readFeedStatus(shard.index);
  if (former?.source === 'LIVE' && former.newestTickAt !== null) return true;
  return holdsCandlesOf(pool, 'live', shard.symbols).catch(() => false);
}

/** Where simulated prices are shown already, nothing is lost by going on with them at first. */
async function patienceOf(
  { patienceMs }: FeedConfig,
  { redis, shard }: LeadParts,
): Promise<number> {
  const former = await new LiveMarket(redis).readFeedStatus(shard.index);
  return former?.source === 'SIMULATED' ? Math.min(patienceMs, SHORT_PATIENCE_MS) : patienceMs;
}
