import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { invalidateCached } from '@spyhop/platform/cache-invalidation';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import type { CachePolicy } from '../../cache/policy';
import { type CacheRequest, type FreshAnswer, type RunQuery } from '../../cache/response-cache';
import { Replica, TestClock } from './replica';

let redis: TestRedis;
let clock: TestClock;
let one: Replica;
let two: Replica;

beforeEach(async () => {
  redis = testRedis();
  clock = new TestClock();
  [one, two] = await Promise.all([Replica.shared(redis, clock), Replica.shared(redis, clock)]);
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  await redis.close();
});

const PUBLIC: CachePolicy = { maxAgeSeconds: 60, scope: 'PUBLIC' };
const PRIVATE: CachePolicy = { maxAgeSeconds: 60, scope: 'PRIVATE' };

const request = (
  policy: CachePolicy = PUBLIC,
  variables: Record<string, unknown> = {},
  identityKey: string | null = null,
): CacheRequest => ({
  operation: { key: 'query', policy, tagsOf: () => [] },
  variables,
  identityKey,
});

const answer = (text: string, more: Partial<FreshAnswer> = {}): FreshAnswer => ({
  body: Buffer.from(text),
  hasErrors: false,
  tags: [],
  ...more,
});

/** Runs that are counted, and end when the test says so. */
class Runs {
  count = 0;
  private readonly waiting: ((answer: FreshAnswer) => void)[] = [];

  readonly query: RunQuery = () => {
    this.count += 1;
    return new Promise((resolve) => this.waiting.push(resolve));
  };

  /** Ends the run that began first. */
  async end(with_: FreshAnswer): Promise<void> {
    await until(() => this.waiting.length > 0);
    this.waiting.shift()?.(with_);
  }
}

/** What a replica serves when a run of its own would say `text`. */
async function serve(
  { responses }: Replica,
  asked: CacheRequest,
  text: string,
  more: Partial<FreshAnswer> = {},
): Promise<{ text: string } & Record<string, unknown>> {
  const served = await responses.getOrRun(asked, async () => answer(text, more));
  return { text: served.body.toString(), ...served.headers };
}

const textOf = async (...how: Parameters<typeof serve>): Promise<string> =>
  (await serve(...how)).text;

describe('an answer', () => {
  it('is kept, and says how old it is and for how long it may be used', async () => {
    expect(await serve(one, request(), 'first')).toEqual({
      text: 'first',
      'cache-control': 'max-age=60, public',
      'cache-status': 'router; fwd=miss; stored; ttl=60',
    });
    clock.pass(12.9);
    expect(await serve(one, request(), 'second')).toEqual({
      text: 'first',
      age: '12',
      'cache-control': 'max-age=60, public',
      'cache-status': 'router; hit; detail=memory; ttl=48',
    });
    expect(await one.responses.get(request())).toMatchObject({ headers: { age: '12' } });
    clock.pass(47.1);
    expect(await one.responses.get(request())).toBeNull();
    expect(await textOf(one, request(), 'third')).toBe('third');
  });

  it('is served by another replica from Redis', async () => {
    await serve(one, request(), 'first');
    await until(async () => (await two.responses.get(request())) !== null);
    clock.pass(1);
    expect(await serve(two, request(), 'second')).toMatchObject({ text: 'first', age: '1' });
  });

  it('is one for variables that are equal, in whatever order, and for no others', async () => {
    await serve(one, request(PUBLIC, { a: 1, b: { c: [1, 2], d: null } }), 'first');
    expect(await textOf(one, request(PUBLIC, { b: { d: null, c: [1, 2] }, a: 1 }), '-')).toBe(
      'first',
    );
    for (const other of [{ a: '1', b: { c: [1, 2], d: null } }, { a: 1 }, { a: 1, b: {} }, {}]) {
      expect(await textOf(one, request(PUBLIC, other), 'own')).toBe('own');
    }
  });

  it('that is private is served only to who asked', async () => {
    await serve(one, request(PRIVATE, {}, 'ann'), 'of ann');
    expect(await textOf(one, request(PRIVATE, {}, 'bob'), 'of bob')).toBe('of bob');
    expect(await serve(one, request(PRIVATE, {}, 'ann'), '-')).toMatchObject({
      text: 'of ann',
      'cache-control': 'max-age=60, private',
    });
  });

  it('that is private is not kept for nobody', async () => {
    expect(await serve(one, request(PRIVATE), 'first')).toEqual({
      text: 'first',
      'cache-control': 'no-store',
      'cache-status': 'router; fwd=bypass',
    });
    expect(await textOf(one, request(PRIVATE), 'second')).toBe('second');
  });

  it('with errors is not kept', async () => {
    expect(await serve(one, request(), 'first', { hasErrors: true })).toEqual({
      text: 'first',
      'cache-control': 'no-store',
      'cache-status': 'router; fwd=miss',
    });
    expect(await textOf(one, request(), 'second')).toBe('second');
  });

  it('with no maximum age is not kept', async () => {
    const never = request({ maxAgeSeconds: 0, scope: 'PUBLIC' });
    expect(await serve(one, never, 'first')).toMatchObject({ 'cache-control': 'no-store' });
    expect(await textOf(one, never, 'second')).toBe('second');
  });

  it('is kept no longer than any part of it allows', async () => {
    const { headers } = await one.responses.getOrRun(request(), async (limits) => {
      limits.restrict({ maxAgeSeconds: 5, scope: 'PUBLIC' });
      limits.restrict({ maxAgeSeconds: 50, scope: 'PUBLIC' });
      return answer('first');
    });
    expect(headers['cache-control']).toBe('max-age=5, public');
    clock.pass(5);
    expect(await textOf(one, request(), 'second')).toBe('second');
  });

  it('of which a part turned out to be private is not kept where all may find it', async () => {
    const restricted: RunQuery = async (limits) => {
      limits.restrict({ maxAgeSeconds: 50, scope: 'PRIVATE' });
      return answer('secret');
    };
    const { headers } = await one.responses.getOrRun(request(), restricted);
    expect(headers['cache-control']).toBe('no-store');
    expect(await textOf(one, request(), 'own')).toBe('own');
  });
});

