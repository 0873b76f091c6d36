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
import type { Stop } from '@spyhop/platform/shutdown';
import { BLOCK_TIME, LocalBlockchainInfo, LocalMempool } from './bitcoin-servers';
import { type WhalesRig, startWhales, until } from './rig';

let whales: WhalesRig;
let mempool: LocalMempool;
let standIn: LocalBlockchainInfo;
let feed: Stop | null;

beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());
beforeEach(async () => {
  [mempool, standIn, feed] = [await LocalMempool.open(), await LocalBlockchainInfo.open(), null];
});
afterEach(async () => {
  await stopFeed();
  await mempool.close();
  await standIn.close();
});

jest.setTimeout(180_000);

async function follow(): Promise<void> {
  feed = await whales.feed({
    ...{ WHALE_SOURCE: 'live', MEMPOOL_SPACE_HOST: mempool.host },
    ...{ BLOCKCHAIN_INFO_HOST: standIn.host, BLOCKCHAIN_INFO_AFTER_MS: '200' },
  });
}

async function stopFeed(): Promise<void> {
  await feed?.();
  feed = null;
}

let count = 0;
const newTxid = (): string => String((count += 1)).padStart(64, 'a');

interface Shown {
  status: string;
  confirmations: number | null;
  replacedBy: string | null;
  time: string;
  sources: string[];
  legs: { amount: string; coinsSince: string | null }[];
}

/** Null where it is not stored. */
async function read(txid: string): Promise<Shown | null> {
  const { data } = await whales.graph.ask<{ whaleTransaction: Shown | null }>(
    `query ($id: ID!) { whaleTransaction(id: $id) {
      status confirmations replacedBy time sources legs { amount coinsSince }
    } }`,
    { id: `bitcoin:${txid}` },
  );
  return data?.whaleTransaction ?? null;
}

const untilIs = (txid: string, status: string): Promise<void> =>
  until(async () => (await read(txid))?.status === status);

/** Counts as large without a price. */
const LARGE = 20;

describe('a transaction of Bitcoin', () => {
  it('is unconfirmed until a block takes it, and keeps the time at which it was seen', async () => {
    const txid = newTxid();
    await follow();
    await until(async () => mempool.connections === 1);
    mempool.add(txid, LARGE);
    await untilIs(txid, 'UNCONFIRMED');
    const first = await read(txid);
    expect(first).toMatchObject({ confirmations: 0, legs: [{ amount: '20' }] });
    mempool.mine(txid);
    await untilIs(txid, 'CONFIRMED');
    expect(await read(txid)).toEqual({ ...first, status: 'CONFIRMED', confirmations: 1 });
  });

  it('tells since when the coin that it spends had rested, and is told of all the same where that is not known', async () => {
    const [coin, spends, spendsAnother] = [newTxid(), newTxid(), newTxid()];
    mempool.add(coin, 1);
    mempool.mine(coin);
    await follow();
    mempool.add(spends, LARGE, { coin });
    mempool.add(spendsAnother, LARGE, { coin: newTxid() });
    await untilIs(spends, 'UNCONFIRMED');
    await untilIs(spendsAnother, 'UNCONFIRMED');
    const since = new Date(BLOCK_TIME * 1_000).toISOString();
    await until(async () => (await read(spends))?.legs[0]?.coinsSince === since);
    expect((await read(spendsAnother))?.legs).toMatchObject([{ coinsSince: null }]);
    mempool.mine(spends);
    await untilIs(spends, 'CONFIRMED');
    expect((await read(spends))?.legs).toMatchObject([{ coinsSince: since }]);
  });

  it('is replaced by another one that spends the same', async () => {
    const [before, after] = [newTxid(), newTxid()];
    mempool.add(before, LARGE);
    await follow();
    await untilIs(before, 'UNCONFIRMED');
    mempool.add(after, LARGE);
    await untilIs(after, 'UNCONFIRMED');
    mempool.beat();
    mempool.replace(before, after);
    await untilIs(before, 'REPLACED');
    expect((await read(before))?.replacedBy).toBe(`bitcoin:${after}`);
    expect((await read(after))?.status).toBe('UNCONFIRMED');
  });

  it('is dropped where nobody has it any more, and back where somebody has it again', async () => {
    const txid = newTxid();
    mempool.add(txid, LARGE);
    await follow();
    await untilIs(txid, 'UNCONFIRMED');
    mempool.evict(txid);
    await untilIs(txid, 'DROPPED');
    mempool.add(txid, LARGE);
    await untilIs(txid, 'UNCONFIRMED');
  });

  it('is unconfirmed again where its block is left behind', async () => {
    const txid = newTxid();
    mempool.add(txid, LARGE);
    await follow();
    await untilIs(txid, 'UNCONFIRMED');
    mempool.mine(txid);
    await untilIs(txid, 'CONFIRMED');
    mempool.undo();
    await untilIs(txid, 'UNCONFIRMED');
  });

  it('is asked for no more once six blocks stand on it', async () => {
    const [txid, other] = [newTxid(), newTxid()];
    mempool.add(txid, LARGE);
    mempool.add(other, LARGE);
    await follow();
    await untilIs(txid, 'UNCONFIRMED');
    mempool.mine(txid);
    await untilIs(txid, 'CONFIRMED');
    for (let block = 0; block < 5; block += 1) mempool.mine();
    mempool.asked = [];
    // All that is watched is asked for where blocks were left behind.
    mempool.undo();
    await until(async () => mempool.asked.includes(other));
    expect(mempool.asked).not.toContain(txid);
  });

  it('is followed over a break of the connection, and over an end of the process', async () => {
    const [mined, dropped] = [newTxid(), newTxid()];
    mempool.add(mined, LARGE);
    mempool.add(dropped, LARGE);
    await follow();
    await untilIs(mined, 'UNCONFIRMED');
    await untilIs(dropped, 'UNCONFIRMED');
    mempool.isAway = true;
    mempool.drop();
    mempool.mine(mined);
    mempool.isAway = false;
    await until(async () => mempool.connections === 2);
    mempool.beat();
    await untilIs(mined, 'CONFIRMED');
    await stopFeed();
    mempool.evict(dropped, true);
    await follow();
    await untilIs(dropped, 'DROPPED');
  });
});

