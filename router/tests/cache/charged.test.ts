import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Library } from './library';

const BOOK = '{ book(id: "1") { title } }';

let library: Library;

beforeAll(async () => {
  library = await Library.open();
});
afterAll(() => library.close());

it('charges for an answer that is kept what it charged before, and says so', async () => {
  const router = await library.route({
    ROUTER_DEMAND_REPORT: 'true',
    ROUTER_DEMAND_BUDGET: '2',
    ROUTER_DEMAND_WINDOW_S: '30',
  });
  const fetched = await router.ask(BOOK);
  const kept = await router.ask(BOOK);
  expect(kept.headers.get('cache-status')).toContain('hit');
  expect(kept.body).toEqual(fetched.body);
  expect(kept.body).toMatchObject({ extensions: { cost: { estimated: 1 } } });
  expect(fetched.headers.get('ratelimit')).toBe('"cost";r=1;t=30');
  expect(kept.headers.get('ratelimit')).toMatch(/^"cost";r=0;t=\d+$/);
  expect((await router.ask(BOOK)).status).toBe(429);
});
