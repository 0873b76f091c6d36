import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { recordWhales } from '../record';
import { type BinanceServer, startBinance, trade } from './binance-server';
import { BLOCK_TIME, LocalBlockchainInfo, LocalMempool } from './bitcoin-servers';
import { LocalNode, type NodeLog, type NodeTransaction, hex, newHash } from './evm-node';
import { ALICE, BOB, DOLLARS, paid } from './evm-rig';
import { type SourceShown, type WhalesRig, startWhales, until } from './rig';
import { startWhaleAlert } from './whale-alert-server';

jest.setTimeout(180_000);
const PATIENCE_MS = 60_000;

let whales: WhalesRig;
let folder: string;
let stops: Stop[];
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whales-recording-'));
  stops = [];
});
afterEach(async () => {
  await stopAll(stops);
  await rm(folder, { recursive: true, force: true });
});

/** Sources that a test does not switch on are off. */
const NONE = { MEMPOOL_SPACE: 'off', EXCHANGE_PRINTS: 'off', BLOCKCHAIN_INFO: 'off' };

type Env = Record<string, string>;

/** A live feed, and beside it a recording of the same sources; the function stops both. */
async function record(path: string, env: Env): Promise<Stop> {
  const ending = new AbortController();
  const output = { write: () => undefined };
  const running = recordWhales(['--out', path], { ...NONE, ...env }, output, ending.signal);
  const stopFeed = await whales.feed({ ...NONE, WHALE_SOURCE: 'live', ...env });
  let isOver = false;
  const stop = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    ending.abort();
    await running;
    await stopFeed();
  };
  stops.push(stop);
  return stop;
}

/** What is handed over is stored a little later: waits until it is as expected. */
async function untilEqual<Value>(read: () => Promise<Value>, expected: Value): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(async () => JSON.stringify(await read()) === wanted, PATIENCE_MS).catch(
    () => undefined,
  );
  expect(await read()).toEqual(expected);
}

/** Resolves when a recording that is not over has so many events with this in them. */
const untilRecorded = (path: string, text: string, times = 1): Promise<void> =>
  until(async () => {
    const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
    return lines.filter((line) => line.includes(text)).length >= times;
  }, PATIENCE_MS);

/** Plays a recording to its end; resolves to what is said of it. */
async function replay(path: string, env: Env = {}): Promise<SourceShown | undefined> {
  const stop = await whales.feed({
    ...{ WHALE_SOURCE: 'replay', REPLAY_PATH: path, REPLAY_SPEED: '0', ...env },
  });
  stops.push(stop);
  await until(async () => {
    const { whaleFeedStatus } = await whales.graph.data<{
      whaleFeedStatus: { state: string; message: string } | null;
    }>('{ whaleFeedStatus { state message } }');
    const isIt = whaleFeedStatus?.message.includes(`(${basename(path)})`) ?? false;
    return isIt && whaleFeedStatus?.state === 'ENDED';
  }, PATIENCE_MS);
  return whales.sourceOf('replay');
}

interface Shown {
  hash: string;
  time: string;
  sources: string[];
  status: string;
  confirmations: number | null;
  replacedBy: string | null;
  usd: string | null;
  legs: object[];
}

/** All of a chain, the newest first, whatever has become of them. */
async function shown(chain: string): Promise<Shown[]> {
  const { whaleTransactions } = await whales.graph.data<{
    whaleTransactions: { edges: { node: Shown }[] };
  }>(
    `query ($filter: WhaleTransactionFilter) {
      whaleTransactions(filter: $filter, first: 200) { edges { node {
        hash time sources status confirmations replacedBy usd
        legs { symbol kind amount coinsSince from { address } to { address } }
      } } }
    }`,
    { filter: { chains: [chain], withdrawn: true, raw: true } },
  );
  return whaleTransactions.edges.map(({ node }) => node);
}

const byHash = (all: readonly Shown[]): Shown[] =>
  [...all].sort((a, b) => a.hash.localeCompare(b.hash));

/** As a replay tells of the same. */
const replayed = (all: readonly Shown[]): Shown[] =>
  byHash(all).map((each) => ({ ...each, sources: ['replay'] }));

const untilStatus = (chain: string, hash: string, status: string): Promise<void> =>
  until(
    async () => (await shown(chain)).some((each) => each.hash === hash && each.status === status),
    PATIENCE_MS,
  );

