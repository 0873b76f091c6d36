import { basename } from 'node:path';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../rules/valuation';
import { createPrintsSource } from './binance/prints-source';
import { BulkFileError } from './bulk/file';
import type { WhaleFeedConfig } from './config';
import { createBlockchainInfoSource } from './blockchain-info/blockchain-info-source';
import type { KeptBlock } from './evm/chain-follower';
import { createEvmSource } from './evm/evm-source';
import { type Memory, noMemory } from './memory';
import { createMempoolSource } from './mempool-space/mempool-source';
import { Watch, type Watched } from './mempool-space/watch';
import type { Outside } from './outside';
import { following } from './recording/followed';
import { openReplayed } from './replay/open';
import { createReplay } from './replay/replay-source';
import { stampsOf } from './stamps';
import { withStandby } from './standby';
import { createSimulatedPrints } from './simulated/simulated-prints';
import type { PrintSource, Source } from './source';
import type { Reached } from './whale-alert/catch-up';
import { createRestSource, pastOfV1 } from './whale-alert/rest-source';
import { createRestV2Source, pastOfV2 } from './whale-alert/rest-v2-source';
import { createSocketSource } from './whale-alert/socket-source';

export interface SourceParts {
  /** For transactions of the kind that is told. */
  priceAt: PriceAt;
  outside: Outside;
  log: Log;
  /** What the follower of a chain remembers, by the chain's name. */
  blocksOf: (chain: string) => Memory<KeptBlock>;
  /** How far what Whale Alert's socket has told of is kept. */
  reached: Memory<Reached>;
  /** Transactions of Bitcoin that are not settled yet. */
  watched: Memory<Watched>;
  /** Of the clock, later with every call. */
  stamp: () => number;
}

/** The live sources that are configured; add a new one here. None where a replay or simulation is wanted. */
export function liveSources(config: WhaleFeedConfig, parts: SourceParts): Source[] {
  if (config.source === 'simulated' || config.source === 'replay') return [];
  return [...whaleAlert(config, parts), ...bitcoin(config, parts), ...evm(config, parts)];
}

/** What is to be replayed, if that was chosen; rejects with a ConfigError where nothing of it can be. */
export async function chosenReplay(
  config: WhaleFeedConfig,
  parts: SourceParts,
): Promise<ReturnType<typeof createReplay> | null> {
  const { path, speed } = config.replay;
  if (config.source !== 'replay') return null;
  const { log, outside } = parts;
  const { chains } = config;
  const replayed = await openReplayed(path, log).catch((err: unknown) => {
    throw err instanceof BulkFileError ? new ConfigError([`REPLAY_PATH: ${err.message}`]) : err;
  });
  const remembering = { blocksOf: () => noMemory, watched: noMemory, reached: noMemory };
  return createReplay({
    ...{ ...replayed, title: basename(path), speed, clock: outside.clock, chains, log },
    follow: (followed, played) => {
      const recorded = following(config, followed);
      const through = {
        ...{ ...parts, ...remembering, outside: played },
        stamp: stampsOf(played.clock),
      };
      return { live: liveSources(recorded, through), prints: livePrints(recorded, through) };
    },
  });
}

/** Large trades on exchanges, where they are wanted; none where a replay or simulation is. */
export function livePrints(
  { source, prints }: WhaleFeedConfig,
  { outside }: Pick<SourceParts, 'outside'>,
): PrintSource | null {
  if (prints === null || source === 'simulated' || source === 'replay') return null;
  return createPrintsSource({ ...prints, outside });
}

/** Made up ones, wherever whales may be. */
export function simulatedPrints(
  { source, prints, seed }: WhaleFeedConfig,
  { outside, priceAt }: Pick<SourceParts, 'outside' | 'priceAt'>,
): PrintSource | null {
  if (prints === null || source === 'live' || source === 'replay') return null;
  return createSimulatedPrints({ ...prints, seed, priceAt, clock: outside.clock });
}

const pastOf = { v1: pastOfV1, v2: pastOfV2 };

function whaleAlert(
  { minUsd, whaleAlert, chains: known }: WhaleFeedConfig,
  { outside, reached: memory, log }: SourceParts,
): Source[] {
  if (whaleAlert === null) return [];
  const { key, api, socketHost, restHost: host, everyMs, callsPerMinute, chains } = whaleAlert;
  const { catchUp } = whaleAlert;
  const rest = { host, key, minUsd, everyMs, callsPerMinute, clock: outside.clock, known, log };
  switch (api) {
    case 'websocket':
      return [
        createSocketSource({
          ...{ host: socketHost, key, minUsd, known, memory, outside, log },
          past: catchUp && pastOf[catchUp.api]({ ...rest, chains, key: catchUp.key }),
        }),
      ];
    case 'v1':
      return [createRestSource(rest)];
    case 'v2':
      return [createRestV2Source({ ...rest, chains })];
  }
}

/** Without mempool.space nobody would tell what becomes of what blockchain.info has told of. */
function bitcoin(
  { mempoolHost: host, blockchainInfo, minUsd }: WhaleFeedConfig,
  { watched, stamp, blocksOf: _, reached: __, ...parts }: SourceParts,
): Source[] {
  if (host === null) return [];
  const shared = { ...parts, minUsd, watch: new Watch(watched, stamp) };
  const mempoolSpace = createMempoolSource({ host, ...shared });
  if (blockchainInfo === null) return [mempoolSpace];
  const standIn = createBlockchainInfoSource({ host: blockchainInfo.host, ...shared });
  return withStandby([mempoolSpace, standIn], blockchainInfo.afterMs, parts.outside);
}

const evm = (
  { evmChains, minUsd }: WhaleFeedConfig,
  { blocksOf, watched: _, reached: __, ...parts }: SourceParts,
): Source[] =>
  evmChains.map((chain) =>
    createEvmSource({ chain, minUsd, memory: blocksOf(chain.name), ...parts }),
  );
