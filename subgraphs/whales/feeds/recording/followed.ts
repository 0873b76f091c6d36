import type { WhaleFeedConfig } from '../config';
import type { Followed } from './wire';

/** What a process with this configuration follows, of what can be recorded. */
export const followedOf = ({
  whaleAlert,
  mempoolHost,
  blockchainInfo,
  evmChains,
  prints,
}: WhaleFeedConfig): Followed => ({
  whaleAlert: whaleAlert?.api === 'websocket',
  bitcoin: mempoolHost === null ? null : { standInAfterMs: blockchainInfo?.afterMs ?? null },
  evmChains: evmChains.map(({ url: _, ...chain }) => chain),
  prints: prints && { symbols: prints.symbols },
});

/** Nobody is asked there. */
const NOWHERE = '';

/** The configuration of a process that follows this, and nothing else; trades only where they are wanted. */
export const following = (config: WhaleFeedConfig, followed: Followed): WhaleFeedConfig => ({
  ...config,
  source: 'live',
  whaleAlert: followed.whaleAlert
    ? {
        ...{ key: NOWHERE, api: 'websocket', socketHost: NOWHERE, restHost: NOWHERE },
        ...{ callsPerMinute: 1, chains: [], everyMs: 1_000, catchUp: null },
      }
    : null,
  mempoolHost: followed.bitcoin && NOWHERE,
  blockchainInfo: standInOf(followed),
  evmChains: followed.evmChains.map((chain) => ({ ...chain, url: NOWHERE })),
  prints: config.prints &&
    followed.prints && { ...config.prints, hosts: [NOWHERE], symbols: followed.prints.symbols },
});

function standInOf({ bitcoin }: Followed): WhaleFeedConfig['blockchainInfo'] {
  const afterMs = bitcoin?.standInAfterMs ?? null;
  return afterMs === null ? null : { host: NOWHERE, afterMs };
}

/**
 * The configuration of a process that records: without Whale Alert's REST APIs, whose answers are files by
 * themselves, and with every trade, for what things are worth.
 */
export const recordable = (config: WhaleFeedConfig): WhaleFeedConfig => ({
  ...config,
  whaleAlert:
    config.whaleAlert?.api === 'websocket' ? { ...config.whaleAlert, catchUp: null } : null,
  prints: config.prints && { ...config.prints, minUsd: '0' },
});