describe('a recording of a node', () => {
  let node: LocalNode;
  let chain: string;
  let count = 0;
  beforeEach(async () => {
    node = await LocalNode.open();
    chain = `recorded-${(count += 1)}`;
  });
  afterEach(() => node?.close());

  const environment = async (): Promise<Env> => {
    const file = join(folder, 'chains.json');
    const native = { symbol: 'COIN', atLeast: '100' };
    const { chainId, url } = node;
    const followed = { name: chain, chainId, url, native, tokens: DOLLARS, confirmations: 3 };
    await writeFile(file, JSON.stringify([followed]));
    return { EVM_CHAINS: file };
  };

  /** What is mined, left behind and confirmed, and the coin that moves; resolves to what the live feed has stored. */
  const happen = async (path: string): Promise<Shown[]> => {
    const stop = await record(path, await environment());
    await untilRecorded(path, 'eth_subscribe', 2);
    await until(async () => node.connections === 2, PATIENCE_MS);
    const [lost, kept, last] = [paid(2), paid(3), paid(4)];
    const value = hex(500n * 10n ** 18n);
    const coin = { hash: newHash(), from: ALICE, to: BOB, value };
    /** One after the other: how deep a block is when it is read depends on how fast it is. */
    const mine = async (log: NodeLog, transactions: NodeTransaction[] = []): Promise<void> => {
      node.mine({ logs: [log], transactions });
      await untilStatus(chain, log.transactionHash, 'UNCONFIRMED');
      // The logs were told, and asked for.
      await untilRecorded(path, log.transactionHash, 2);
    };
    await mine(kept, [coin]);
    await mine(lost);
    node.undo(1);
    await mine(paid(5));
    await mine(last);
    await untilStatus(chain, lost.transactionHash, 'RETRACTED');
    await untilStatus(chain, kept.transactionHash, 'CONFIRMED');
    await untilStatus(chain, coin.hash, 'CONFIRMED');
    await stop();
    return shown(chain);
  };

  it('shows the same whales once more, each once, with what has become of them', async () => {
    const path = join(folder, 'node.txt');
    const live = await happen(path);
    expect(live).toHaveLength(5);
    expect(await replay(path)).toMatchObject({ message: 'It has been played to its end.' });
    await untilEqual(async () => byHash(await shown(chain)), replayed(live));
    // Whoever reads the recording learns nothing of who told.
    expect(await readFile(path, 'utf8')).not.toContain(node.url);
  });

  it('that is damaged names the line, and plays the rest', async () => {
    const path = join(folder, 'node.txt');
    const live = await happen(path);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const packed = gzipSync([...lines.slice(0, 9), '<html>', ...lines.slice(9)].join('\n'));
    await writeFile(join(folder, 'damaged.gz'), packed);
    const { message } = (await replay(join(folder, 'damaged.gz')))!;
    expect(message).toBe(
      'It has been played to its end. Not all can be played: damaged.gz, line 10: it does not begin with a time and an event.',
    );
    await untilEqual(async () => byHash(await shown(chain)), replayed(live));
  });
});

