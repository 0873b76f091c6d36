import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { z } from 'zod';
import { readChains } from './evm/chains';

const ADMIN_OFFSET = 16;

const SOURCES = ['auto', 'live', 'simulated'] as const;

const { DATABASE_URL: _, ...common } = commonEnvironment;

const hostOf = (protocol: RegExp) =>
  z.url({ protocol, error: `must be an address that begins with ${protocol.source}` });

const Environment = z.object({
  ...common,
  /** PORT + 16 unless set. */
  WHALES_FEEDS_ADMIN_PORT: portNumber.optional(),
  /** `auto`: live where a source has ever seen anything, simulated until then. */
  WHALE_SOURCE: z.enum(SOURCES, `must be one of ${SOURCES.join(', ')}`).default('auto'),
  /** In USD; smaller transactions are let go of. */
  WHALE_MIN_USD: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of USD')
    .default('250000'),
  /** `off` asks nothing of mempool.space. */
  MEMPOOL_SPACE: z.enum(['on', 'off'], 'must be on or off').default('on'),
  /** One of your own has no limits. */
  MEMPOOL_SPACE_HOST: hostOf(/^https?$/).default('https://mempool.space'),
  /** `off` asks nothing of blockchain.info, which stands in for mempool.space. */
  BLOCKCHAIN_INFO: z.enum(['on', 'off'], 'must be on or off').default('on'),
  BLOCKCHAIN_INFO_HOST: hostOf(/^wss?$/).default('wss://ws.blockchain.info'),
  /** How long mempool.space is out of reach before it does, in ms. */
  BLOCKCHAIN_INFO_AFTER_MS: z.coerce
    .number('must be a whole number of ms')
    .int()
    .min(0)
    .default(30_000),
  /** Of a node of Ethereum, its WebSocket; without it Ethereum is not followed this way. */
  ETHEREUM_URL: hostOf(/^wss?$/).optional(),
  /** A JSON file of further chains like Ethereum, with their nodes and tokens. */
  EVM_CHAINS: z.string().optional(),
  SIMULATION_SEED: z.string().default('spyhop'),
  /** Without it Whale Alert is not asked. */
  WHALE_ALERT_KEY: z.string().min(1).optional(),
  /** `websocket` tells at once; `v1` is asked again and again, and is what older keys know. */
  WHALE_ALERT_API: z.enum(['websocket', 'v1'], 'must be websocket or v1').default('websocket'),
  WHALE_ALERT_SOCKET_HOST: hostOf(/^wss?$/).default('wss://leviathan.whale-alert.io'),
  WHALE_ALERT_REST_HOST: hostOf(/^https?$/).default('https://api.whale-alert.io'),
  /** Pause between requests to v1, in ms; a free key has ten a minute. */
  WHALE_ALERT_POLL_MS: z.coerce
    .number('must be a whole number of ms')
    .int()
    .min(100)
    .default(7_000),
});

export type WhaleFeedConfig = ReturnType<typeof readWhaleFeedConfig>;

/** Throws ConfigError that names every fault. */
export function readWhaleFeedConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, env);
  return {
    adminPort: read.WHALES_FEEDS_ADMIN_PORT ?? read.PORT + ADMIN_OFFSET,
    host: read.HOST,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    source: read.WHALE_SOURCE,
    minUsd: read.WHALE_MIN_USD,
    seed: read.SIMULATION_SEED,
    mempoolHost: read.MEMPOOL_SPACE === 'off' ? null : read.MEMPOOL_SPACE_HOST.replace(/\/$/, ''),
    blockchainInfo:
      read.BLOCKCHAIN_INFO === 'off'
        ? null
        : {
            host: read.BLOCKCHAIN_INFO_HOST.replace(/\/$/, ''),
            afterMs: read.BLOCKCHAIN_INFO_AFTER_MS,
          },
    evmChains: readChains(read.ETHEREUM_URL, read.EVM_CHAINS),
    whaleAlert:
      read.WHALE_ALERT_KEY === undefined
        ? null
        : {
            key: read.WHALE_ALERT_KEY,
            api: read.WHALE_ALERT_API,
            socketHost: read.WHALE_ALERT_SOCKET_HOST.replace(/\/$/, ''),
            restHost: read.WHALE_ALERT_REST_HOST.replace(/\/$/, ''),
            everyMs: read.WHALE_ALERT_POLL_MS,
          },
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
