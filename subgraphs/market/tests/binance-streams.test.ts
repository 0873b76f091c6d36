import { afterEach, describe, expect, it } from '@jest/globals';
import { AttemptWindow } from '../feeds/pacing';
import { STREAMS_PER_CONNECTION, shardStreams, streamsOf } from '../feeds/binance/streams';
import { BinanceExchange, type Connection } from './binance-exchange';
import { type Rig, type RigOptions, startRig } from './binance-rig';
import { until } from './until';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let rig: Rig;
const started = async (options?: RigOptions): Promise<Rig> => (rig = await startRig(options));
afterEach(() => rig.stop());

const tradeIds = (symbol = 'BTC'): number[] =>
  rig.sink.trades.filter((trade) => trade.symbol === symbol).map((trade) => Number(trade.id));

const arrived = (id: number): Promise<void> =>
  until(`trade ${id} arrives`, () => tradeIds().includes(id));

const upTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const pairsNamed = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `C${index}USDT`);

describe('the live streams', () => {
  it('hand on trades, minutes and 24 h figures of the tracked pairs', async () => {
    const { exchange, sink, frames, subscribed } = await started();
    await subscribed();
    exchange.trade('BTCUSDT', '61837.64', { quantity: '0.02', buyerIsMaker: true });
    exchange.sendMinute('BTCUSDT');
    exchange.sendTickers();
    await until('the figures arrive', () => sink.stats.length >= 4);
    expect(sink.trades).toMatchObject([
      { symbol: 'BTC', price: '61837.64000000', quantity: '0.02000000', aggressor: 'SELL' },
    ]);
    expect(sink.minutes).toMatchObject([
      { symbol: 'BTC', interval: '1m', close: '61837.64000000', closed: false },
    ]);
    expect(sink.stats.at(-1)).toMatchObject({ symbol: 'ETH', last: '100.00000000' });
    expect(frames.map((text) => (JSON.parse(text) as { stream: string }).stream)).toEqual([
      'btcusdt@aggTrade',
      'btcusdt@kline_1m',
      '!miniTicker@arr',
    ]);
  });

  it('show the 24 h figures of every pair before anything streams', async () => {
    const { sink } = await started({ limits: { connectionAttempts: 0 } });
    await until('the figures arrive', () => sink.stats.length === 2);
    expect(sink.states).not.toContain('connected');
  });

  it('answer pings with their payload and stay connected', async () => {
    const { exchange, timers, subscribed } = await started({ source: { silenceMs: HOUR_MS } });
    const connection = await subscribed();
    for (let pings = 1; pings <= 10; pings += 1) {
      timers.advance(20_000);
      await until('the pong arrives', () => connection.pongs.length === pings);
    }
    expect(connection.pongs).toEqual(connection.pings);
    expect(exchange.kicks).toEqual([]);
    expect(exchange.openConnections).toHaveLength(1);
  });

  it('replace a connection that is pinged but carries no frame for 30 s', async () => {
    const { exchange, timers, sink, subscribed, advanceUntil } = await started();
    const first = await subscribed();
    exchange.isSilent = true;
    timers.advance(29_000);
    await until('the ping is answered', () => first.pongs.length === 1);
    expect(sink.states).toEqual(['connected']);
    timers.advance(1_000);
    expect(sink.states).toEqual(['connected', 'disconnected: silent for 30000 ms']);
    exchange.isSilent = false;
    await advanceUntil('the source is back', () => sink.states.at(-1) === 'connected');
    expect(exchange.connections).toHaveLength(2);
    exchange.trade('BTCUSDT', '101');
    await until('a trade arrives', () => sink.trades.length === 1);
  });

  it('do not count a connection as silent while frames arrive', async () => {
    const { exchange, timers, sink, subscribed } = await started();
    await subscribed();
    for (let times = 1; times <= 5; times += 1) {
      timers.advance(25_000);
      const id = exchange.trade('BTCUSDT', '101');
      await arrived(id);
    }
    expect(sink.states).toEqual(['connected']);
  });
});