describe('a recording of mempool.space', () => {
  let mempool: LocalMempool;
  beforeEach(async () => void (mempool = await LocalMempool.open()));
  afterEach(() => mempool?.close());

  let count = 0;
  beforeEach(() => void (count += 1));
  /** Each test has its own. */
  const txid = (digit: string): string => `${count}${digit.repeat(63)}`;
  const told = async (): Promise<Shown[]> =>
    (await shown('bitcoin')).filter(({ hash }) => hash.startsWith(String(count)));
  const environment = (): Env => ({ MEMPOOL_SPACE: 'on', MEMPOOL_SPACE_HOST: mempool.host });

  /** A transaction that spends an old coin is mined, another one replaced, and a third left in the mempool. */
  const happen = async (path: string): Promise<Shown[]> => {
    mempool.add(txid('c'), 1, { height: 700_000 });
    const stop = await record(path, environment());
    await until(async () => mempool.connections === 2, PATIENCE_MS);
    mempool.add(txid('1'), 20, { coin: txid('c') });
    mempool.add(txid('2'), 30);
    mempool.add(txid('3'), 40);
    mempool.add(txid('4'), 0.5);
    for (const digit of ['1', '2', '3']) {
      await untilStatus('bitcoin', txid(digit), 'UNCONFIRMED');
      await untilRecorded(path, `/api/tx/${txid(digit)}`);
    }
    mempool.mine(txid('1'));
    mempool.replace(txid('2'), txid('5'));
    await untilStatus('bitcoin', txid('1'), 'CONFIRMED');
    await untilStatus('bitcoin', txid('2'), 'REPLACED');
    await untilRecorded(path, `/api/tx/${txid('1')}`, 2);
    await stop();
    return told();
  };

  /** Unconfirmed ones have the time at which they were looked up, which is each listener's own. */
  const timeless = (all: readonly Shown[]): Partial<Shown>[] =>
    byHash(all).map(({ time: _, ...each }) => each);

  it.each([
    { speed: '0', ns: '000000' },
    { speed: '20', ns: '000000' },
    { speed: '0', ns: '987654' },
  ])(
    'shows the same whales once more, each once, with what has become of them, at speed $speed, from times that end in $ns ns',
    async ({ speed, ns }) => {
      const path = join(folder, 'bitcoin.txt');
      const began = Date.now();
      const live = await happen(path);
      const ended = Date.now();
      expect(live).toHaveLength(3);
      const recorded = await readFile(path, 'utf8');
      await writeFile(path, recorded.replace(/^(\d{13})000000/gm, `$1${ns}`));
      expect(await replay(path, { REPLAY_SPEED: speed })).toMatchObject({
        message: 'It has been played to its end.',
      });
      await untilEqual(async () => timeless(await told()), timeless(replayed(live)));
      const again = await told();
      for (const { time } of again) {
        expect(Date.parse(time)).toBeGreaterThanOrEqual(began);
        expect(Date.parse(time)).toBeLessThanOrEqual(ended);
      }
      const coinsSince = new Date(BLOCK_TIME * 1_000).toISOString();
      expect(again.find(({ hash }) => hash === txid('1'))?.legs).toMatchObject([{ coinsSince }]);
    },
  );

  it('says once what it has no answer to, and plays the rest', async () => {
    const path = join(folder, 'bitcoin.txt');
    await happen(path);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const without = lines.filter((line) => !line.includes(`/api/tx/${txid('3')}`));
    // And the last event is cut short.
    await writeFile(path, without.join('\n').slice(0, -20));
    const { message } = (await replay(path))!;
    expect(message).toBe(
      `It has been played to its end. Not all can be played: bitcoin.txt, line ${without.length}: it is no JSON, or cut short. ` +
        `bitcoin.txt has no answer to all that is asked, first to mempool-space: /api/tx/${txid('3')}`,
    );
    const statuses = async (): Promise<string[]> =>
      (await told())
        .filter(({ sources }) => sources[0] === 'replay')
        .map(({ status }) => status)
        .sort();
    await until(async () => (await statuses()).includes('REPLACED'), PATIENCE_MS);
    expect(await statuses()).toHaveLength(2);
  });
});

describe('a recording of other sources of whales', () => {
  it('plays what Whale Alert and blockchain.info have said', async () => {
    const [alerts, standIn] = [await startWhaleAlert(), await LocalBlockchainInfo.open()];
    stops.push(
      () => alerts.close(),
      () => standIn.close(),
    );
    const path = join(folder, 'others.txt');
    const away = await LocalMempool.open();
    away.isAway = true;
    stops.push(() => away.close());
    const stop = await record(path, {
      ...{ WHALE_ALERT_KEY: 'a-secret', WHALE_ALERT_SOCKET_HOST: alerts.socketHost },
      ...{ MEMPOOL_SPACE: 'on', MEMPOOL_SPACE_HOST: away.host },
      ...{ BLOCKCHAIN_INFO: 'on', BLOCKCHAIN_INFO_HOST: standIn.host },
      BLOCKCHAIN_INFO_AFTER_MS: '200',
    });
    await until(async () => alerts.connections() === 2 && standIn.connections === 2, PATIENCE_MS);
    const [hash, other] = ['6'.repeat(64), `0x${'7'.repeat(64)}`];
    standIn.tellOf(hash, 25, Math.floor(Date.now() / 1_000));
    await untilStatus('bitcoin', hash, 'UNCONFIRMED');
    await untilRecorded(path, hash);
    const alert = {
      ...{ channel_id: 'xlLZ7tJq', timestamp: 1_687_389_431, blockchain: 'ethereum' },
      ...{ transaction_type: 'transfer', from: 'unknown wallet', to: 'binance', text: '' },
      amounts: [{ symbol: 'USDC', amount: 20_006_425.310176, value_usd: 20_008_425.95 }],
      transaction: {
        ...{ height: 17_527_000, index_in_block: 12, timestamp: 1_687_389_431, hash: other },
        ...{ fee: '0.003456', fee_symbol: 'ETH', fee_symbol_price: 1890.1, sub_transactions: [] },
      },
    };
    alerts.tell(JSON.stringify(alert));
    await untilStatus('ethereum', other, 'CONFIRMED');
    await untilRecorded(path, other);
    await stop();
    expect(await readFile(path, 'utf8')).not.toContain('a-secret');
    await replay(path);
    await until(async () => (await shown('bitcoin'))[0]?.sources[0] === 'replay', PATIENCE_MS);
    await until(async () => (await shown('ethereum'))[0]?.sources[0] === 'replay', PATIENCE_MS);
    const ofBitcoin = (await shown('bitcoin')).filter(({ sources }) => sources[0] === 'replay');
    expect(ofBitcoin.map((each) => each.hash)).toEqual([hash]);
    expect((await shown('ethereum')).map((each) => each.hash)).toEqual([other]);
  });
});

