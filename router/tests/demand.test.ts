import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { Office } from './office';

const STAFF = '{ staff { name } }';

let office: Office;

beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office.close());

async function ask(port: number, query: string, headers: HeadersInit = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('an answer', () => {
  it('says what it cost', async () => {
    const port = await office.route({ ROUTER_DEMAND_REPORT: '' });
    const { text } = await ask(port, STAFF);
    expect(text).toBe('{"data":{"staff":[{"name":"Ann"}]},"extensions":{"cost":{"estimated":10}}}');
  });
});

describe('a budget', () => {
  let redis: TestRedis;
  beforeAll(() => {
    redis = testRedis();
  });
  afterAll(() => redis.close());

  it('is shared by the routers of one Redis', async () => {
    const settings = {
      ROUTER_DEMAND_BUDGET: '25',
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
    };
    const [one, two] = [await office.route(settings), await office.route(settings)];
    expect((await ask(one, STAFF)).headers.get('ratelimit')).toBe('"cost";r=15;t=60');
    expect((await ask(two, STAFF)).headers.get('ratelimit')).toMatch(/^"cost";r=5;t=\d+$/);
    const refused = await ask(one, STAFF);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.text).toContain('RATE_LIMITED');
  });
});