describe('rotation', () => {
  it('overlaps two connections after 23 h; no trade is lost or told twice', async () => {
    const { exchange, timers, sink, subscribed, advanceUntil, countOf } = await started({
      source: { silenceMs: 48 * HOUR_MS },
      limits: { pingEveryMs: 48 * HOUR_MS },
    });
    await subscribed();
    const first = exchange.trade('BTCUSDT', '100');
    await arrived(first);
    timers.advance(23 * HOUR_MS - 1_000);
    expect(exchange.connections).toHaveLength(1);
    let last = first;
    let mostOpen = 0;
    await advanceUntil('the old connection is closed', () => {
      last = exchange.trade('BTCUSDT', '100');
      exchange.sendMinute('BTCUSDT');
      mostOpen = Math.max(mostOpen, exchange.openConnections.length);
      return exchange.connections.length === 2 && exchange.openConnections.length === 1;
    });
    last = exchange.trade('BTCUSDT', '100');
    await arrived(last);
    expect(mostOpen).toBe(2);
    expect(tradeIds()).toEqual(upTo(first, last));
    expect(countOf('duplicate')).toBeGreaterThan(0);
    expect(countOf('connection rotated')).toBe(1);
    expect(sink.states).toEqual(['connected']);
    expect(exchange.requestsFor('aggTrades')).toEqual([]);
  });

  it('comes round again before the exchange closes the next connection', async () => {
    const { exchange, timers, subscribed, advanceUntil, sink, countOf } = await started({
      source: { silenceMs: 48 * HOUR_MS },
      limits: { pingEveryMs: 48 * HOUR_MS },
    });
    await subscribed();
    for (let day = 1; day <= 3; day += 1) {
      timers.advance(23 * HOUR_MS - 5_000);
      await advanceUntil('a rotation', () => {
        exchange.trade('BTCUSDT', '100');
        return countOf('connection rotated') === day;
      });
    }
    expect(sink.states).toEqual(['connected']);
  });

  it('opens a new connection before the old one closes when the server announces its shutdown', async () => {
    const { exchange, sink, subscribed, advanceUntil } = await started();
    const old = await subscribed();
    exchange.announceShutdown(old);
    const first = exchange.trade('BTCUSDT', '100');
    let last = first;
    let wasOpenBeside = false;
    await advanceUntil('the old connection is given up', () => {
      last = exchange.trade('BTCUSDT', '100');
      wasOpenBeside ||= old.isOpen && exchange.openConnections.length === 2;
      return !old.isOpen;
    });
    last = exchange.trade('BTCUSDT', '100');
    await arrived(last);
    expect(wasOpenBeside).toBe(true);
    expect(tradeIds()).toEqual(upTo(first, last));
    expect(sink.states).toEqual(['connected']);
  });

  it('takes over at once, with all the new connection has heard, when the old one closes early', async () => {
    const { exchange, sink, subscribed, advanceUntil } = await started();
    const old = await subscribed();
    const first = exchange.trade('BTCUSDT', '100');
    exchange.announceShutdown(old);
    await advanceUntil('both are subscribed', () => exchange.connections[1]?.streams.size === 5, 1);
    const [, fresh] = exchange.connections;
    exchange.trade('BTCUSDT', '101');
    const ahead = exchange.trade('BTCUSDT', '102', { only: fresh });
    await until('the old one has told its trades', () => tradeIds().length === 2);
    expect(tradeIds()).not.toContain(ahead);
    exchange.drop([old]);
    await arrived(ahead);
    const last = exchange.trade('BTCUSDT', '103');
    await arrived(last);
    expect(tradeIds()).toEqual(upTo(first, last));
    expect(exchange.requestsFor('aggTrades')).toEqual([]);
    expect(sink.states.filter((state) => state.startsWith('disconnected'))).toEqual([]);
  });

  it('does not give up the old connection for one on which nothing comes', async () => {
    const { exchange, timers, subscribed, advanceUntil } = await started();
    const old = await subscribed();
    exchange.announceShutdown(old);
    await advanceUntil('both are subscribed', () => exchange.connections[1]?.streams.size === 5, 1);
    const [, fresh] = exchange.connections;
    const first = exchange.trade('BTCUSDT', '100', { only: old });
    await arrived(first);
    timers.advance(10_000);
    expect(rig.countOf('connection rotated')).toBe(0);
    const last = exchange.trade('BTCUSDT', '101', { only: fresh });
    await advanceUntil('the new connection takes over', () => tradeIds().includes(last));
    expect(tradeIds()).toEqual(upTo(first, last));
  });

  it('keeps the old connection while the new one cannot be made', async () => {
    const { exchange, sink, subscribed, advanceUntil } = await started();
    const old = await subscribed();
    exchange.refuseHandshakesWith = 503;
    exchange.announceShutdown(old);
    await advanceUntil('two attempts failed', () => {
      exchange.trade('BTCUSDT', '100');
      return rig.countOf('connection failed') >= 2;
    });
    expect(old.isOpen).toBe(true);
    exchange.refuseHandshakesWith = null;
    await advanceUntil('the old connection is given up', () => {
      exchange.trade('BTCUSDT', '100');
      return !old.isOpen;
    });
    expect(sink.states).toEqual(['connected']);
  });
});