describe('a recording of large trades', () => {
  let binance: BinanceServer;
  beforeEach(async () => void (binance = await startBinance()));
  afterEach(() => binance?.close());

  const prints = async (symbol: string): Promise<object[]> => {
    const { exchangePrints } = await whales.graph.data<{
      exchangePrints: { edges: { node: { id: string } }[] };
    }>(
      `query ($symbol: ID!) {
        exchangePrints(first: 200, filter: { symbols: [$symbol] }) { edges { node {
          id symbol exchange side price amount usd time trades isBlock
        } } }
      }`,
      { symbol },
    );
    return exchangePrints.edges.map(({ node }) => node);
  };
  /** When the trades of a test are made, epoch ms: soon, for sweeps end by the clock. */
  const soon = (): number => Date.now();

  it('shows the same trades once more, each once', async () => {
    const path = join(folder, 'trades.txt');
    const stop = await record(path, {
      ...{
        EXCHANGE_PRINTS: 'on',
        BINANCE_STREAM_HOSTS: binance.host,
        EXCHANGE_PRINT_SYMBOLS: 'BTC',
      },
    });
    await until(async () => binance.open() === 2, PATIENCE_MS);
    const at = soon();
    // One order takes from two prices; a second one is too small; a third one ends with nothing behind it.
    binance.tell('btcusdt@aggTrade', trade(1, '60000', '10', at));
    binance.tell('btcusdt@aggTrade', trade(2, '60001', '10', at + 10));
    binance.tell('btcusdt@aggTrade', trade(3, '60001', '0.1', at + 200));
    binance.tell('btcusdt@aggTrade', trade(4, '60002', '50', at + 400));
    await until(async () => (await prints('BTC')).length === 2, PATIENCE_MS);
    await untilRecorded(path, '60002');
    const live = await prints('BTC');
    await stop();
    expect(await replay(path)).toMatchObject({ message: 'It has been played to its end.' });
    const { whaleExchangePrint } = whales.prisma;
    const where = { kind: 'REPLAY' };
    await until(async () => (await whaleExchangePrint.count({ where })) === 2, PATIENCE_MS);
    expect(await prints('BTC')).toEqual(live);
    expect(await whales.sourceOf('replay-prints')).toMatchObject({ isConnected: false });
  });

  it('may be of the market, whose frames have nothing around them', async () => {
    const path = join(folder, 'market.txt');
    const at = 1_723_161_255_343;
    const frame = (a: number, q: string): string =>
      JSON.stringify({
        stream: 'ethusdt@aggTrade',
        data: trade(a, '3000', q, at + 100 * a, false, 'ETHUSDT'),
      });
    for (const [a, q] of [
      [1, '1000'],
      [2, '2'],
      [3, '500'],
    ] as const) {
      await appendFile(path, `${at + 100 * a}000000 ${frame(a, q)}\n`);
    }
    await replay(path);
    await until(async () => (await prints('ETH')).length === 2, PATIENCE_MS);
    expect(await prints('ETH')).toMatchObject([
      { id: 'binance:ETH:trade:3', usd: '1500000', time: new Date(at + 300).toISOString() },
      { id: 'binance:ETH:trade:1', usd: '3000000', time: new Date(at + 100).toISOString() },
    ]);
  });
});
