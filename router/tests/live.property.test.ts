import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import * as fc from 'fast-check';
import { Rig } from './kit';
import { Viewer } from './live-viewer';

/** LIVE_RUNS asks for more random histories, LIVE_SEED for others. */
const RUNS = Number(process.env['LIVE_RUNS'] ?? 10);
const SEED = Number(process.env['LIVE_SEED'] ?? 1);
const MOST_STEPS = 25;
const MOST_VIEWERS = 6;
/** Of an event that is to fill what the system keeps for a client that does not read. */
const PADDING = 'x'.repeat(900_000);
const MOST_PADDED = 200;
/** Of these a queue has room for 20. */
const MOST_HELD_BACK = 25;

const TOPICS = ['a', 'b'];
const IDS = ['1', '2', '3'];
const LOGGED = 'subscription ($keys: [String!]) { logged(topics: $keys) { text } }';
const PRICED = 'subscription ($keys: [ID!]!) { priceChanged(ids: $keys) { id price rating text } }';

type Step =
  | { do: 'follow' | 'watch'; keys: string[] }
  | { do: 'say' | 'price'; key: string; count: number }
  | { do: 'leave' | 'hang up' | 'resume'; who: number }
  | { do: 'dawdle'; who: number; heldBack: number }
  | { do: 'reload' };

