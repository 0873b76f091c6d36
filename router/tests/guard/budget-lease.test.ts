import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import fc from 'fast-check';
import { Budget } from '../../guard/budget';

// The same each time.
fc.configureGlobal({ seed: 1 });

/** Of which a thousandth is 20. */
const COST = 20_000;
const AHEAD = 20;
const WINDOW_S = 600;
/** No machine is so busy that Redis is silent for that long. */
const REDIS_SILENT_MS = 30_000;

let redis: TestRedis;
let now: number;
let budgets: Budget[];

beforeEach(() => {
  redis = testRedis();
  now = 1_000_000;
  budgets = [];
});
afterEach(async () => {
  for (const budget of budgets) budget.close();
  await redis.close();
});

/** Of a router of its own, once it counts in Redis. */
async function budgetOf(cost = COST): Promise<Budget> {
  const budget = new Budget({
    cost,
    windowS: WINDOW_S,
    redis: redis.space.client,
    redisSilentMs: REDIS_SILENT_MS,
    clock: () => now,
  });
  budgets.push(budget);
  const payer = `ready ${budgets.length}`;
  await until(async () => {
    await budget.spend(1, payer);
    return (await countedFor(payer)) !== null;
  });
  return budget;
}

async function countedFor(payer: string): Promise<number | null> {
  const counted = await redis.space.client.get(`budget:${payer}`);
  return counted === null ? null : Number(counted);
}

describe('a budget that is taken ahead in part', () => {
  it('is asked of Redis once for what comes within a second, and says what is left all the same', async () => {
    const budget = await budgetOf();
    const left: number[] = [];
    for (const cost of [10, 12, 8]) left.push((await budget.spend(cost, 'ann')).remaining);
    expect(left).toEqual([COST - 10, COST - 22, COST - 30]);
    expect(await countedFor('ann')).toBe(10 + AHEAD);
    await budget.spend(1, 'ann');
    expect(await countedFor('ann')).toBe(31 + AHEAD);
  });

  it('is told to Redis anew after a second, without losing what was not used', async () => {
    const budget = await budgetOf();
    await budget.spend(10, 'ann');
    now += 1_000;
    const { remaining } = await budget.spend(5, 'ann');
    expect(remaining).toBe(COST - 15);
    expect(await countedFor('ann')).toBe(15 + AHEAD);
  });

  it('is none of another payer, and none where it is small', async () => {
    const [budget, small] = [await budgetOf(), await budgetOf(999)];
    await budget.spend(10, 'ann');
    expect((await budget.spend(10, 'ben')).remaining).toBe(COST - 10);
    await small.spend(10, 'small');
    expect(await countedFor('small')).toBe(10);
  });

  it('does not outlast the window', async () => {
    const budget = await budgetOf();
    await budget.spend(10, 'ann');
    now += 1_000 * WINDOW_S;
    await redis.space.client.del('budget:ann');
    await budget.spend(10, 'ann');
    expect(await countedFor('ann')).toBe(10 + AHEAD);
  });

  it('is spent to the last by one router, and then over whatever is asked', async () => {
    const budget = await budgetOf();
    expect((await budget.spend(COST - 5, 'ann')).isExceeded).toBe(false);
    expect(await budget.spend(5, 'ann')).toMatchObject({ isExceeded: false, remaining: 0 });
    for (const cost of [1, 0]) {
      const { isExceeded, remaining, resetS } = await budget.spend(cost, 'ann');
      expect([isExceeded, remaining]).toEqual([true, 0]);
      expect(resetS).toBeGreaterThan(WINDOW_S / 2);
    }
  });

  it('is spent to the last without Redis as well, and says what is left all the same', async () => {
    const budget = new Budget({ cost: COST, windowS: WINDOW_S, redis: null, clock: () => now });
    budgets.push(budget);
    let left = COST;
    while (left > 40) {
      const cost = 1 + (left % 40);
      now += 100;
      left -= cost;
      expect(await budget.spend(cost, 'ann')).toMatchObject({ isExceeded: false, remaining: left });
    }
    expect((await budget.spend(left, 'ann')).isExceeded).toBe(false);
    expect(await budget.spend(1, 'ann')).toMatchObject({ isExceeded: true, remaining: 0 });
  });

  it('is never overspent by several routers, and what they leave unused is a thousandth each', async () => {
    const routers = [await budgetOf(), await budgetOf(), await budgetOf()];
    let payers = 0;
    const spending = fc.record({
      costs: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 60, maxLength: 60 }),
      together: fc.integer({ min: 1, max: 6 }),
      msBetween: fc.constantFrom(0, 10, 600),
    });
    await fc.assert(
      fc.asyncProperty(spending, async ({ costs, together, msBetween }) => {
        const payer = `payer ${(payers += 1)}`;
        let spent = 0;
        let leastRefused = Infinity;
        for (let first = 0; first < costs.length; first += together) {
          now += msBetween;
          const asked = costs.slice(first, first + together);
          const states = await Promise.all(
            asked.map((cost, n) => routers[(first + n) % 3]?.spend(cost, payer)),
          );
          asked.forEach((cost, n) => {
            if (!states[n]?.isExceeded) spent += cost;
            else if (leastRefused === Infinity) leastRefused = COST - spent - cost;
          });
        }
        expect(spent).toBeLessThanOrEqual(COST);
        // The first to be refused would have been too much, but for what the others held.
        if (together === 1)
          expect(leastRefused === Infinity || leastRefused <= 2 * AHEAD).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