describe('limits of a connection', () => {
  it('spread more than 1,024 streams evenly over connections', async () => {
    const pairs = pairsNamed(600);
    const { exchange, sink, subscribed } = await started({ pairs });
    await subscribed(2);
    const sizes = exchange.connections.map(({ streams }) => streams.size);
    expect(sizes).toEqual([601, 600]);
    expect(new Set(exchange.connections.flatMap(({ streams }) => [...streams]))).toEqual(
      new Set(streamsOf(pairs)),
    );
    pairs.forEach((pair) => exchange.trade(pair, '100'));
    await until('a trade of each pair arrives', () => sink.trades.length === 600);
    expect(exchange.kicks).toEqual([]);
  });

  it('queue control messages so that no second holds more than five, pongs included', async () => {
    const { exchange, subscribed } = await started({
      pairs: pairsNamed(500),
      limits: { pingEveryMs: 1_100 },
    });
    const connection = await subscribed();
    expect(connection.streams.size).toBe(1_001);
    const times = connection.messageTimes;
    expect(times.length).toBeGreaterThan(6);
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    );
    expect(busiest).toBeLessThanOrEqual(5);
    expect(exchange.kicks).toEqual([]);
  });

  it('share no stream between shards and lose none, whatever their number', () => {
    for (const count of [1, 2, 511, 512, 513, 1_023, 1_024, 1_025, 5_000]) {
      const streams = streamsOf(pairsNamed(count));
      const shards = shardStreams(streams);
      expect(shards.flat()).toEqual(streams);
      expect(Math.max(...shards.map((shard) => shard.length))).toBeLessThanOrEqual(
        STREAMS_PER_CONNECTION,
      );
    }
  });

  it('make at most 300 connection attempts in any five minutes', () => {
    let now = 1_000_000;
    const attempts = new AttemptWindow(300, 5 * MINUTE_MS, () => now);
    const made: number[] = [];
    while (made.length < 1_000) {
      const wait = attempts.take();
      if (wait === 0) made.push(now);
      now += wait > 0 ? wait : 7;
    }
    made
      .slice(300)
      .forEach((at, index) => expect(at - made[index]).toBeGreaterThanOrEqual(5 * MINUTE_MS));
  });
});