describe('requests for the same at the same time', () => {
  it('cause one run', async () => {
    const runs = new Runs();
    const served = Array.from({ length: 50 }, () => one.responses.getOrRun(request(), runs.query));
    await runs.end(answer('once'));
    const all = await Promise.all(served);
    expect(runs.count).toBe(1);
    expect(new Set(all.map(({ body }) => body.toString()))).toEqual(new Set(['once']));
    const collapsed = all.filter(({ headers }) => headers['cache-status'].includes('collapsed'));
    expect(collapsed).toHaveLength(49);
  });

  it('cause one run for each who asks, where the answer is private', async () => {
    const runs = new Runs();
    const served = ['ann', 'bob', 'ann'].map((who) =>
      one.responses.getOrRun(request(PRIVATE, {}, who), runs.query),
    );
    await runs.end(answer('of ann'));
    await runs.end(answer('of bob'));
    const texts = (await Promise.all(served)).map(({ body }) => body.toString());
    expect(texts).toEqual(['of ann', 'of bob', 'of ann']);
    expect(runs.count).toBe(2);
  });

  it('do not share what turned out to be private', async () => {
    let turn = 0;
    const restricted: RunQuery = async (limits) => {
      limits.restrict({ maxAgeSeconds: 50, scope: 'PRIVATE' });
      return answer(String((turn += 1)));
    };
    const served = [1, 2, 3].map(() => one.responses.getOrRun(request(), restricted));
    const texts = (await Promise.all(served)).map(({ body }) => body.toString());
    expect(new Set(texts).size).toBe(3);
  });

  it('all learn that the run failed, and the next one runs again', async () => {
    const failing = [1, 2].map(() =>
      one.responses.getOrRun(request(), () => Promise.reject(new Error('down'))),
    );
    for (const each of failing) await expect(each).rejects.toThrow('down');
    expect(await textOf(one, request(), 'up')).toBe('up');
  });

  it('that came after an invalidation do not get what was being read before it, and run once', async () => {
    const runs = new Runs();
    const before = one.responses.getOrRun(request(), runs.query);
    await until(() => runs.count === 1);
    const mark = one.store.mark();
    await invalidateCached(redis.space, ['t']);
    await until(() => one.store.isInvalidatedSince(mark, ['t']));
    const after = [1, 2].map(() => one.responses.getOrRun(request(), runs.query));
    await runs.end(answer('old', { tags: ['t'] }));
    await runs.end(answer('new', { tags: ['t'] }));
    expect((await before).body.toString()).toBe('old');
    const texts = (await Promise.all(after)).map(({ body }) => body.toString());
    expect([...texts, runs.count]).toEqual(['new', 'new', 2]);
    expect(await textOf(one, request(), 'newest')).toBe('new');
  });
});
