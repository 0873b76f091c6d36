import { basename } from 'node:path';
import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { PriceBoard } from '../rules/prices';
import { createPrintsSource } from './binance/prints-source';
import { BulkFileError } from './bulk/file';
import { openBulkFiles } from './bulk/open';
import type { WhaleFeedConfig } from './config';
import { createBlockchainInfoSource } from './blockchain-info/blockchain-info-source';
import type { KeptBlock } from './evm/chain-follower';
import { createEvmSource } from './evm/evm-source';
import type { Memory } from './memory';
import { createMempoolSource } from './mempool-space/mempool-source';
import { Watch, type Watched } from './mempool-space/watch';
import { stampsOf } from './stamps';
import { withStandby } from './standby';
import { createReplaySource } from './replay/replay-source';
import { createSimulatedPrints } from './simulated/simulated-prints';
import type { PrintSource, Source } from './source';
import { createRestSource } from './whale-alert/rest-source';
import { createRestV2Source } from './whale-alert/rest-v2-source';
import { createSocketSource } from './whale-alert/socket-source';

interface SourceParts {
  prices: Pick<PriceBoard, 'of'>;
  clock: Clock;
  log: Log;
  /** What the follower of a chain remembers, by the chain's name. */
  blocksOf: (chain: string) => Memory<KeptBlock>;
  /** Transactions of Bitcoin that are not settled yet. */
  watched: Memory<Watched>;
}

/** The live sources that are configured; add a new one here. None where a replay or simulation is wanted. */
export function liveSources(config: WhaleFeedConfig, parts: SourceParts): Source[] {
  if (config.source === 'simulated' || config.source === 'replay') return [];
  return [...whaleAlert(config, parts), ...bitcoin(config, parts), ...evm(config, parts)];
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
  { clock, prices: board }: SourceParts,
): { live: PrintSource | null; simulated: PrintSource | null } {
  if (prints === null || source === 'replay') return { live: null, simulated: null };
  return {
    live: source === 'simulated' ? null : createPrintsSource({ ...prints, clock }),
    simulated:
      source === 'live'
        ? null
        : createSimulatedPrints({ ...prints, seed, priceAt: board.of('SIMULATED'), clock }),
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

/** Without mempool.space nobody would tell what becomes of what blockchain.info has told of. */
function bitcoin(
  { mempoolHost: host, blockchainInfo, minUsd }: WhaleFeedConfig,
  { watched, prices, clock, log }: SourceParts,
): Source[] {
  if (host === null) return [];
  const watch = new Watch(watched, stampsOf(clock));
  const shared = { clock, log, priceAt: prices.of('LIVE'), minUsd, watch };
  const mempoolSpace = createMempoolSource({ host, ...shared });
  if (blockchainInfo === null) return [mempoolSpace];
  const standIn = createBlockchainInfoSource({ host: blockchainInfo.host, ...shared });
  return withStandby(mempoolSpace, standIn, blockchainInfo.afterMs);
}

const evm = (
  { evmChains, minUsd }: WhaleFeedConfig,
  { blocksOf, prices, clock, log }: SourceParts,
): Source[] =>
  evmChains.map((chain) =>
    createEvmSource({
      ...{ chain, minUsd, memory: blocksOf(chain.name) },
      ...{ priceAt: prices.of('LIVE'), clock, log },
    }),
  );
