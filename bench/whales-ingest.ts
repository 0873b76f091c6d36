/*
 * Transfers of a chain like Ethereum from a node's answers to what is handed over as large: how many a second on
 * one core, against bare JSON.parse over the same answers; and how long a block of 500 logs takes, from its head on
 * the socket of a node in another process until its last large transaction is handed over.
 * Run: npm run bench -- whales-ingest
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { BlockReader } from '@spyhop/whales/feeds/evm/block-reader';
import { ChainFollower, type KeptBlock } from '@spyhop/whales/feeds/evm/chain-follower';
import { type FollowedChain, followedChains } from '@spyhop/whales/feeds/evm/chains';
import { createEvmSource } from '@spyhop/whales/feeds/evm/evm-source';
import { liveOutside } from '@spyhop/whales/feeds/outside';
import { stampsOf } from '@spyhop/whales/feeds/stamps';
import { Judge } from '@spyhop/whales/feeds/evm/large';
import { EvmNode } from '@spyhop/whales/feeds/evm/node';
import { sightingCounter } from '@spyhop/whales/jobs/feed-metrics';
import { takeSighting } from '@spyhop/whales/jobs/take-sightings';
import { createLog } from '@spyhop/platform/log';
import { createMetrics } from '@spyhop/platform/metrics';
import { WebSocketServer } from 'ws';
import { median, quantile, report } from './report.ts';

const LOGS = 500;
const BLOCKS = 60;
const ROUNDS = 9;
const BURSTS = 60;
const EVERY_MS = 120;
const MIN_USD = '250000';
const FIRST = 20_000_000;

const log = createLog({ name: 'bench', level: 'silent' });
const prices: Record<string, string> = { ETH: '3000', WBTC: '60000' };
const priceAt = (symbol: string): string | null => prices[symbol] ?? null;
const memory = {
  all: async (): Promise<KeptBlock[]> => [],
  keep: async (): Promise<void> => undefined,
  forget: async (): Promise<void> => undefined,
};

let seed = 1;
const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const hex = (number: number | bigint): string => `0x${number.toString(16)}`;
const word = (number: number | bigint): string => `0x${number.toString(16).padStart(64, '0')}`;
const hashOf = (kind: number, number: number): string =>
  word(BigInt(kind) * 10n ** 12n + BigInt(number));

interface MadeBlock {
  head: object;
  hash: string;
  whole: string;
  logs: string;
  /** Its last transaction, which is always large. */
  last: string;
}

/** As of a busy block: one in a hundred transfers is large, and so is the last one. */
function makeBlock({ tokens }: FollowedChain, number: number): MadeBlock {
  const head = {
    ...{ number: hex(number), hash: hashOf(1, number), parentHash: hashOf(1, number - 1) },
    timestamp: hex(Math.floor(Date.now() / 1_000)),
  };
  const logs = Array.from({ length: LOGS }, (_, index) => {
    const token = tokens[index % 3 === 0 ? index % tokens.length : index % 2];
    const dollars = index === LOGS - 1 || random() < 0.01 ? 20_000_000 : 1_000;
    const price = Number(prices[token?.symbol.replace('WETH', 'ETH') ?? ''] ?? 1);
    const units = BigInt(Math.ceil((dollars * (1 + random()) * 1_000) / price));
    return {
      ...{ address: token?.address, blockHash: head.hash, blockNumber: head.number },
      topics: [TRANSFER, word(Math.floor(random() * 1e12)), word(Math.floor(random() * 1e12))],
      data: word((units * 10n ** BigInt(token?.decimals ?? 0)) / 1_000n),
      ...{ logIndex: hex(index), transactionIndex: hex(index), removed: false },
      transactionHash: hashOf(2, number * LOGS + index),
    };
  });
  const transactions = Array.from({ length: 200 }, (_, index) => ({
    ...{ hash: hashOf(2, number * LOGS + index), from: logs[0]?.address, to: logs[1]?.address },
    ...{ value: hex(BigInt(Math.floor(random() * 1e18))), gas: '0x5208', input: '0x' },
  }));
  const whole = JSON.stringify({ ...head, transactions });
  const last = hashOf(2, number * LOGS + LOGS - 1);
  return { head, hash: head.hash, whole, logs: JSON.stringify(logs), last };
}

const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

const chainOf = (url: string): FollowedChain => {
  const [chain] = followedChains(url, undefined);
  if (chain === undefined) throw new Error('no chain');
  return chain;
};

/** All between a node's answers and the durable topic. Returns how many were handed over. */
async function ingest(chain: FollowedChain, blocks: readonly MadeBlock[]): Promise<number> {
  const byHash = new Map(blocks.map((block) => [block.hash, block]));
  let newest = blocks[0];
  const ask = async (method: string, [first]: readonly unknown[]): Promise<unknown> => {
    const hash = typeof first === 'string' ? first : (first as { blockHash?: string }).blockHash;
    const block = byHash.get(hash ?? '');
    if (method === 'eth_getLogs') return JSON.parse(block?.logs ?? '[]');
    if (method === 'eth_getBlockByHash') return JSON.parse(block?.whole ?? 'null');
    if (method === 'eth_getTransactionReceipt') return { status: '0x1' };
    return first === 'latest' ? newest?.head : null;
  };
  const node = new EvmNode({ ask }, chain, async () => undefined);
  const through = {
    node,
    reader: new BlockReader(chain, node, (time) => new Judge(chain, MIN_USD, priceAt, time), log),
  };
  let handedOver = 0;
  const parts = {
    ...{
      prices: { of: () => priceAt },
      minUsd: MIN_USD,
      log,
      sightings: sightingCounter(createMetrics('bench')),
    },
    events: { append: async () => void (handedOver += 1) },
  };
  const { signal } = new AbortController();
  const dataset = { kind: 'LIVE', begun: 1 } as const;
  let at = 0;
  const follower = new ChainFollower({
    ...{ memory, confirmations: 1, log, stamp: () => (at += 1) },
    sink: {
      seen: (sighting, wasKept = false) =>
        takeSighting(parts, { dataset, sighting, wasKept }, signal),
    },
  });
  for (newest of blocks) {
    const told = { head: newest.head, removed: new Set<string>() };
    await follower.catchUp(through, { ...told, head: null }, signal);
  }
  return handedOver;
}

