import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import { ask } from './bookshop';
import { ISSUER } from './guard/issuer';
import { Office } from './office';
import { Proxy } from './proxy';

/** Costs 10: nothing says how long the list is. */
const STAFF = '{ staff { name } }';
const READY = '192.0.2.99';

let office: Office;
let redis: TestRedis;
let wire: Proxy;

beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office.close());
beforeEach(async () => {
  redis = testRedis();
  wire = new Proxy(await freePort(), Number(new URL(redis.url).port));
  await wire.open();
});
afterEach(async () => {
  await wire.cut();
  await redis.close();
});

const from = (address: string) => ({ 'x-forwarded-for': address });
const as = async (...token: Parameters<Office['token']>) => ({
  authorization: `Bearer ${await office.token(...token)}`,
});

const behindWire = (): string =>
  Object.assign(new URL(redis.url), { port: String(wire.port) }).href;

/** A router that has found Redis behind the wire, with a budget of 25. */
async function route(settings: NodeJS.ProcessEnv = {}): Promise<number> {
  const port = await office.route({
    ...settings,
    ROUTER_DEMAND_BUDGET: '25',
    TRUST_PROXY: '127.0.0.1',
    REDIS_URL: behindWire(),
    REDIS_PREFIX: redis.prefix,
  });
  const counted = () => redis.space.client.get(`budget:address:${READY}`);
  const before = await counted();
  await until(async () => {
    await ask(port, '{ motto }', from(READY));
    return (await counted()) !== before;
  });
  return port;
}

/** What is left of a budget after an operation that costs 10; null where it was not enough. */
async function leftAfter(port: number, headers: HeadersInit): Promise<number | null> {
  const answer = await ask(port, STAFF, headers);
  if (answer.status === 429) return null;
  expect(answer.body.data).toEqual({ staff: [{ name: 'Ann' }] });
  return Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
}

describe('a budget in Redis', () => {
  it('is one for all routers', async () => {
    const [one, two] = [await route(), await route()];
    const client = from('192.0.2.1');
    expect(await leftAfter(one, client)).toBe(15);
    expect(await leftAfter(two, client)).toBe(5);
    expect(await leftAfter(one, client)).toBeNull();
    expect(await leftAfter(two, client)).toBeNull();
  });

  it('belongs to an identity, wherever it asks from, or else to an address', async () => {
    const port = await route();
    const [ann, ben] = [await as('ann'), await as('ben')];
    expect(await leftAfter(port, { ...ann, ...from('192.0.2.1') })).toBe(15);
    expect(
      await leftAfter(port, {
        ...(await as('ann', { scope: 'calls:read' })),
        ...from('192.0.2.2'),
      }),
    ).toBe(5);
    expect(await leftAfter(port, { ...ben, ...from('192.0.2.1') })).toBe(15);
    expect(await leftAfter(port, { 'x-api-key': 'clerk' })).toBe(15);
    expect(await leftAfter(port, { authorization: 'ApiKey caller' })).toBe(5);
    expect(await leftAfter(port, from('192.0.2.1'))).toBe(15);
    expect(await leftAfter(port, ann)).toBeNull();
  });

  it('is not that of who another issuer calls the same, and one for all sessions', async () => {
    const other = 'https://other-issuer.example';
    const port = await route({
      ROUTER_IDENTITY_JWT_ISSUERS: `${ISSUER},${other}`,
      ROUTER_IDENTITY_PASSED_CLAIMS: 'sid',
    });
    expect(await leftAfter(port, await as('ann', { sid: '1' }))).toBe(15);
    expect(await leftAfter(port, await as('ann', { sid: '2' }))).toBe(5);
    expect(await leftAfter(port, await as('ann', { iss: other }))).toBe(15);
  });

  it('is nobody else’s who calls himself like an address', async () => {
    const port = await route();
    expect(await leftAfter(port, await as('address:192.0.2.1'))).toBe(15);
    expect(await leftAfter(port, from('192.0.2.1'))).toBe(15);
  });

  it('is forgotten by Redis when its window ends', async () => {
    await leftAfter(await route(), from('192.0.2.1'));
    const seconds = await redis.space.client.ttl('budget:address:192.0.2.1');
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});

describe('where Redis is away', () => {
  const client = from('192.0.2.1');

  it('a router counts for itself, and together with the others again afterwards', async () => {
    const port = await route();
    expect(await leftAfter(port, client)).toBe(15);
    await wire.cut();
    expect(await leftAfter(port, client)).toBe(15);
    expect(await leftAfter(port, client)).toBe(5);
    expect(await leftAfter(port, client)).toBeNull();
    await wire.open();
    await until(async () => (await leftAfter(port, client)) === 5);
  });

  it('without a word, a router answers all the same', async () => {
    const port = await route();
    expect(await leftAfter(port, client)).toBe(15);
    wire.silence();
    const all = await Promise.all([leftAfter(port, client), leftAfter(port, client)]);
    expect(all.sort()).toEqual([15, 5]);
    expect(await leftAfter(port, client)).toBeNull();
    await wire.cut();
    await wire.open();
    await until(async () => (await leftAfter(port, client)) !== null);
  });

  it('from the beginning, a router starts and serves', async () => {
    await wire.cut();
    const port = await office.route({
      ROUTER_DEMAND_BUDGET: '25',
      REDIS_URL: behindWire(),
    });
    expect(await leftAfter(port, {})).toBe(15);
  });
});