describe('blockchain.info', () => {
  const SECONDS = Math.floor(Date.UTC(2024, 7, 9) / 1_000);

  it('stands in while mempool.space is out of reach, and by once it is back', async () => {
    mempool.isAway = true;
    await follow();
    await until(async () => standIn.viewers === 1);
    const [txid, small, broken] = [newTxid(), newTxid(), newTxid()];
    standIn.tell('{"op":"status","msg":"up"}');
    standIn.tell('no JSON');
    standIn.tellOf(small, 4.9, SECONDS);
    standIn.tellOf(broken.slice(1), LARGE, SECONDS);
    standIn.tellOf(txid, LARGE, SECONDS);
    await untilIs(txid, 'UNCONFIRMED');
    // What goes back to the sender is not counted, what has no address is.
    expect(await read(txid)).toMatchObject({
      ...{ sources: ['blockchain-info'], time: new Date(SECONDS * 1_000).toISOString() },
      legs: [{ amount: '20' }],
    });
    expect(await read(small)).toBeNull();
    await until(async () => (await whales.sourceOf('blockchain-info'))?.isConnected === true);
    expect(await whales.sourceOf('mempool-space')).toMatchObject({ isConnected: false });
    // Back again, it knows the same transaction, and what becomes of it.
    mempool.add(txid, LARGE);
    mempool.isAway = false;
    await until(async () => standIn.viewers === 0);
    await until(async () => (await read(txid))?.sources.length === 2);
    expect((await read(txid))?.sources).toEqual(['blockchain-info', 'mempool-space']);
    mempool.beat();
    mempool.mine(txid);
    await untilIs(txid, 'CONFIRMED');
    await until(async () => (await whales.sourceOf('mempool-space'))?.isConnected === true);
    expect(await whales.sourceOf('blockchain-info')).toMatchObject({
      ...{ isConnected: false, message: 'It stands by for mempool-space.', state: 'STANDBY' },
    });
  });

  it('is not asked while mempool.space is in reach', async () => {
    mempool.add(newTxid(), LARGE);
    await follow();
    await until(async () => (await whales.sourceOf('mempool-space'))?.isConnected === true);
    await until(async () => standIn.viewers === 0);
    const before = standIn.connections;
    const txid = newTxid();
    mempool.add(txid, LARGE);
    await untilIs(txid, 'UNCONFIRMED');
    expect(standIn.connections).toBe(before);
    expect(standIn.viewers).toBe(0);
  });
});
