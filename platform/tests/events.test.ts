import { randomUUID } from 'node:crypto';
import { type Socket, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DurableEvents } from '../durable-events';
import { LiveEvents } from '../live-events';
import { createLog } from '../log';
import { type RedisSpace, connectRedis } from '../redis';
import { freePort } from '../testkit/ports';
import { type TestRedis, testRedis } from '../testkit/redis';
import { type CandlesClosed, type PriceTick, candlesClosed, priceTicked } from '../topics';

const log = createLog({ name: 'test', level: 'silent' });
let redis: TestRedis;
beforeAll(() => {
  redis = testRedis();
});
afterAll(() => redis.close());

const tick = (symbol: string, price: string): PriceTick => ({
  symbol,
  price,
  time: 1_723_161_904_000,
  receivedAt: 1_723_161_904_001,
});

describe('live events', () => {
  it('reach a subscriber of their key and no other', async () => {
    const events = new LiveEvents(redis.space, log);
    const btc = await events.subscribe(priceTicked, ['BTC'], 'newest-per-key');
    await events.publish(priceTicked, tick('ETH', '2680'));
    await events.publish(priceTicked, tick('BTC', '61837.64'));
    expect((await btc.next()).value).toEqual(tick('BTC', '61837.64'));
    await btc.return?.();
    await events.close();
  });

  it('may be published before the connection is made', async () => {
    const reader = new LiveEvents(redis.space, log);
    const btc = await reader.subscribe(priceTicked, ['BTC'], 'newest-per-key');
    const events = new LiveEvents(redis.space, log);
    await events.publish(priceTicked, tick('BTC', '4'));
    expect((await btc.next()).value).toEqual(tick('BTC', '4'));
    await events.close();
    await reader.close();
  });

  it('that do not fit their topic are dropped, and later ones still arrive', async () => {
    const events = new LiveEvents(redis.space, log);
    const btc = await events.subscribe(priceTicked, ['BTC'], 'newest-per-key');
    const raw = redis.space.open();
    await raw.publish(redis.space.channel(priceTicked.name, 'BTC'), '{"symbol":"BTC"}');
    await raw.publish(redis.space.channel(priceTicked.name, 'BTC'), 'not json');
    await events.publish(priceTicked, tick('BTC', '1'));
    expect((await btc.next()).value).toEqual(tick('BTC', '1'));
    raw.disconnect();
    await events.close();
  });

  it('are subscribed to in one round trip, however many keys there are', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `C${at}`);
    const proxy = await confirmingLate(redis.url, (sent) => sent.includes(':C49'));
    const space = connectRedis({ url: proxy.url, prefix: redis.prefix, log });
    const events = new LiveEvents(space, log);
    const all = await events.subscribe(priceTicked, keys, 'newest-per-key');
    await events.publish(priceTicked, tick('C49', '3'));
    expect((await all.next()).value).toEqual(tick('C49', '3'));
    await events.close();
    await space.close();
    await proxy.close();
  });

  it('arrive again after the connection was lost, and the reader is told', async () => {
    const name = randomUUID();
    const space = connectRedis({ url: `${redis.url}?connectionName=${name}`, prefix: name, log });
    const events = new LiveEvents(space, log);
    const btc = await events.subscribe(priceTicked, ['BTC'], 'newest-per-key');
    const resumed = new Promise<void>((resolve) => void events.onResumed(resolve));
    await killSubscriber(space, name);
    await resumed;
    await events.publish(priceTicked, tick('BTC', '2'));
    expect((await btc.next()).value).toEqual(tick('BTC', '2'));
    await events.close();
    await space.close();
  });
});

/** A way to Redis that keeps confirmations of subscriptions back until enough was sent. */
async function confirmingLate(
  redisUrl: string,
  isEnough: (sent: string) => boolean,
): Promise<{ url: string; close: () => Promise<void> }> {
  const url = new URL(redisUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host, port });
    let sent = '';
    let kept: Buffer[] | null = [];
    client.on('data', (data) => {
      sent += String(data);
      upstream.write(data);
      if (!isEnough(sent) || kept === null) return;
      for (const confirmation of kept) client.write(confirmation);
      kept = null;
    });
    upstream.on('data', (data) => {
      if (kept !== null && String(data).includes('subscribe')) kept.push(data);
      else client.write(data);
    });
    client.on('close', () => upstream.destroy());
    sockets.add(client);
  });
  url.port = String(await freePort());
  await new Promise<void>((resolve) => server.listen(Number(url.port), '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: url.href, close };
}

/** Cuts the subscribing connection of that name; other tests use the same server. */
async function killSubscriber(space: RedisSpace, name: string): Promise<void> {
  const clients = String(await space.client.client('LIST')).split('\n');
  const subscriber = clients.find((client) => client.includes(name) && / sub=[1-9]/.test(client));
  const id = /\bid=(\d+)/.exec(subscriber ?? '')?.[1];
  await space.client.call('CLIENT', 'KILL', 'ID', id ?? '');
}

describe('durable events', () => {
  const closed = (openTime: number): CandlesClosed => ({
    symbol: 'BTC',
    dataset: 0,
    interval: '1m',
    candles: [{ openTime, close: '100' }],
  });

  /** Consumes until `count` events were handled; `handle` may fail. */
  async function consumeUntil(
    events: DurableEvents,
    group: string,
    count: number,
    handle: (event: CandlesClosed) => void = () => undefined,
  ): Promise<number[]> {
    const handled: number[] = [];
    let done = (): void => undefined;
    const finished = new Promise<void>((resolve) => (done = resolve));
    const stop = await events.consume(candlesClosed, {
      group,
      consumer: 'one',
      handle: async (event) => {
        handle(event);
        handled.push(event.candles[0]?.openTime ?? -1);
        if (handled.length === count) done();
      },
    });
    await finished;
    await stop();
    return handled;
  }

  it('reach every group in order, also one that came later', async () => {
    const events = new DurableEvents(redis.space, log);
    for (const openTime of [0, 60_000, 120_000])
      await events.append(candlesClosed, closed(openTime));
    expect(await consumeUntil(events, 'early', 3)).toEqual([0, 60_000, 120_000]);
    expect(await consumeUntil(events, 'late', 3)).toEqual([0, 60_000, 120_000]);
  });

  it('come again after a failure, before the ones behind them', async () => {
    const events = new DurableEvents(redis.space, log);
    let failures = 2;
    const handled = await consumeUntil(events, 'failing', 3, () => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('the store is away');
      }
    });
    expect(handled).toEqual([0, 60_000, 120_000]);
  });

  it('are not repeated to a group that finished them', async () => {
    const events = new DurableEvents(redis.space, log);
    await events.append(candlesClosed, closed(180_000));
    expect(await consumeUntil(events, 'early', 1)).toEqual([180_000]);
  });

  it('reach a follower outside all groups, those kept before it came and those after', async () => {
    const events = new DurableEvents(redis.space, log);
    const followed: number[] = [];
    let onNext = (): void => undefined;
    const stop = await events.follow(candlesClosed, (event) => {
      followed.push(event.candles[0]?.openTime ?? -1);
      onNext();
    });
    expect(followed).toEqual([0, 60_000, 120_000, 180_000]);
    const next = new Promise<void>((resolve) => (onNext = resolve));
    await events.append(candlesClosed, closed(240_000));
    await next;
    await stop();
    expect(followed.at(-1)).toBe(240_000);
  });
});
