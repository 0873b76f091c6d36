import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { z } from 'zod';
import { followedChains, knownChains } from './evm/chains';

const ADMIN_OFFSET = 16;

const SOURCES = ['auto', 'live', 'replay', 'simulated'] as const;

const { DATABASE_URL: _, ...common } = commonEnvironment;

const hostOf = (protocol: RegExp) =>
  z.url({ protocol, error: `must be an address that begins with ${protocol.source}` });

/** Two streams each, far below the 1,024 that a connection may have. */
const MOST_SYMBOLS = 100;

const wholeUsd = z.string().regex(/^\d{1,15}$/, 'must be a whole number of USD');

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');

const Environment = z
  .object({
    ...common,
    /** PORT + 16 unless set. */
    WHALES_FEEDS_ADMIN_PORT: portNumber.optional(),
    /** `auto`: live where a source has ever seen anything, simulated until then. */
    WHALE_SOURCE: z.enum(SOURCES, `must be one of ${SOURCES.join(', ')}`).default('auto'),
    /** In USD; smaller transactions are let go of. */
    WHALE_MIN_USD: wholeUsd.default('250000'),
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
    /** A JSON file of chains like Ethereum, with their nodes and tokens. */
    EVM_CHAINS: z.string().optional(),
    /** `off` follows no trades on exchanges. */
    EXCHANGE_PRINTS: z.enum(['on', 'off'], 'must be on or off').default('on'),
    /** In USD; smaller trades are let go of. */
    EXCHANGE_PRINT_MIN_USD: wholeUsd.default('500000'),
    /** Whose trades against USDT are followed. */
    EXCHANGE_PRINT_SYMBOLS: z
      .string()
      .default('BTC,ETH,SOL,BNB,XRP,DOGE,ADA,LINK,LTC,AVAX')
      .transform(namesIn)
      .refine((names) => names.length <= MOST_SYMBOLS, `must be at most ${MOST_SYMBOLS} tickers`)
      .transform((names) => names.map((name) => name.toUpperCase())),
    /** Comma-separated wss:// hosts, tried in turn. */
    BINANCE_STREAM_HOSTS: z
      .string()
      .default('wss://stream.binance.com:9443,wss://data-stream.binance.vision')
      .transform(namesIn)
      .pipe(z.array(hostOf(/^wss?$/)).min(1)),
    SIMULATION_SEED: z.string().default('spyhop'),
    /** A file or folder of recorded whales. */
    REPLAY_PATH: z.string().optional(),
    /** 1 as recorded, 0 as fast as it goes. */
    REPLAY_SPEED: z.coerce.number('must be a number, 0 or more').min(0).default(1),
    /** Without it Whale Alert is not asked. */
    WHALE_ALERT_KEY: z.string().min(1).optional(),
    /** `websocket` tells at once; `v2` and `v1` are asked again and again. Older keys know `v1` alone. */
    WHALE_ALERT_API: z
      .enum(['websocket', 'v1', 'v2'], 'must be websocket, v1 or v2')
      .default('websocket'),
    /** Whose transactions v2 is asked for; the others tell of all chains. */
    WHALE_ALERT_CHAINS: z.string().default('bitcoin,ethereum,tron,solana').transform(namesIn),
    /** Calls a minute that the key's plan has: 10 of v1 and 1,000 of v2 unless set. */
    WHALE_ALERT_CALLS_PER_MINUTE: z.coerce
      .number('must be a whole number above zero')
      .int()
      .min(1)
      .max(100_000)
      .optional(),
    /** What is asked for what the socket has told of while nobody listened; `off` asks nothing. */
    WHALE_ALERT_CATCH_UP: z.enum(['v2', 'v1', 'off'], 'must be v2, v1 or off').default('v2'),
    /** The key for that, where it is another one. */
    WHALE_ALERT_REST_KEY: z.string().min(1).optional(),
    WHALE_ALERT_SOCKET_HOST: hostOf(/^wss?$/).default('wss://leviathan.whale-alert.io'),
    /** The vendor's own for v1 or v2 unless set; beside the socket that of the socket for v2. */
    WHALE_ALERT_REST_HOST: hostOf(/^https?$/).optional(),
    /** Pause between requests to v1, or rounds of v2, in ms; a free key has ten requests a minute. */
    WHALE_ALERT_POLL_MS: z.coerce
      .number('must be a whole number of ms')
      .int()
      .min(100)
      .default(7_000),
  })
  .refine((read) => read.WHALE_SOURCE !== 'replay' || read.REPLAY_PATH !== undefined, {
    path: ['REPLAY_PATH'],
    message: 'must name a file or folder when WHALE_SOURCE is replay',
    // Also beside other faults, so that all are named at once.
    when: () => true,
  });

type Read = z.output<typeof Environment>;

/** What the vendor's two REST APIs are asked at, and what their plans have, unless it is set. */
const REST = {
  v1: { restHost: 'https://api.whale-alert.io', callsPerMinute: 10 },
  v2: { restHost: 'https://leviathan.whale-alert.io', callsPerMinute: 1_000 },
};

const withoutSlash = (host: string): string => host.replace(/\/$/, '');

function whaleAlertOf(read: Read) {
  const { WHALE_ALERT_KEY: key, WHALE_ALERT_API: api, WHALE_ALERT_CATCH_UP: catchUp } = read;
  if (key === undefined) return null;
  const socketHost = withoutSlash(read.WHALE_ALERT_SOCKET_HOST);
  const isSocket = api === 'websocket';
  const { restHost, callsPerMinute } = REST[(isSocket ? catchUp : api) === 'v1' ? 'v1' : 'v2'];
  const besideSocket = socketHost.replace(/^ws/, 'http');
  const usual = isSocket && catchUp === 'v2' ? besideSocket : restHost;
  return {
    ...{ key, api, socketHost },
    restHost: withoutSlash(read.WHALE_ALERT_REST_HOST ?? usual),
    callsPerMinute: read.WHALE_ALERT_CALLS_PER_MINUTE ?? callsPerMinute,
    chains: read.WHALE_ALERT_CHAINS,
    everyMs: read.WHALE_ALERT_POLL_MS,
    /** How the socket's source makes up for what it has missed; null where it does not. */
    catchUp:
      isSocket && catchUp !== 'off'
        ? { api: catchUp, key: read.WHALE_ALERT_REST_KEY ?? key }
        : null,
  };
}

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
    prints:
      read.EXCHANGE_PRINTS === 'off'
        ? null
        : {
            hosts: read.BINANCE_STREAM_HOSTS.map((host) => host.replace(/\/$/, '')),
            symbols: read.EXCHANGE_PRINT_SYMBOLS,
            minUsd: read.EXCHANGE_PRINT_MIN_USD,
          },
    replay: { path: read.REPLAY_PATH ?? '', speed: read.REPLAY_SPEED },
    mempoolHost: read.MEMPOOL_SPACE === 'off' ? null : read.MEMPOOL_SPACE_HOST.replace(/\/$/, ''),
    blockchainInfo:
      read.BLOCKCHAIN_INFO === 'off'
        ? null
        : {
            host: read.BLOCKCHAIN_INFO_HOST.replace(/\/$/, ''),
            afterMs: read.BLOCKCHAIN_INFO_AFTER_MS,
          },
    evmChains: followedChains(read.ETHEREUM_URL, read.EVM_CHAINS),
    chains: knownChains(read.EVM_CHAINS),
    whaleAlert: whaleAlertOf(read),
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