describe('a lost connection', () => {
  it('is made again after 1 s, 2 s, 4 s and so on up to 60 s, with jitter', async () => {
    const { exchange, timers, subscribed, advanceUntil } = await started();
    await subscribed();
    exchange.refuseHandshakesWith = 503;
    exchange.drop();
    const delays: number[] = [];
    let failedAt = 0;
    for (let attempt = 0; attempt < 9; attempt += 1) {
      const failures = rig.countOf('connection failed');
      await advanceUntil(
        'an attempt fails',
        () => rig.countOf('connection failed') > failures,
        250,
      );
      if (failedAt > 0) delays.push(timers.now() - failedAt);
      failedAt = timers.now();
    }
    const expected = [750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000];
    delays.forEach((delay, index) => {
      expect(delay).toBeGreaterThanOrEqual(expected[index]);
      expect(delay).toBeLessThan(expected[index] + 2_000);
    });
  });

  it('fetches the trades that were missed and hands them on in order', async () => {
    const { exchange, sink, subscribed, advanceUntil, countOf } = await started();
    await subscribed();
    const first = exchange.trade('BTCUSDT', '100');
    await arrived(first);
    exchange.drop();
    await until('the loss is noticed', () => sink.states.length === 2);
    for (let times = 0; times < 500; times += 1) exchange.trade('BTCUSDT', '100');
    await advanceUntil('the source is back', () => sink.states.at(-1) === 'connected');
    exchange.trade('BTCUSDT', '100');
    const last = exchange.trade('BTCUSDT', '100');
    await arrived(last);
    expect(tradeIds()).toEqual(upTo(first, last));
    expect(countOf('trade gap filled')).toBe(1);
    expect(sink.states[1]).toMatch(/^disconnected: closed with 1006/);
  });

  it('goes on without the missed trades when they are too many or cannot be had', async () => {
    const { exchange, sink, subscribed, advanceUntil, countOf } = await started();
    await subscribed();
    await arrived(exchange.trade('BTCUSDT', '100'));
    await until('the other pair too', () => exchange.trade('ETHUSDT', '100') > 0);
    await until('ETH arrives', () => tradeIds('ETH').length > 0);
    exchange.drop();
    await until('the loss is noticed', () => sink.states.length === 2);
    for (let times = 0; times < 1_500; times += 1) exchange.trade('BTCUSDT', '100');
    exchange.trade('ETHUSDT', '100');
    exchange.answerWith('aggTrades', { status: 429, body: '' });
    await advanceUntil('the source is back', () => sink.states.at(-1) === 'connected');
    const btc = exchange.trade('BTCUSDT', '100');
    const eth = exchange.trade('ETHUSDT', '100');
    await arrived(btc);
    await until('the trades were asked for', () => countOf('request limited') === 1);
    await advanceUntil('ETH goes on', () => tradeIds('ETH').includes(eth));
    expect(countOf('trade gap left')).toBe(2);
  });

  it('fetches the minutes that finished meanwhile, and no others', async () => {
    const { exchange, timers, sink, subscribed, advanceUntil } = await started();
    await subscribed();
    exchange.trade('BTCUSDT', '100');
    exchange.sendMinute('BTCUSDT');
    await until('the minute arrives', () => sink.minutes.length === 1);
    const minute = sink.minutes[0].openTime;
    exchange.refuseHandshakesWith = 503;
    exchange.drop();
    await until('the loss is noticed', () => sink.states.length === 2);
    timers.advance(MINUTE_MS);
    exchange.trade('BTCUSDT', '105');
    timers.advance(2 * MINUTE_MS);
    exchange.refuseHandshakesWith = null;
    await advanceUntil('the source is back', () => sink.states.at(-1) === 'connected', 10);
    exchange.sendMinute('BTCUSDT');
    await until('the gap is filled', () => sink.history.length > 0);
    const formingNow = timers.now() - (timers.now() % MINUTE_MS);
    expect(sink.history.map(({ openTime }) => openTime)).toEqual(
      upTo(0, (formingNow - minute) / MINUTE_MS - 1).map((index) => minute + index * MINUTE_MS),
    );
    expect(sink.history.map(({ close }) => close).slice(0, 2)).toEqual([
      '100.00000000',
      '105.00000000',
    ]);
    expect(sink.history.every(({ closed }) => closed)).toBe(true);
    expect(sink.minutes.at(-1)).toMatchObject({ openTime: formingNow, closed: false });
  });

  it('goes to the other host when one is blocked, at once', async () => {
    const blocked = await BinanceExchange.open();
    blocked.refuseHandshakesWith = 451;
    const { timers, logs, subscribed } = await started({
      hosts: ({ streamHost }) => ({ streamHosts: [blocked.streamHost, streamHost] }),
    });
    const startedAt = timers.now();
    await subscribed();
    expect(timers.now() - startedAt).toBeLessThan(500);
    expect(logs).toContainEqual(
      expect.objectContaining({
        reason: 'the handshake was refused with 451 Unavailable For Legal Reasons',
      }),
    );
    await blocked.close();
  });

  it('ends the start when no host can be reached and the start may not last', async () => {
    const { running } = await started({
      hosts: () => ({ streamHosts: ['ws://127.0.0.1:9'] }),
      source: { startWithinMs: 2_500 },
    });
    const failed = expect(running).rejects.toThrow(/^Binance cannot be reached: .*ECONNREFUSED/);
    await rig.advanceUntil('the start is given up', () => rig.countOf('connection failed') > 0);
    await failed;
  });

  it('ends the start when the exchange does not confirm in time', async () => {
    const { running, timers } = await started({
      prepare: (exchange) => (exchange.acknowledges = false),
      source: { startWithinMs: 2_500 },
    });
    const failed = expect(running).rejects.toThrow('no connection within 2500 ms');
    await until('a connection is open', () => {
      timers.advance(1);
      return rig.exchange.openConnections.length === 1;
    });
    timers.advance(2_500);
    await failed;
  });

  it('leaves nothing running when stopped', async () => {
    const { exchange, timers, subscribed } = await started();
    await subscribed();
    await rig.stop();
    expect(exchange.openConnections).toEqual([]);
    expect(timers.size).toBe(0);
  });
});

