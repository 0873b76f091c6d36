import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { shardsLed } from './feed-process';
import { FeedRig, madeUpFrames } from './feed-rig';
import { naiveMinutes } from './naive-minutes';

const SYMBOLS = ['ADA', 'BNB', 'BTC', 'DOGE', 'ETH', 'LINK', 'SOL', 'XRP'];
/** Each of them has some of the symbols. */
const SHARDS = '4';

describe('the market feed in shards', () => {
  let rig: FeedRig;
  let ports: [number, number];

  beforeEach(async () => {
    rig = await FeedRig.open();
    ports = [await freePort(), await freePort()];
  });
  afterEach(() => rig.close());

  const led = (): Promise<number[]> => Promise.all(ports.map(shardsLed));
  const untilLed = (...wanted: number[]): Promise<unknown> =>
    rig.until(
      `shards are led ${wanted.join(' and ')}`,
      async () => (await led()).join() === wanted.join(),
    );
  const simulated = (port: number): Record<string, string> => ({
    MARKET_SOURCE: 'simulated',
    MARKET_SYMBOLS: SYMBOLS.join(),
    MARKET_FEED_SHARDS: SHARDS,
    MARKET_FEEDS_ADMIN_PORT: String(port),
  });
  const untilAllPriced = (after: number): Promise<unknown> =>
    rig.until('every symbol has a new price', async () => {
      const quotes = await rig.market.readQuotes(SYMBOLS);
      return quotes.every(({ last }) => last !== null && last.receivedAt > after);
    });
  const datasets = async (): Promise<unknown[]> =>
    (await rig.pool.query('SELECT symbol, begun FROM market.dataset_part ORDER BY symbol')).rows;

  /** Where PostgreSQL is slow, prices are there before it is known whose candles there are. */
  const untilKnown = (): Promise<unknown[]> =>
    rig.until('all datasets are known', async () => {
      const known = await datasets();
      return known.length === SYMBOLS.length && known;
    });

  it('feeds every symbol exactly once when two processes share them', async () => {
    const file = await rig.recording(madeUpFrames(10, 60));
    // BTC and ETH are in two shards of four.
    const feed = (port: number): Promise<unknown> =>
      rig.feed({
        MARKET_SOURCE: 'replay',
        REPLAY_PATH: file,
        REPLAY_SPEED: '50',
        MARKET_SYMBOLS: 'BTC,ETH',
        MARKET_FEED_SHARDS: SHARDS,
        MARKET_FEEDS_ADMIN_PORT: String(port),
      });
    await Promise.all(ports.map(feed));
    await untilLed(1, 1);
    await rig.untilEnded();
    await rig.until('all are stored', async () => (await rig.storedMinutes()).length === 20);
    expect(await rig.storedMinutes()).toEqual(await naiveMinutes([file]));
    const newest = Array.from({ length: 500 }, (_, at) => String(600 - at));
    for (const symbol of ['BTC', 'ETH']) {
      const trades = await rig.market.readTrades(symbol);
      expect(trades.map(({ id }) => String(id))).toEqual(newest);
    }
    expect(await led()).toEqual([1, 1]);
  });

  it('gives a process that comes later its share, and all of it to who is left when one is killed', async () => {
    const [first, second] = ports;
    const other = rig.feedProcess(simulated(first));
    await rig.until('one leads all', async () => (await shardsLed(first)) === Number(SHARDS));
    await untilAllPriced(0);
    const before = await untilKnown();
    await rig.feed(simulated(second));
    await untilLed(2, 2);
    await untilAllPriced(Date.now());
    const shared = await rig.until('one status speaks for all', async () => {
      const status = await rig.market.readFeedStatus();
      return status?.symbols === SYMBOLS.length && status.state === 'RUNNING' && status;
    });
    expect(shared.message).toContain('4 of 4 parts of the market: Simulated prices');
    const killedAt = Date.now();
    await other.kill();
    await rig.until('one leads all', async () => (await shardsLed(second)) === Number(SHARDS));
    await untilAllPriced(killedAt);
    // They went on where the other was, with the same past.
    expect(await datasets()).toEqual(before);
  });

  it('is one market again when it is divided no more', async () => {
    const [first, second] = ports;
    const stop = await rig.feed(simulated(first));
    await untilAllPriced(0);
    const before = await untilKnown();
    await stop();
    const stoppedAt = Date.now();
    await rig.feed({ ...simulated(second), MARKET_FEED_SHARDS: '1' });
    await untilAllPriced(stoppedAt);
    await rig.until(
      'the shards are forgotten',
      async () => (await rig.market.readReporting()).join() === '0',
    );
    // It is told in turns, and the first may have been before the prices.
    await rig.until('the whole market is told of', async () =>
      (await rig.market.readFeedStatus())?.message.startsWith('Simulated prices of 8 assets'),
    );
    expect(await datasets()).toEqual(before);
  });
});
