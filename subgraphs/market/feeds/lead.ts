import type { Clock } from '@spyhop/platform/clock';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { stopAll } from '@spyhop/platform/shutdown';
import type { Pool } from 'pg';
import { type Announcer, announceClosed } from '../jobs/announce-closed';
import { type MetadataSource, accompany } from '../jobs/accompany';
import type { FeedMetrics } from '../jobs/feed-metrics';
import { type OpenedMarket, openMarket } from '../jobs/open-market';
import { runFeed } from '../jobs/run-feed';
import { type CandleQueue, writeCandles } from '../jobs/write-candles';
import type { AssetInfo } from '../rules/asset';
import type { FeedShard } from '../rules/feed-shards';
import type { Candle } from '../rules/market-data';
import type { Retention } from '../rules/retention';
import type { CandleStore } from '../store/candles';
import { readCloses } from '../store/closed-candles';
import { ClaimLost, type DatasetClaim } from '../store/dataset';
import type { Fence } from '../store/guarded-write';
import { LiveMarket } from '../store/live-market';
import { LiveMarketWriter } from '../store/live-market-writer';
import { KIND_TOLD, type Source } from './source';

export interface LeadParts {
  shard: FeedShard;
  redis: RedisSpace;
  pool: Pool;
  store: CandleStore;
  retention: Retention;
  listAssets: () => Promise<AssetInfo[]>;
  events: LiveEvents;
  durable: DurableEvents;
  /** Asked beside live prices only: it speaks of the real market. */
  metadata: MetadataSource | null;
  clock: Clock;
  log: Log;
  metrics: FeedMetrics;
  tickHz: number;
  staleMs: number;
}

export interface Shown {
  source: Source;
  fence: Fence;
  /** Called before the source runs, with what it may go on from. */
  onOpened: (opened: OpenedMarket) => void;
}

/** Shows one source, from preparing the stores for it until the signal aborts or another process leads. */
export async function showSource(
  parts: LeadParts,
  { source, fence, onOpened }: Shown,
  signal: AbortSignal,
): Promise<void> {
  const { shard } = parts;
  const { symbols, isFirst } = shard;
  const lost = new AbortController();
  const over = new AbortController();
  const ending = AbortSignal.any([signal, lost.signal, over.signal]);
  const writer = new LiveMarketWriter(parts.redis, fence, shard.index);
  const market = new LiveMarket(parts.redis);
  const opened = await openMarket({ ...parts, kind: source.kind, market, writer, signal: ending });
  onOpened(opened);
  const announcer = announcerOf(parts, source, opened.claim);
  const history = new EventTarget();
  const candles = candleQueueOf(parts, { opened, announcer, history, lost });
  const around = { opened, announcer, history, candles, market, writer };
  const companion = accompany({ ...parts, ...around, symbols, isFirst });
  try {
    const companions = [companion];
    const onFilled = (symbol: string): void => void endPast(symbol, candles, writer, parts.log);
    const left = opened.prices;
    const feed = { ...parts, source, left, market, writer, candles, onFilled, companions };
    await runFeed({ ...feed, symbols: new Set(symbols) }, ending);
  } finally {
    // Whoever still waits for PostgreSQL to hand over the candles gives up.
    over.abort();
    await stopAll([() => announcer.stop(), () => candles.stop()], parts.log);
  }
  if (lost.signal.aborted) throw lost.signal.reason;
}

/** Until it is noted, the next run makes the symbol's past up once more, which changes nothing. */
async function endPast(
  symbol: string,
  candles: Pick<CandleQueue, 'historyWritten'>,
  writer: Pick<LiveMarketWriter, 'endPast'>,
  log: Log,
): Promise<void> {
  try {
    if (await candles.historyWritten()) await writer.endPast(symbol);
  } catch (err) {
    log.debug({ err, symbol }, 'that a past is stored was not noted');
  }
}

const announcerOf = (
  { pool, durable, log }: LeadParts,
  source: Source,
  claim: Promise<DatasetClaim>,
): Announcer =>
  announceClosed({
    claim,
    kind: KIND_TOLD[source.kind],
    readCloses: (interval, stretches) => readCloses(pool, interval, stretches),
    events: durable,
    log,
  });

function candleQueueOf(
  { store, log, metrics }: LeadParts,
  around: {
    opened: OpenedMarket;
    announcer: Announcer;
    history: EventTarget;
    lost: AbortController;
  },
): CandleQueue {
  return writeCandles({
    write: (batch) =>
      writeClaimed(store, around.opened.claim, batch).catch((err: unknown) => {
        if (err instanceof ClaimLost) around.lost.abort(err);
        throw err;
      }),
    onWritten: (batch, isHistory) => {
      around.announcer.written(batch);
      if (isHistory) around.history.dispatchEvent(new Event('written'));
    },
    log,
    metrics,
  });
}

async function writeClaimed(
  store: Pick<CandleStore, 'write'>,
  claim: Promise<DatasetClaim>,
  batch: readonly Candle[],
): Promise<void> {
  const { cover } = await claim;
  await store.write(batch, (client) => cover(client, batch));
}