describe('a stormy day', () => {
  it.each([1, 2, 3])(
    'tells every trade once and in order, whatever happens to the connections (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const { exchange, sink, subscribed, advanceUntil } = await started({
        source: { random, gapTimeoutMs: HOUR_MS },
        limits: { pingEveryMs: 48 * HOUR_MS },
      });
      await subscribed();
      const first = exchange.trade('BTCUSDT', '100');
      await arrived(first);
      let last = first;
      const trouble: ((connection: Connection) => void)[] = [
        (connection) => exchange.drop([connection]),
        (connection) => exchange.announceShutdown(connection),
        (connection) => connection.socket.close(1008, 'go away'),
        (connection) => exchange.sendText(connection, '{"stream":"btcusdt@aggTrade","data":{"e'),
        () => (exchange.refuseHandshakesWith = 503),
        () => (exchange.refuseHandshakesWith = null),
        () => exchange.answerWith('aggTrades', { status: 502, body: '' }),
      ];
      for (let step = 0; step < 60; step += 1) {
        const happening = trouble[Math.floor(random() * trouble.length)];
        exchange.openConnections.forEach(happening);
        const enough = rig.timers.now() + random() * 4_000;
        await advanceUntil(
          'time has passed',
          () => {
            last = exchange.trade('BTCUSDT', '100');
            return rig.timers.now() >= enough;
          },
          200,
        );
      }
      exchange.refuseHandshakesWith = null;
      let looks = 0;
      await advanceUntil('the day ends well', () => {
        // Few enough that the gap stays within what the exchange answers at once, however long it takes.
        if (looks++ % 20 === 0) last = exchange.trade('BTCUSDT', '100');
        return sink.states.at(-1) === 'connected' && tradeIds().includes(last - 3);
      });
      await arrived(last);
      expect(tradeIds()).toEqual(upTo(first, last));
    },
  );
});

describe('minutes', () => {
  it('replace each other while forming and are final once, in whatever order a second connection repeats them', async () => {
    const { exchange, timers, sink, subscribed, advanceUntil } = await started();
    const old = await subscribed();
    const send = (text: string, to: Connection): void => exchange.sendText(to, text);
    exchange.announceShutdown(old);
    await advanceUntil(
      'a second connection is subscribed',
      () => exchange.connections[1]?.streams.size === 5,
      10,
    );
    exchange.trade('BTCUSDT', '100');
    exchange.sendMinute('BTCUSDT');
    exchange.trade('BTCUSDT', '110');
    timers.advance(250);
    exchange.sendMinute('BTCUSDT');
    timers.advance(250);
    exchange.sendMinute('BTCUSDT', true);
    await until('the minute is final', () => sink.minutes.some(({ closed }) => closed));
    await advanceUntil('the new connection has taken over', () => !old.isOpen);
    const final = rig.frames.filter((text) => text.includes('"x":true'));
    expect(final).toHaveLength(1);
    send(final[0], exchange.connections[1]);
    send(rig.frames.filter((text) => text.includes('"x":false'))[0], exchange.connections[1]);
    const last = exchange.trade('BTCUSDT', '111');
    await arrived(last);
    expect(sink.minutes.map(({ close, closed }) => [close, closed])).toEqual([
      ['100.00000000', false],
      ['110.00000000', false],
      ['110.00000000', true],
    ]);
  });
});

describe('frames that cannot be read', () => {
  it('are counted and logged once per burst, and do no harm', async () => {
    const { exchange, timers, sink, logs, subscribed, countOf } = await started();
    const connection = await subscribed();
    const warnings = () => logs.filter(({ msg }) => msg.startsWith('a frame cannot be read'));
    for (let times = 0; times < 100; times += 1)
      exchange.sendText(connection, '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BT');
    await arrived(exchange.trade('BTCUSDT', '100'));
    expect(countOf('malformed frame')).toBe(100);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatchObject({ level: 40, fault: 'not JSON', suppressedBefore: 0 });
    timers.advance(11_000);
    exchange.sendText(connection, '{"e":"aggTrade"}');
    await arrived(exchange.trade('BTCUSDT', '100'));
    expect(warnings()).toHaveLength(2);
    expect(warnings()[1]).toMatchObject({ fault: 'aggTrade.a', suppressedBefore: 99 });
    expect(sink.states).toEqual(['connected']);
  });

  it('include a refused subscription, after which the connection is made again', async () => {
    const { exchange, sink, subscribed, advanceUntil } = await started();
    const connection = await subscribed();
    exchange.sendText(connection, '{"code":2,"msg":"Invalid request: too many parameters"}');
    await until('the connection is given up', () => sink.states.length === 2);
    expect(sink.states[1]).toBe(
      'disconnected: a subscription was refused: 2 Invalid request: too many parameters',
    );
    await advanceUntil('the source is back', () => sink.states.at(-1) === 'connected');
  });
});