const who = fc.nat({ max: MOST_VIEWERS - 1 });
const count = fc.integer({ min: 1, max: 20 });
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('follow'),
      keys: fc.subarray(TOPICS, { minLength: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('watch'), keys: fc.subarray(IDS, { minLength: 1 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('say'), key: fc.constantFrom(...TOPICS), count }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('price'), key: fc.constantFrom(...IDS), count }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('leave', 'hang up', 'resume'), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('dawdle'),
      who,
      heldBack: fc.integer({ min: 1, max: MOST_HELD_BACK }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reload' }) },
);

let rig: Rig;
let original: string;
let reloads = 0;

beforeAll(async () => {
  rig = await Rig.start({
    ROUTER_LIVE_BACKLOG_BYTES: '65536',
    ROUTER_LIVE_QUEUE_MESSAGES: '20',
    ROUTER_LIVE_QUEUE_BYTES: '20000000',
  });
  original = await readFile(rig.supergraphFile, 'utf8');
});
afterAll(() => rig.stop());

/** One of the many who follow, and what it was told of each key: numbers that rise by one at the source. */
interface Follower {
  kind: 'queued' | 'conflated';
  keys: readonly string[];
  viewer: Viewer;
}

/** One random history, and what must hold of it. */
class History {
  private readonly here: Follower[] = [];
  private readonly gone: Follower[] = [];
  /** The last number of each key. */
  private readonly last = new Map<string, number>();

  async play(steps: readonly Step[]): Promise<void> {
    try {
      for (const each of steps) await this.take(each);
      await this.settle();
    } finally {
      for (const { viewer } of [...this.here, ...this.gone]) viewer.hangUp();
    }
    await rig.quiet();
    await until(async () => (await rig.metric('router_clients')) === 0);
    expect(await rig.metric('router_client_subscriptions')).toBe(0);
    expect(await rig.metric('router_upstream_subscriptions')).toBe(0);
  }

  private async take(next: Step): Promise<void> {
    switch (next.do) {
      case 'follow':
        return this.join('queued', next.keys);
      case 'watch':
        return this.join('conflated', next.keys);
      case 'say':
      case 'price':
        for (let times = 0; times < next.count; times += 1) this.publish(next.key);
        return;
      case 'reload':
        return reload();
      case 'dawdle':
        return this.dawdle(this.one(next.who), next.heldBack);
      default:
        return this.treat(this.one(next.who), next.do);
    }
  }

  /** Resolves when its upstream is there, as it is told of something that has just happened. */
  private async join(kind: Follower['kind'], keys: readonly string[]): Promise<void> {
    if (this.here.length === MOST_VIEWERS) return;
    const query = kind === 'queued' ? LOGGED : PRICED;
    const follower = { kind, keys, viewer: await Viewer.join(rig.socketUrl, query, { keys }) };
    this.here.push(follower);
    for (const key of keys) {
      await until(() => {
        this.publish(key);
        return numbersOf(follower, key).length > 0;
      });
    }
  }

  private publish(key: string, text = ''): void {
    const number = (this.last.get(key) ?? 0) + 1;
    this.last.set(key, number);
    if (TOPICS.includes(key)) {
      rig.shop.logs.publish({ topic: key, text: `${key} ${number} ${text}` });
    } else {
      rig.shop.prices.publish({ id: key, price: number, text });
    }
  }

  /** Stops reading, until the router keeps that many messages for it. */
  private async dawdle(follower: Follower | undefined, most: number): Promise<void> {
    if (!follower) return;
    follower.viewer.pause();
    const heldBack = (): Promise<number> => rig.metric('router_messages_held_back_total');
    const enough = (await heldBack()) + most;
    for (let times = 0; times < MOST_PADDED && (await heldBack()) < enough; times += 1) {
      for (const key of follower.keys) this.publish(key, PADDING);
    }
  }

  private one(index: number): Follower | undefined {
    return this.here[index % this.here.length];
  }

  private async treat(
    follower: Follower | undefined,
    how: 'leave' | 'hang up' | 'resume',
  ): Promise<void> {
    if (!follower) return;
    const { viewer } = follower;
    if (how === 'resume') return viewer.resume();
    this.here.splice(this.here.indexOf(follower), 1);
    this.gone.push(follower);
    if (how === 'leave') await viewer.leave();
    else viewer.hangUp();
  }

  /** All that are left read on, and are told the end of it. */
  private async settle(): Promise<void> {
    for (const { viewer } of this.here) viewer.resume();
    for (const follower of this.here) {
      await until(() => follower.viewer.error !== undefined || this.knowsAll(follower));
    }
    for (const follower of [...this.here, ...this.gone]) this.check(follower);
  }

  private knowsAll(follower: Follower): boolean {
    return follower.keys.every((key) => numbersOf(follower, key).at(-1) === this.last.get(key));
  }

  private check(follower: Follower): void {
    const { kind, keys, viewer } = follower;
    expect(viewer.late).toEqual([]);
    if (viewer.error) {
      expect(kind).toBe('queued');
      expect(viewer.error.extensions['code']).toBe('SLOW_CONSUMER');
    }
    for (const key of keys) {
      const numbers = numbersOf(follower, key);
      const first = numbers[0] ?? 0;
      if (kind === 'queued') expect(numbers).toEqual(numbers.map((_, index) => first + index));
      else expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  }
}

/** What a follower was told of a key, in the order in which it was. */
function numbersOf({ kind, viewer }: Follower, key: string): number[] {
  const all = viewer.results.map((data) => {
    if (kind === 'conflated') {
      const { id, price } = data['priceChanged'] as { id: string; price: number };
      return { of: id, number: price };
    }
    const { text } = data['logged'] as { text: string };
    const [of = '', number] = text.split(' ', 2);
    return { of, number: Number(number) };
  });
  return all.filter(({ of }) => of === key).map(({ number }) => number);
}

/** Resolves when the router serves another supergraph, in which nothing has changed but a description. */
async function reload(): Promise<void> {
  reloads += 1;
  const mark = `Reload ${reloads}.`;
  const marked = original.replace('  faulty: Product', `  "${mark}" faulty: Product`);
  await writeFile(rig.supergraphFile, marked);
  await until(async () => {
    const query = '{ __type(name: "Subscription") { fields { description } } }';
    return JSON.stringify((await rig.ask(query)).body).includes(mark);
  });
}

it(
  'every client is told all that it is to be told, in order, whoever comes, goes or dawdles',
  async () => {
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: MOST_STEPS }),
      (steps) => new History().play(steps),
    );
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  },
  // It matters only to a history that hangs.
  60_000 + RUNS * 60_000,
);
