import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { PriceAt } from '../rules/valuation';
import type { WhaleFeedConfig } from './config';
import { type KeptBlock } from './evm/chain-follower';
import { createEvmSource } from './evm/evm-source';
import type { Memory } from './memory';
import { createMempoolSource } from './mempool-space/mempool-source';
import type { Source } from './source';
import { createRestSource } from './whale-alert/rest-source';
import { createSocketSource } from './whale-alert/socket-source';

interface SourceParts {
  priceAt: PriceAt;
  clock: Clock;
  log: Log;
  /** What the follower of a chain remembers, by the chain's name. */
  blocksOf: (chain: string) => Memory<KeptBlock>;
}

/** The live sources that are configured; add a new one here. None where only the simulation is wanted. */
export function liveSources(config: WhaleFeedConfig, parts: SourceParts): Source[] {
  if (config.source === 'simulated') return [];
  return [...whaleAlert(config, parts), ...mempoolSpace(config, parts), ...evm(config, parts)];
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

const mempoolSpace = (
  { mempoolHost: host, minUsd }: WhaleFeedConfig,
  parts: SourceParts,
): Source[] => (host === null ? [] : [createMempoolSource({ host, minUsd, ...parts })]);

const evm = (
  { evmChains, minUsd }: WhaleFeedConfig,
  { blocksOf, ...parts }: SourceParts,
): Source[] =>
  evmChains.map((chain) =>
    createEvmSource({ chain, minUsd, memory: blocksOf(chain.name), ...parts }),
  );
