import { basename } from 'node:path';
import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../rules/valuation';
import { BulkFileError } from './bulk/file';
import { openBulkFiles } from './bulk/open';
import type { WhaleFeedConfig } from './config';
import { createMempoolSource } from './mempool-space/mempool-source';
import { createReplaySource } from './replay/replay-source';
import type { Source } from './source';
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
