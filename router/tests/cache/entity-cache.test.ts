import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { invalidateCached } from '@spyhop/platform/cache-invalidation';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import type { FetchNode } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { CacheableFetch } from '../../cache/planner';
import { cachingHead, plannerOf } from './graph';
import { Replica, TestClock } from './replica';

const planner = plannerOf(
  parse(`${cachingHead()}
    type Query { now: Int }
    type Product @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "product-{$key.id}") {
      id: ID!
      name: String
      rating(scale: Int): Int @cacheControl(maxAge: 30)
      owned: Boolean @cacheControl(scope: PRIVATE)
      held: Boolean @authenticated
      makers: [Maker!]
    }
    type Maker @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "maker-{$key.id}") {
      id: ID!
      title: String
    }
  `),
);

const fetchOf = (selected: string, kind: 'query' | 'mutation' = 'query'): CacheableFetch | null =>
  planner.entityFetch({
    kind: 'Fetch',
    serviceName: 'subgraph0',
    variableUsages: ['scale'],
    operation: `query ($representations: [_Any!]!, $scale: Int) {
      _entities(representations: $representations) { ... on Product { ${selected} } }
    }`,
    operationName: undefined,
    operationKind: kind as FetchNode['operationKind'],
    operationDocumentNode: undefined,
    requires: [],
  });

function cacheable(selected: string): CacheableFetch {
  const fetch = fetchOf(selected);
  if (!fetch) throw new Error('not cacheable');
  return fetch;
}

const names = cacheable('name');
const product = (id: string): string => JSON.stringify({ __typename: 'Product', id });

let redis: TestRedis;
let clock: TestClock;
let one: Replica;
let two: Replica;

beforeEach(async () => {
  redis = testRedis();
  clock = new TestClock();
  const { formats } = planner;
  [one, two] = await Promise.all([
    Replica.shared(redis, clock, { formats }),
    Replica.shared(redis, clock, { formats }),
  ]);
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  await redis.close();
});

async function entitiesOf(
  { entities }: Replica,
  ids: string[],
  fetch = names,
  variables = '',
): Promise<unknown[]> {
  return [...(await entities.lookup(fetch, variables, ids.map(product))).entities];
}

async function keep({ entities }: Replica, known: Record<string, unknown>, maxAge?: number) {
  const lookup = await entities.lookup(names, '', Object.keys(known).map(product));
  lookup.store(Object.values(known), maxAge);
}

describe('entities that were fetched', () => {
  it('are found one by one, by all replicas, and what is missing is told', async () => {
    await keep(one, { 1: { name: 'Lamp' }, 2: { name: 'Chair' }, 3: null });
    const found = [undefined, { name: 'Chair' }, null, { name: 'Lamp' }];
    expect(await entitiesOf(one, ['4', '2', '3', '1'])).toEqual(found);
    await until(async () => (await entitiesOf(two, ['1']))[0] !== undefined);
    expect(await entitiesOf(two, ['4', '2', '3', '1'])).toEqual(found);
  });

  it('are asked of Redis in one go', async () => {
    const commandsSoFar = async (): Promise<number> => {
      const stats = await redis.space.client.info('commandstats');
      return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    await until(async () => {
      const before = await commandsSoFar();
      await entitiesOf(two, ['1', '2', '3', '4']);
      return (await commandsSoFar()) === before + 1;
    });
  });

  it('are stored for those that were missing, in their order', async () => {
    await keep(one, { 2: { name: 'Chair' } });
    await keep(one, { 1: { name: 'Lamp' }, 2: undefined, 3: undefined });
    expect(await entitiesOf(one, ['1', '2', '3'])).toEqual([
      undefined,
      { name: 'Chair' },
      undefined,
    ]);
    const lookup = await one.entities.lookup(names, '', ['1', '2', '3'].map(product));
    lookup.store([{ name: 'Lamp' }, { name: 'Table' }]);
    expect(await entitiesOf(one, ['1', '2', '3'])).toEqual([
      { name: 'Lamp' },
      { name: 'Chair' },
      { name: 'Table' },
    ]);
  });

  it('belong to who looked them up', async () => {
    await keep(one, { 1: { name: 'Lamp' } });
    const [mine] = (await one.entities.lookup(names, '', [product('1')])).entities;
    Object.assign(mine ?? {}, { name: 'changed' });
    expect(await entitiesOf(one, ['1'])).toEqual([{ name: 'Lamp' }]);
  });

  it('are others for other selections and other variables', async () => {
    await keep(one, { 1: { name: 'Lamp' } });
    expect(await entitiesOf(one, ['1'], cacheable('label: name'))).toEqual([undefined]);
    expect(await entitiesOf(one, ['1'], names, '"scale":1')).toEqual([undefined]);
  });

  it('are kept as long as the strictest of their fields and the subgraph allow', async () => {
    expect([names.maxAgeSeconds, cacheable('name rating').maxAgeSeconds]).toEqual([60, 30]);
    await keep(one, { 1: { name: 'Lamp' } });
    await keep(one, { 2: { name: 'Chair' } }, 10);
    await keep(one, { 3: { name: 'Table' } }, 0);
    clock.pass(4.5);
    const lookup = await one.entities.lookup(names, '', ['1', '2', '3'].map(product));
    expect(lookup.entities).toEqual([{ name: 'Lamp' }, { name: 'Chair' }, undefined]);
    expect(lookup.remainingSeconds).toBe(5);
    clock.pass(6);
    expect(await entitiesOf(one, ['1', '2'])).toEqual([{ name: 'Lamp' }, undefined]);
  });

  it('go when their tag is invalidated, and what was being fetched does not come back', async () => {
    await keep(one, { 1: { name: 'Lamp' }, 2: { name: 'Chair' } });
    const lookup = await one.entities.lookup(names, '', [product('3'), product('4')]);
    const mark = one.store.mark();
    await invalidateCached(redis.space, ['product-1', 'product-3']);
    await until(() => one.store.isInvalidatedSince(mark, ['product-1']));
    lookup.store([{ name: 'Table' }, { name: 'Sofa' }]);
    expect(await entitiesOf(one, ['1', '2', '3', '4'])).toEqual([
      undefined,
      { name: 'Chair' },
      undefined,
      { name: 'Sofa' },
    ]);
  });
});

describe('an entity that contains others', () => {
  it('goes with them', async () => {
    const withMakers = cacheable('makers { id title }');
    const { entities } = one;
    const lookup = await entities.lookup(withMakers, '', ['1', '2'].map(product));
    const [ann, bob] = ['ann', 'bob'].map((id) => ({ id, title: id }));
    lookup.store([{ makers: [ann, bob] }, { makers: [bob] }]);
    await invalidateCached(redis.space, ['maker-ann']);
    const found = (): Promise<unknown[]> => entitiesOf(one, ['1', '2'], withMakers);
    await until(async () => (await found())[0] === undefined);
    expect(await found()).toEqual([undefined, { makers: [bob] }]);
  });
});

describe('a fetch of entities', () => {
  it('is not kept where a field of it is private or requires an identity', () => {
    expect(fetchOf('name owned')).toBeNull();
    expect(fetchOf('name held')).toBeNull();
  });

  it('is not kept where it is part of a mutation', () => {
    expect(fetchOf('name', 'mutation')).toBeNull();
  });
});
