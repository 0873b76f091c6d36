import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { Planning } from '../plan/planning';
import { Rig } from './kit';

const KNOWN = 'query Known { product(id: "1") { name } }';
const LAMP = { data: { product: { name: 'Lamp' } } };

const PRODUCT = `{
  id name price text rating stock label maker { country code title }
  reviews(first: 1) { body author { id name } }
}`;

/** As large as operations may be, about, and each another one. */
const large = (name: string): string =>
  `query ${name} { ${Array.from({ length: 100 }, (_, at) => `p${at}: product(id: "${at}") ${PRODUCT}`).join(' ')} }`;

/** It is validated and planned; of the plan nobody is told, and no subgraph is asked, which run in this process too. */
const DRY_RUN = { 'apollo-expose-query-plan': 'dry-run' };

/** A small one that nobody has asked for. */
const fresh = (name: string): string => `query ${name} { me { name } }`;

describe('while large operations are prepared that nobody has asked for before', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
    await rig.ask(KNOWN);
  });
  afterAll(() => rig.stop());

  it('others are answered', async () => {
    const LARGE = 6;
    const planned = jest.spyOn(Planning.prototype, 'inThread');
    const startedAt = performance.now();
    let isDone = false;
    const asked = Promise.all(
      Array.from({ length: LARGE }, (_, at) => rig.ask(large(`Large${at}`), {}, DRY_RUN)),
    ).finally(() => {
      isDone = true;
    });
    const waited: number[] = [];
    while (!isDone) {
      const from = performance.now();
      expect((await rig.ask(KNOWN)).body).toEqual(LAMP);
      waited.push(performance.now() - from);
    }
    const inAll = performance.now() - startedAt;
    await asked;
    expect(planned).toHaveBeenCalledTimes(LARGE);
    planned.mockRestore();
    // Less than any of them takes.
    expect(Math.max(...waited)).toBeLessThan(inAll / LARGE);
  });
});

describe('an operation that many ask for at once, and nobody before', () => {
  it('is planned once', async () => {
    const rig = await Rig.start();
    const planned = jest.spyOn(Planning.prototype, 'inThread');
    const query = fresh('Together');
    const answers = await Promise.all(Array.from({ length: 20 }, () => rig.ask(query)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set([JSON.stringify({ data: { me: { name: 'Ann' } } })]),
    );
    expect(planned).toHaveBeenCalledTimes(1);
    planned.mockRestore();
    await rig.stop();
  });
});

describe('who has spent what may be prepared for one client', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start({
      // Four small operations: each is validated, and planned.
      ROUTER_DEMAND_PREPARING: '2000',
      TRUST_PROXY: '1',
    });
  });
  afterEach(() => rig.stop());

  const ask = (query: string, address = '192.0.2.1', variables?: object) =>
    rig.ask(query, variables, { 'x-forwarded-for': address });

  async function spend(): Promise<void> {
    for (const name of ['One', 'Two', 'Three', 'Four']) {
      expect((await ask(fresh(name))).status).toBe(200);
    }
  }

  it('is told when to ask again for what is not known, and served what is', async () => {
    await spend();
    const { status, headers, body } = await ask(fresh('Five'));
    expect(status).toBe(429);
    const [error] = body.errors ?? [];
    expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    const { retryAfterS } = error?.extensions ?? {};
    expect(retryAfterS).toBeGreaterThan(0);
    expect(headers.get('retry-after')).toBe(String(retryAfterS));
    expect((await ask(fresh('Four'))).body).toEqual({ data: { me: { name: 'Ann' } } });
    expect(await rig.metric('router_operations_refused_total', { reason: 'preparing' })).toBe(1);
  });

  it('keeps nobody else from being served', async () => {
    await spend();
    expect((await ask(fresh('Five'))).status).toBe(429);
    expect((await ask(fresh('Five'), '192.0.2.2')).body).toEqual({ data: { me: { name: 'Ann' } } });
  });

  it('has what is refused counted as well, valid or not', async () => {
    for (let at = 0; at < 8; at += 1) expect((await ask(`{ unknown${at} }`)).status).toBe(200);
    expect((await ask(fresh('One'))).status).toBe(429);
  });

  it('has an operation counted anew for each combination of its conditions', async () => {
    const query = `query ($a: Boolean!, $b: Boolean!, $c: Boolean!) {
      product(id: "1") { name @include(if: $a) price @include(if: $b) text @include(if: $c) }
    }`;
    const statuses: number[] = [];
    for (let bits = 0; bits < 8; bits += 1) {
      const [a, b, c] = [1, 2, 4].map((bit) => (bits & bit) !== 0);
      statuses.push((await ask(query, '192.0.2.3', { a, b, c })).status);
    }
    // It was validated once.
    expect(statuses).toEqual([...Array<number>(7).fill(200), 429]);
  });

  it('is told over a WebSocket as well', async () => {
    for (const name of ['One', 'Two', 'Three', 'Four']) await rig.ask(fresh(name));
    const subscriber = rig.subscribe('subscription Fresh { counted(to: 1) }');
    await expect(subscriber.received(1)).rejects.toThrow('RATE_LIMITED');
  });
});
