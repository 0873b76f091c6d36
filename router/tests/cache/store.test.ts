import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { invalidateCached } from '@spyhop/platform/cache-invalidation';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { connectRedis } from '@spyhop/platform/redis';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import { decodeEntry, encodeEntry } from '../../cache/entry';
import type { NewEntry } from '../../cache/store';
import { Proxy } from '../proxy';
import { Replica, TestClock, quiet } from './replica';

let redis: TestRedis;
let clock: TestClock;
const replicas: Replica[] = [];

beforeEach(() => {
  redis = testRedis();
  clock = new TestClock();
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.close()));
  await redis.close();
});

async function replica(...how: Parameters<typeof Replica.shared>): Promise<Replica> {
  const started = await Replica.shared(...how);
  replicas.push(started);
  return started;
}

const entry = (key: string, text: string, tags: string[] = [], maxAgeSeconds = 60): NewEntry => ({
  key,
  maxAgeSeconds,
  tags,
  body: Buffer.from(text),
});

function keep({ store }: Replica, ...entries: NewEntry[]): boolean {
  return store.set(entries, store.mark()).length === entries.length;
}

async function textIn({ store }: Replica, key: string): Promise<string | undefined> {
  return (await store.get(key))?.entry.body.toString();
}

const hasInRedis = async (pattern: string): Promise<boolean> =>
  (await redis.space.client.keys(`${redis.prefix}${pattern}`)).length > 0;

describe('an entry', () => {
  it('is found by all replicas, until its time is over', async () => {
    const [one, two] = [await replica(redis, clock), await replica(redis, clock)];
    keep(one, entry('a', 'text'));
    await until(async () => (await textIn(two, 'a')) === 'text');
    clock.pass(59);
    expect([await textIn(one, 'a'), await textIn(two, 'a')]).toEqual(['text', 'text']);
    clock.pass(1);
    expect([await textIn(one, 'a'), await textIn(two, 'a')]).toEqual([undefined, undefined]);
  });

  it('has a lifetime in Redis too, and so has its place under its tags', async () => {
    keep(await replica(redis, clock, { maxTtlSeconds: 600 }), entry('a', 'text', ['t'], 1_000));
    await until(() => hasInRedis('cache:0:entry:a'));
    const entryTtl = await redis.space.client.pttl('cache:0:entry:a');
    expect(entryTtl).toBeGreaterThan(590_000);
    expect(entryTtl).toBeLessThanOrEqual(600_000);
    expect(await redis.space.client.pttl('cache:0:tag:t')).toBeGreaterThan(600_000);
  });

  it('leaves its place under its tags soon after it expired', async () => {
    const one = await replica(redis, clock);
    keep(one, entry('old', 'text', ['t'], 1));
    clock.pass(3_600);
    keep(one, entry('new', 'text', ['t'], 1));
    await until(() => hasInRedis('cache:0:entry:new'));
    expect(await redis.space.client.zrange('cache:0:tag:t', 0, -1)).toEqual(['new']);
  });

  it('makes room in memory for newer ones, within the bytes there are', async () => {
    const one = new Replica(null, clock, { memoryBytes: 50_000 });
    replicas.push(one);
    for (let turn = 0; turn < 100; turn += 1) keep(one, entry(`k${turn}`, 'x'.repeat(5_000)));
    const kept = Array.from({ length: 100 }, (_, turn) => one.store.peek(`k${turn}`));
    const bytes = kept.reduce((sum, found) => sum + (found?.entry.body.length ?? 0), 0);
    expect(bytes).toBeLessThanOrEqual(50_000);
    expect(bytes).toBeGreaterThan(30_000);
    expect(kept[99]).toBeDefined();
  });

  it('that is too large is not kept', async () => {
    const one = await replica(redis, clock, { maxBodyBytes: 10 });
    expect(keep(one, entry('a', 'eleven more'))).toBe(false);
    expect(await textIn(one, 'a')).toBeUndefined();
  });

  it('that Redis has in another form is taken for none', async () => {
    const bytes = encodeEntry({
      storedAt: 1,
      maxAgeSeconds: 2,
      tags: ['a'],
      body: Buffer.from('b'),
    });
    expect(decodeEntry(bytes)).toEqual({
      storedAt: 1,
      maxAgeSeconds: 2,
      tags: ['a'],
      body: Buffer.from('b'),
    });
    const newer = Buffer.from(bytes);
    newer.writeUInt8(2, 0);
    for (const odd of [Buffer.alloc(0), Buffer.from('text'), bytes.subarray(0, 17), newer]) {
      expect(decodeEntry(odd)).toBeNull();
    }
    await redis.space.client.set('cache:0:entry:odd', 'something else entirely');
    expect(await textIn(await replica(redis, clock), 'odd')).toBeUndefined();
  });
});

