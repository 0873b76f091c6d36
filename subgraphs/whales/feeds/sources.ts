import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../rules/valuation';
import type { WhaleFeedConfig } from './config';
import { createBlockchainInfoSource } from './blockchain-info/blockchain-info-source';
import type { KeptBlock } from './evm/chain-follower';
import { createEvmSource } from './evm/evm-source';
import type { Memory } from './memory';
import { createMempoolSource } from './mempool-space/mempool-source';
import { Watch, type Watched } from './mempool-space/watch';
import type { Source } from './source';
import { stampsOf } from './stamps';
import { withStandby } from './standby';
import { createRestSource } from './whale-alert/rest-source';
import { createSocketSource } from './whale-alert/socket-source';

interface SourceParts {
  priceAt: PriceAt;
  clock: Clock;
  log: Log;
  /** What the follower of a chain remembers, by the chain's name. */
  blocksOf: (chain: string) => Memory<KeptBlock>;
  /** Transactions of Bitcoin that are not settled yet. */
  watched: Memory<Watched>;
}

/** The live sources that are configured; add a new one here. None where only the simulation is wanted. */
export function liveSources(config: WhaleFeedConfig, parts: SourceParts): Source[] {
  if (config.source === 'simulated') return [];
  return [...whaleAlert(config, parts), ...bitcoin(config, parts), ...evm(config, parts)];
}

function whaleAlert(
  { minUsd, whaleAlert }: WhaleFeedConfig,
  { clock, log }: SourceParts,
): Source[] {
  if (whaleAlert === null) return [];
  const { key, api, socketHost, restHost, everyMs } = whaleAlert;
  return [
    api === 'v1'
      ? createRestSource({ host: restHost, key, minUsd, everyMs, clock, log })
      : createSocketSource({ host: socketHost, key, minUsd, log }),
  ];
}

/** Without mempool.space nobody would tell what becomes of what blockchain.info has told of. */
function bitcoin(
  { mempoolHost: host, blockchainInfo, minUsd }: WhaleFeedConfig,
  { watched, blocksOf: _, ...parts }: SourceParts,
): Source[] {
  if (host === null) return [];
  const shared = { ...parts, minUsd, watch: new Watch(watched, stampsOf(parts.clock)) };
  const mempoolSpace = createMempoolSource({ host, ...shared });
  if (blockchainInfo === null) return [mempoolSpace];
  const standIn = createBlockchainInfoSource({ host: blockchainInfo.host, ...shared });
  return withStandby(mempoolSpace, standIn, blockchainInfo.afterMs);
}

const evm = (
  { evmChains, minUsd }: WhaleFeedConfig,
  { blocksOf, watched: _, ...parts }: SourceParts,
): Source[] =>
  evmChains.map((chain) =>
    createEvmSource({ chain, minUsd, memory: blocksOf(chain.name), ...parts }),
  );