async function measureThroughput(): Promise<void> {
  const chain = chainOf('ws://127.0.0.1:9');
  const blocks = Array.from({ length: BLOCKS }, (_, index) => makeBlock(chain, FIRST + index));
  const transfers = BLOCKS * LOGS;
  const rounds: { bare: number; whole: number }[] = [];
  for (let round = -2; round < ROUNDS; round += 1) {
    const begun = performance.now();
    for (const { logs, whole } of blocks) {
      if (JSON.parse(logs) === null || JSON.parse(whole) === null) throw new Error('nothing');
    }
    const parsed = performance.now();
    if ((await ingest(chain, blocks)) < BLOCKS) throw new Error('not all that is large came out');
    if (round >= 0) rounds.push({ bare: parsed - begun, whole: performance.now() - parsed });
  }
  const perSecond = (1_000 * transfers) / median(rounds.map(({ whole }) => whole));
  const ratio = median(rounds.map(({ bare, whole }) => bare / whole));
  report({
    what: 'transfers of a chain read, netted by transaction, valued and filtered on one core',
    target: '≥ 5,000 transfers/s',
    measured: `${Math.round(perSecond).toLocaleString('en')} transfers/s, ${ratio.toFixed(2)} of bare JSON.parse (median of ${ROUNDS} rounds)`,
    met: perSecond >= 5_000,
  });
}

/** A node in a process of its own, which tells of a block every now and then. */
async function runNode(): Promise<void> {
  const chain = chainOf('ws://127.0.0.1:9');
  const blocks = Array.from({ length: BURSTS + 20 }, (_, index) => makeBlock(chain, FIRST + index));
  const byHash = new Map(blocks.map((block) => [block.hash, block]));
  let newest = 12;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { id, method, params } = JSON.parse(data.toString()) as {
        id: number;
        method: string;
        params: [string | { blockHash?: string; fromBlock?: string }];
      };
      const [first] = params;
      const named = typeof first === 'string' ? first : first?.blockHash;
      const block =
        named === 'latest'
          ? blocks[newest]
          : (byHash.get(named ?? '') ?? blocks[Number(named) - FIRST]);
      const result =
        method === 'eth_getLogs'
          ? (block?.logs ?? '[]')
          : method === 'eth_subscribe'
            ? '"0x1"'
            : (block?.whole ?? '{"status":"0x1"}');
      socket.send(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
    }),
  );
  await once(server, 'listening');
  process.on('message', () => {
    newest += 1;
    const block = blocks[newest];
    const params = { subscription: '0x1', result: block?.head };
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params });
    process.send?.({ last: block?.last, sentAt: Number(process.hrtime.bigint()) / 1e6 });
    for (const socket of server.clients) socket.send(text);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.((server.address() as { port: number }).port);
}

async function measureBursts(): Promise<void> {
  const node: ChildProcess = fork(import.meta.filename, [], {
    env: { ...process.env, BENCH_PART: 'node' },
    execArgv: ['--no-warnings'],
  });
  const [port] = (await once(node, 'message')) as [number];
  const sent = new Map<string, number>();
  const took: number[] = [];
  node.on('message', ({ last, sentAt }: { last: string; sentAt: number }) =>
    sent.set(last, sentAt),
  );
  const source = createEvmSource({
    ...{ chain: chainOf(`ws://127.0.0.1:${port}`), minUsd: MIN_USD, priceAt, memory, log },
    ...{ outside: liveOutside, stamp: stampsOf(Date.now) },
  });
  const ending = new AbortController();
  const seenAt = new Map<string, number>();
  const running = source.run(
    {
      seen: async ({ hash }) => {
        if (!seenAt.has(hash)) seenAt.set(hash, Number(process.hrtime.bigint()) / 1e6);
        return true;
      },
      connected: () => undefined,
      disconnected: (reason) => console.log(reason),
    },
    ending.signal,
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (let burst = 0; burst < BURSTS; burst += 1) {
    node.send('mine');
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  for (const [last, sentAt] of sent) took.push((seenAt.get(last) ?? Infinity) - sentAt);
  ending.abort();
  await running;
  node.disconnect();
  const settled = took.slice(10);
  report({
    what: `a block with ${LOGS} logs, from its head on the socket to its last large transaction`,
    target: '< 50 ms',
    measured: `${median(settled).toFixed(1)} ms, p95 ${quantile(settled, 0.95).toFixed(1)} ms (${settled.length} blocks)`,
    met: median(settled) < 50,
  });
}

if (process.env.BENCH_PART === 'node') await runNode();
else {
  await measureThroughput();
  await measureBursts();
}