describe('invalidating a tag', () => {
  it('removes what has it from every replica and from Redis, and nothing else', async () => {
    const [one, two] = [await replica(redis, clock), await replica(redis, clock)];
    keep(one, entry('a', 'A', ['x', 'y']), entry('b', 'B', ['y']));
    await until(async () => (await textIn(two, 'a')) === 'A' && (await textIn(two, 'b')) === 'B');
    await invalidateCached(redis.space, ['x']);
    await until(() => !one.store.peek('a') && !two.store.peek('a'));
    await until(async () => !(await hasInRedis('cache:0:entry:a')));
    expect([await textIn(one, 'a'), await textIn(two, 'a')]).toEqual([undefined, undefined]);
    expect([await textIn(one, 'b'), await textIn(two, 'b')]).toEqual(['B', 'B']);
  });

  it('leaves in memory what had it before and has other tags now', async () => {
    const one = await replica(redis, clock);
    keep(one, entry('a', 'old', ['x']));
    keep(one, entry('a', 'new', ['y']));
    const mark = one.store.mark();
    await invalidateCached(redis.space, ['x']);
    await until(() => one.store.isInvalidatedSince(mark, ['x']));
    expect(one.store.peek('a')?.entry.body.toString()).toBe('new');
  });

  it('removes thousands at once', async () => {
    const one = await replica(redis, clock, { memoryBytes: 1_000 });
    keep(one, ...Array.from({ length: 2_000 }, (_, turn) => entry(`k${turn}`, 'x', ['t'])));
    await until(async () => (await redis.space.client.zcard('cache:0:tag:t')) === 2_000);
    await invalidateCached(redis.space, ['t']);
    await until(async () => !(await hasInRedis('cache:0:*')));
  });

  it('keeps out what was read before and comes after', async () => {
    const [one, two] = [await replica(redis, clock), await replica(redis, clock)];
    const mark = one.store.mark();
    await invalidateCached(redis.space, ['x']);
    await until(() => one.store.isInvalidatedSince(mark, ['x']));
    expect(one.store.set([entry('a', 'old', ['x'])], mark)).toEqual([]);
    expect(one.store.set([entry('b', 'other', ['z'])], mark)).toHaveLength(1);
    expect(await textIn(two, 'a')).toBeUndefined();
  });

  it('keeps out what another replica, that heard of it later, put into Redis', async () => {
    const one = await replica(redis, clock);
    const mark = one.store.mark();
    await invalidateCached(redis.space, ['x']);
    await until(() => one.store.isInvalidatedSince(mark, ['x']));
    const late = { storedAt: clock.now, maxAgeSeconds: 60, tags: ['x'], body: Buffer.from('old') };
    await redis.space.client.set('cache:0:entry:a', encodeEntry(late));
    expect(await textIn(one, 'a')).toBeUndefined();
    clock.pass(2);
    await redis.space.client.set('cache:0:entry:a', encodeEntry({ ...late, storedAt: clock.now }));
    expect(await textIn(one, 'a')).toBe('old');
  });

  it('that no router hears makes all that Redis has unusable', async () => {
    const one = await Replica.shared(redis, clock);
    keep(one, entry('a', 'A', ['x']));
    await until(() => hasInRedis('cache:0:entry:a'));
    await one.close();
    const between = await Replica.shared(redis, clock);
    expect(await textIn(between, 'a')).toBe('A');
    await between.close();
    await until(
      async () =>
        (await redis.space.client.pubsub('NUMSUB', `${redis.prefix}cache:invalidate`))[1] === 0,
    );
    await invalidateCached(redis.space, ['x']);
    expect(await textIn(await replica(redis, clock), 'a')).toBeUndefined();
  });

  it('that cannot be removed from Redis makes all that Redis has unusable', async () => {
    const one = await replica(redis, clock);
    keep(one, entry('a', 'A', ['x']), entry('b', 'B'));
    await until(() => hasInRedis('cache:0:entry:b'));
    await redis.space.client.set('cache:0:tag:x', 'no sorted set');
    await invalidateCached(redis.space, ['x']);
    await until(async () => (await redis.space.client.get('cache:epoch')) === '1');
    await until(() => one.store.isShared);
    expect([await textIn(one, 'a'), await textIn(one, 'b')]).toEqual([undefined, undefined]);
  });

  it('by a message that cannot be read changes nothing', async () => {
    const one = await replica(redis, clock);
    keep(one, entry('a', 'A', ['x']));
    const mark = one.store.mark();
    for (const text of ['', '{"tags":"x"}', '{"tags":[]}', '{"tags":[1]}']) {
      await redis.space.client.publish(`${redis.prefix}cache:invalidate`, text);
    }
    await invalidateCached(redis.space, ['other']);
    await until(() => one.store.isInvalidatedSince(mark, ['other']));
    expect(one.store.peek('a')).toBeDefined();
  });
});

