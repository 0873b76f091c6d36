import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphClient, Subscribed } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type WhaleTransactionSeen, whaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, idOf, leg, seen, startWhales, until } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

interface Moved {
  whaleMoved: { id: string; cursor: string };
}

const MOVED = `subscription ($filter: WhaleTransactionFilter, $after: ID) {
  whaleMoved(filter: $filter, after: $after) { id cursor usd legs { symbol amount } }
}`;

const follow = (
  variables: Record<string, unknown>,
  graph: GraphClient = whales.graph,
): Subscribed<Moved> => graph.subscribe<Moved>(MOVED, variables);

const take = async (stream: Subscribed<Moved>, count: number): Promise<string[]> => {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await stream.next()).whaleMoved.id);
  return ids;
};

/** A first transaction to begin behind, so that it does not matter when the subscription is in place. */
async function begin(): Promise<WhaleTransactionSeen> {
  const first = seen();
  await whales.see(first);
  return first;
}

const severalOf = (count: number): WhaleTransactionSeen[] =>
  Array.from({ length: count }, () => seen());

describe('whaleMoved', () => {
  it('tells of each transaction once it is stored', async () => {
    const first = await begin();
    const stream = follow({ after: idOf(first) });
    const next = stream.next();
    const transaction = seen();
    await whales.see(transaction, transaction);
    expect((await next).whaleMoved).toMatchObject({
      ...{ id: idOf(transaction), usd: '60000' },
      legs: [{ symbol: 'BTC', amount: '1' }],
    });
    const another = seen();
    await whales.see(another);
    expect(await take(stream, 1)).toEqual([idOf(another)]);
    await stream.end();
  });

  it('tells of what the filter asks for, and of nothing else', async () => {
    const first = await begin();
    const filter = { assets: ['ETH'], minUsd: '1000000' };
    const stream = follow({ filter, after: idOf(first) });
    const of = (symbol: string, usd: string): WhaleTransactionSeen =>
      seen({ legs: [leg({ symbol, usd })] });
    const wanted = [of('ETH', '1000000'), of('ETH', '2000000')];
    await whales.see(of('ETH', '999999'), wanted[0]!, of('BTC', '5000000'), wanted[1]!);
    expect(await take(stream, 2)).toEqual(wanted.map(idOf));
    await stream.end();
  });

  it('goes on where a client has left off, through history and present, without a gap or a double', async () => {
    const first = await begin();
    // More than is read at once, so that it is caught up with in several pages.
    const missed = severalOf(600);
    await whales.see(...missed);
    const stream = follow({ after: idOf(first) });
    const early = await take(stream, 100);
    const fresh = severalOf(60);
    const [late] = await Promise.all([take(stream, 560), whales.see(...fresh)]);
    expect([...early, ...late]).toEqual([...missed, ...fresh].map(idOf));
    await stream.end();
  });

  it('gives a client that is slow everything all the same', async () => {
    const first = await begin();
    const stream = follow({ after: idOf(first) });
    const opening = seen();
    await whales.see(opening);
    expect(await take(stream, 1)).toEqual([idOf(opening)]);
    const burst = severalOf(450);
    await whales.see(...burst);
    expect(await take(stream, 450)).toEqual(burst.map(idOf));
    await stream.end();
  });

  it('is the same from every process, whichever of them stores', async () => {
    const other = await whales.replica();
    const first = await begin();
    const streams = [follow({ after: idOf(first) }), follow({ after: idOf(first) }, other.graph)];
    const all = severalOf(20);
    await whales.see(...all);
    const told = await Promise.all(streams.map((stream) => take(stream, 20)));
    // Two that store share the work, and so decide on the order.
    expect(told[0]).toEqual(told[1]);
    expect([...(told[0] ?? [])].sort()).toEqual(all.map(idOf).sort());
    await Promise.all(streams.map((stream) => stream.end()));
    await other.stop();
  });

  it('goes on behind the cursor of what a client has seen last', async () => {
    const first = await begin();
    const missed = severalOf(3);
    await whales.see(...missed);
    const stream = follow({ after: idOf(first) });
    const { cursor } = (await stream.next()).whaleMoved;
    await stream.end();
    const resumed = follow({ after: cursor });
    expect(await take(resumed, 2)).toEqual(missed.slice(1).map(idOf));
    await resumed.end();
  });

  it('does not go on behind what lies too far back, and says what to do', async () => {
    const first = await begin();
    await whales.prisma.$executeRaw`UPDATE whales.journal SET position = position + 100001`;
    await expect(follow({ after: idOf(first) }).next()).rejects.toThrow(/load the list.*NOT_FOUND/);
    await begin();
  });

  it.each(['bitcoin:none', '999999999999999'])(
    'refuses to go on from %s, which it does not know',
    async (after) => {
      const stream = follow({ after });
      await expect(stream.next()).rejects.toThrow(/NOT_FOUND/);
    },
  );
});

describe('a process that died with what it had taken', () => {
  it('stores it once it is there again, and its viewers see it once', async () => {
    const { space } = whales;
    const first = await begin();
    const stream = follow({ after: idOf(first) });
    const burst = severalOf(30);
    const port = await freePort();
    const consumer = `${hostname()}:${port}`;
    // Taken by that process, which never comes to storing and acknowledging it.
    const taken = await takeFor(consumer, burst);
    expect(taken).toBe(30);
    const again = await whales.replica(port);
    expect([...(await take(stream, 30))].sort()).toEqual(burst.map(idOf).sort());
    const fence = seen();
    await whales.see(fence);
    expect(await take(stream, 1)).toEqual([idOf(fence)]);
    await until(async () => {
      const pending = await space.client.xpending(`stream:${whaleTransactionSeen.name}`, 'whales');
      return pending[0] === 0;
    });
    await stream.end();
    await again.stop();
  });

  /** Written and taken in one step of Redis, so that nobody else gets any of it. */
  async function takeFor(
    consumer: string,
    burst: readonly WhaleTransactionSeen[],
  ): Promise<number> {
    const redis = whales.space.open();
    const key = `${whales.space.prefix}stream:${whaleTransactionSeen.name}`;
    const transaction = redis.multi();
    for (const each of burst) {
      const fields = ['key', idOf(each), 'event', JSON.stringify(each)];
      transaction.xadd(key, '*', ...fields);
    }
    transaction.xreadgroup('GROUP', 'whales', consumer, 'COUNT', 100, 'STREAMS', key, '>');
    const replies = (await transaction.exec()) ?? [];
    redis.disconnect();
    const [, reply] = replies.at(-1) as [unknown, [string, unknown[]][]];
    return reply[0]?.[1].length ?? 0;
  }
});
