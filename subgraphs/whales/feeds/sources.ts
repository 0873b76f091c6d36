import { basename } from 'node:path';
import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../rules/valuation';
import { createPrintsSource } from './binance/prints-source';
import { BulkFileError } from './bulk/file';
import { openBulkFiles } from './bulk/open';
import type { WhaleFeedConfig } from './config';
import { createMempoolSource } from './mempool-space/mempool-source';
import { createReplaySource } from './replay/replay-source';
import { createSimulatedPrints } from './simulated/simulated-prints';
import type { PrintSource, Source } from './source';
import { createRestSource } from './whale-alert/rest-source';
import { createRestV2Source } from './whale-alert/rest-v2-source';
import { createSocketSource } from './whale-alert/socket-source';

interface SourceParts {
  priceAt: PriceAt;
  clock: Clock;
  log: Log;
}

/** The live sources that are configured; add a new one here. None where a replay or simulation is wanted. */
export function liveSources(config: WhaleFeedConfig, parts: SourceParts): Source[] {
  if (config.source === 'simulated' || config.source === 'replay') return [];
  return [...whaleAlert(config, parts), ...mempoolSpace(config, parts)];
}

/** What is to be replayed, if that was chosen; rejects with a ConfigError where nothing of it can be. */
export async function chosenReplay(
  { source, replay: { path, speed } }: WhaleFeedConfig,
  { clock, log }: SourceParts,
): Promise<Source | null> {
  if (source !== 'replay') return null;
  const { files, skipped } = await openBulkFiles([path]).catch((err: unknown) => {
    throw err instanceof BulkFileError ? new ConfigError([`REPLAY_PATH: ${err.message}`]) : err;
  });
  for (const file of skipped) log.info({ file }, 'not replayed');
  return createReplaySource({ files, title: basename(path), speed, clock, log });
}

/** Sources of large trades on exchanges: none beside a replay, and made up ones wherever whales may be. */
export function printSources(
  { source, prints, seed }: WhaleFeedConfig,
  { clock, priceAt }: SourceParts,
): { live: PrintSource | null; simulated: PrintSource | null } {
  if (prints === null || source === 'replay') return { live: null, simulated: null };
  return {
    live: source === 'simulated' ? null : createPrintsSource({ ...prints, clock }),
    simulated:
      source === 'live' ? null : createSimulatedPrints({ ...prints, seed, priceAt, clock }),
  };
}

function whaleAlert(
  { minUsd, whaleAlert }: WhaleFeedConfig,
  { clock, log }: SourceParts,
): Source[] {
  if (whaleAlert === null) return [];
  const { key, api, socketHost, restHost: host, everyMs, callsPerMinute, chains } = whaleAlert;
  const rest = { host, key, minUsd, everyMs, callsPerMinute, clock, log };
  switch (api) {
    case 'websocket':
      return [createSocketSource({ host: socketHost, key, minUsd, log })];
    case 'v1':
      return [createRestSource(rest)];
    case 'v2':
      return [createRestV2Source({ ...rest, chains })];
  }
}

const mempoolSpace = (
  { mempoolHost: host, minUsd }: WhaleFeedConfig,
  parts: SourceParts,
): Source[] => (host === null ? [] : [createMempoolSource({ host, minUsd, ...parts })]);