describe('without Redis', () => {
  it('memory goes on, and what is in it is forgotten when Redis is back', async () => {
    const { port, hostname, password } = new URL(redis.url);
    const proxy = new Proxy(await freePort(), Number(port));
    await proxy.open();
    const url = `redis://:${password}@${hostname}:${proxy.port}`;
    const one = await replica({ url, prefix: redis.prefix }, clock);
    keep(one, entry('a', 'A', ['x']));
    await proxy.cut();
    await until(() => !one.store.isShared);
    expect(await textIn(one, 'a')).toBe('A');
    expect(await textIn(one, 'nothing')).toBeUndefined();
    keep(one, entry('b', 'B'));
    expect(await textIn(one, 'b')).toBe('B');
    await invalidateCached(redis.space, ['x']);
    await proxy.open();
    await until(() => one.store.isShared);
    expect(await textIn(one, 'a')).toBeUndefined();
    clock.pass(5);
    await until(() => {
      keep(one, entry('c', 'C'));
      return hasInRedis('cache:*:entry:c');
    });
    await proxy.cut();
  });

  it('at the start, memory serves at once', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const one = new Replica({ url, prefix: 'x:' }, clock);
    replicas.push(one);
    keep(one, entry('a', 'A'));
    expect(await textIn(one, 'a')).toBe('A');
    expect(await textIn(one, 'b')).toBeUndefined();
  });

  it('that hangs, a look-up takes part of a second once, and nothing the next times', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cache-test-'));
    const server = await startRedis({
      program: findRedisProgram(process.env.PATH) ?? '',
      dataDir: folder,
      port: await freePort(),
      password: 'secret',
      durable: false,
    });
    const url = `redis://:secret@127.0.0.1:${server.port}`;
    const one = await Replica.shared({ url, prefix: '' }, clock, { redisPatienceMs: 250 });
    const control = connectRedis({ url, prefix: '', log: quiet });
    keep(one, entry('warm', 'W'));
    await until(async () => (await control.client.exists('cache:0:entry:warm')) === 1);
    const pauseMs = 2_000;
    await control.client.client('PAUSE', pauseMs);
    const ms = await ownTimeOf(async () => {
      for (let turn = 0; turn < 100; turn += 1) expect(await textIn(one, 'a')).toBeUndefined();
    });
    expect(ms).toBeLessThan(pauseMs / 2);
    clock.pass(5);
    await control.client.ping();
    keep(one, entry('a', 'A'));
    await until(async () => (await control.client.exists('cache:0:entry:a')) === 1);
    await one.close();
    await control.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
