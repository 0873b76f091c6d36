import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { connectRedis } from '@spyhop/platform/redis';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { quiet } from '../cache/replica';
import { Rig } from '../kit';
import { Proxy } from '../proxy';
import { byHash, codeOf, hashOf, persistedQuery, register } from './asking';

const QUERY = '{ me { name } }';
const ANN = { data: { me: { name: 'Ann' } } };
const keyOf = (text: string): string => `persisted:text:${hashOf(text)}`;

let redis: TestRedis;
const rigs: Rig[] = [];

beforeEach(() => {
  redis = testRedis();
});
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
  await redis.close();
});

async function router(url = redis.url, prefix = redis.prefix): Promise<Rig> {
  const rig = await Rig.start({ REDIS_URL: url, REDIS_PREFIX: prefix });
  rigs.push(rig);
  return rig;
}

const isShared = async (text: string): Promise<boolean> =>
  (await redis.space.client.exists(keyOf(text))) === 1;

/** Registers with one until Redis has it: the router may not have reached it yet. */
const share = (rig: Rig, text: string): Promise<boolean> =>
  until(async () => {
    await register(rig, text);
    return isShared(text);
  });

const isKnownTo = async (rig: Rig, text: string): Promise<boolean> =>
  codeOf(await byHash(rig, text)) === undefined;

describe('routers of one graph', () => {
  it('share what clients register', async () => {
    const [one, two] = [await router(), await router()];
    await share(one, QUERY);
    await until(() => isKnownTo(two, QUERY));
    expect((await byHash(two, QUERY)).body).toEqual(ANN);
  });

  it('keep apart from those of another graph', async () => {
    const one = await router();
    await share(one, QUERY);
    const other = await router(redis.url, `${redis.prefix}other:`);
    await share(one, '{ me { id } }');
    expect(await isKnownTo(other, QUERY)).toBe(false);
  });

  it('subscribe for each other’s clients', async () => {
    const [one, two] = [await router(), await router()];
    const text = 'subscription { counted(to: 1) }';
    await share(one, text);
    await share(one, QUERY);
    await until(() => isKnownTo(two, QUERY));
    const payload = { query: '', ...persistedQuery(hashOf(text)) };
    const asked = () => two.client().iterate(payload).next();
    // A Redis that is slow for a moment is like an empty one: then a client would send the text.
    const first = await until(() => asked().catch(() => null));
    expect(first?.value).toEqual({ data: { counted: 1 } });
  });

  it('do not subscribe for who has left before the text was there', async () => {
    const rig = await router();
    const text = 'subscription { priceChanged(ids: ["1"]) { id } }';
    await share(rig, QUERY);
    await redis.space.client.set(keyOf(text), text);
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const payload = persistedQuery(hashOf(text));
    const looked = (outcome: string) =>
      rig.metric('router_persisted_operations_total', { outcome });
    // A Redis that is slow for a moment is like an empty one: then it is asked again.
    for (let turns = 1; (await looked('found')) === 0; turns += 1) {
      socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload }));
      socket.send(JSON.stringify({ id: 'a', type: 'complete' }));
      await until(async () => (await looked('found')) + (await looked('unknown')) >= turns);
    }
    expect(await rig.metric('router_streams')).toBe(0);
    socket.close();
  });
});

describe('what Redis has', () => {
  it('ends by itself when nobody asks for it', async () => {
    await share(await router(), QUERY);
    for (const key of [keyOf(QUERY), 'persisted:index']) {
      const day = 86_400_000;
      const ttl = await redis.space.client.pttl(key);
      expect(ttl).toBeGreaterThan(day - 60_000);
      expect(ttl).toBeLessThanOrEqual(day);
    }
  });

  it('lives on as long as somebody does', async () => {
    await share(await router(), QUERY);
    await redis.space.client.pexpire(keyOf(QUERY), 60_000);
    const two = await router();
    await until(() => isKnownTo(two, QUERY));
    expect(await redis.space.client.pttl(keyOf(QUERY))).toBeGreaterThan(86_000_000);
  });

  it('is not believed where it has another hash', async () => {
    const rig = await router();
    await share(rig, QUERY);
    const asked = '{ products { id } }';
    await redis.space.client.set(keyOf(asked), '{ me { name } } # somebody else’s');
    expect(await isKnownTo(rig, asked)).toBe(false);
    await redis.space.client.sadd(keyOf('{ reviewers { id } }'), 'no text at all');
    expect(await isKnownTo(rig, '{ reviewers { id } }')).toBe(false);
    expect((await byHash(rig, QUERY)).body).toEqual(ANN);
  });

  it('is never more than the 5,000 that were asked for last', async () => {
    const old = Array.from({ length: 5_000 }, (_, at) => hashOf(String(at)));
    const scored = old.flatMap((hash, at) => [at, hash]);
    await redis.space.client.zadd('persisted:index', ...scored);
    await redis.space.client.set(keyOf('0'), '0');
    await redis.space.client.set(keyOf('4999'), '4999');
    await share(await router(), QUERY);
    await until(async () => !(await isShared('0')));
    expect(await redis.space.client.zcard('persisted:index')).toBeLessThanOrEqual(5_000);
    expect(await isShared('4999')).toBe(true);
    expect(await isShared(QUERY)).toBe(true);
  });
});

describe('a Redis that is away', () => {
  it('leaves each router what it knows, and is used again when it is back', async () => {
    const { port, hostname, password } = new URL(redis.url);
    const proxy = new Proxy(await freePort(), Number(port));
    await proxy.open();
    const rig = await router(`redis://:${password}@${hostname}:${proxy.port}`);
    await share(rig, QUERY);
    await proxy.cut();
    expect((await byHash(rig, QUERY)).body).toEqual(ANN);
    const meanwhile = '{ me { id } }';
    expect(await isKnownTo(rig, meanwhile)).toBe(false);
    await register(rig, meanwhile);
    expect(await isKnownTo(rig, meanwhile)).toBe(true);
    expect(await isShared(meanwhile)).toBe(false);
    await proxy.open();
    await share(rig, meanwhile);
    const [hash, text] = [hashOf('{ me { name id } }'), '{ me { name id } }'];
    await redis.space.client.set(`persisted:text:${hash}`, text);
    await until(() => isKnownTo(rig, text));
    await proxy.cut();
  });

  it('at the start does not keep a router from starting', async () => {
    const rig = await router(`redis://127.0.0.1:${await freePort()}`);
    expect((await register(rig, QUERY)).body).toEqual(ANN);
    expect((await byHash(rig, QUERY)).body).toEqual(ANN);
  });
});

describe('a Redis that hangs', () => {
  it('costs part of a second once, and nothing the next times', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'persisted-test-'));
    const server = await startRedis({
      program: findRedisProgram(process.env.PATH) ?? '',
      dataDir: folder,
      port: await freePort(),
      password: 'secret',
      durable: false,
    });
    const url = `redis://:secret@127.0.0.1:${server.port}`;
    const control = connectRedis({ url, prefix: 'x:', log: quiet });
    const rig = await router(url, 'x:');
    await until(async () => {
      await register(rig, QUERY);
      return (await control.client.exists(keyOf(QUERY))) === 1;
    });

    const pauseMs = 3_000;
    await control.client.client('PAUSE', pauseMs);
    const ms = await ownTimeOf(async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        expect(await isKnownTo(rig, `{ me { id } } # ${turn}`)).toBe(false);
      }
    });
    expect(ms).toBeLessThan(pauseMs / 2);

    await control.close();
    await rigs.pop()?.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
