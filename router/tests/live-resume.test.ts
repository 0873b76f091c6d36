import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import * as fc from 'fast-check';
import { Rig, type Subscriber } from './kit';

const WRITTEN = 'subscription ($after: ID) { written(after: $after) { text on { rating } } }';
const BEGUN = 'subscription { written { text on { rating } } }';
const SEED = Number(process.env['LIVE_SEED'] ?? 1);
const RUNS = Number(process.env['LIVE_RUNS'] ?? 10);

let rig: Rig;
let open: Subscriber[] = [];

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const subscriber of open) subscriber.leave();
  open = [];
  rig.shop.gate = Promise.resolve();
  await rig.quiet();
});

function subscribe(query: string, variables?: Record<string, unknown>): Subscriber {
  const subscriber = rig.subscribe(query, variables);
  open.push(subscriber);
  return subscriber;
}

const after = (entry: number): Subscriber => subscribe(WRITTEN, { after: String(entry) });
const streams = (count: number): Promise<boolean> =>
  until(async () => (await rig.metric('router_streams')) === count);
const listening = (count: number): Promise<boolean> =>
  until(() => rig.shop.diary.listening === count);

/** The numbers of the entries that a client has got. */
const entriesOf = ({ data }: Subscriber): number[] =>
  data.map((result) => {
    const { written } = result as { written: { text: string; on: { rating: number } } };
    const entry = Number(written.text.slice('entry '.length));
    expect(written.on.rating).toBe(entry / 2);
    return entry;
  });

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('a resumable subscription', () => {
  it('goes on behind the cursor it is given, for each client its own', async () => {
    const { diary } = rig.shop;
    diary.write(5);
    const from = diary.newest - 4;
    const early = after(from);
    const late = after(from + 2);
    await early.received(4);
    await late.received(2);
    expect(entriesOf(early)).toEqual(range(from + 1, from + 4));
    expect(entriesOf(late)).toEqual(range(from + 3, from + 4));
  });

  it('is one upstream subscription for all who have caught up, and gives each of them everything once', async () => {
    const { diary } = rig.shop;
    diary.write(3);
    const { newest } = diary;
    const live = subscribe(BEGUN);
    await listening(1);
    const returned = [0, 1, 2, 3].map((missed) => after(newest - missed));
    await Promise.all(returned.map((client, missed) => client.received(missed)));
    await streams(2);
    diary.write();
    await streams(1);
    await listening(1);
    diary.write(2);
    await live.received(3);
    await Promise.all(returned.map((client, missed) => client.received(missed + 3)));
    expect(entriesOf(live)).toEqual(range(newest + 1, newest + 3));
    expect(returned.map(entriesOf)).toEqual(
      [0, 1, 2, 3].map((missed) => range(newest - missed + 1, newest + 3)),
    );
  });

  it('is one from the beginning for all who come back behind the same event', async () => {
    const { diary } = rig.shop;
    diary.write();
    const { newest } = diary;
    const clients = Array.from({ length: 20 }, () => after(newest));
    await until(async () => (await rig.metric('router_client_subscriptions')) === 20);
    expect(await rig.metric('router_streams')).toBe(1);
    diary.write();
    await Promise.all(clients.map((client) => client.received(1)));
    expect(clients.map(entriesOf)).toEqual(clients.map(() => [newest + 1]));
  });

  it('misses nothing of what happens while the subgraph is away', async () => {
    const { diary } = rig.shop;
    const client = subscribe(BEGUN);
    await listening(1);
    const { newest } = diary;
    diary.write();
    await client.received(1);
    await rig.proxy.cut();
    await listening(0);
    diary.write(3);
    await rig.proxy.open();
    await client.received(4);
    diary.write();
    await client.received(5);
    expect(entriesOf(client)).toEqual(range(newest + 1, newest + 5));
  });

  it('goes on without a gap under a schema that plans it otherwise', async () => {
    const original = await readFile(rig.supergraphFile, 'utf8');
    const { diary } = rig.shop;
    const client = subscribe(BEGUN);
    await listening(1);
    const { newest } = diary;
    diary.write();
    await client.received(1);
    // What is written is joined with what the reviews know, who are held up until the schema has changed.
    let letGo = (): void => undefined;
    rig.shop.gate = new Promise((resolve) => (letGo = resolve));
    diary.write(2);
    const changed = original
      .replace('written(after: ID): Entry! @resumable', '$&(cursor: "text")')
      .replace('  faulty: Product', '  "Sometimes." faulty: Product');
    await writeFile(rig.supergraphFile, changed);
    const isServed = async (): Promise<boolean> => {
      const { body } = await rig.ask('{ __type(name: "Subscription") { fields { description } } }');
      return JSON.stringify(body).includes('Sometimes.');
    };
    await until(isServed);
    letGo();
    await client.received(3);
    await writeFile(rig.supergraphFile, original);
    // What subscribes under the one schema, whose cursors are others, could not go on under the other.
    await until(async () => !(await isServed()));
    expect(entriesOf(client)).toEqual(range(newest + 1, newest + 3));
  });

  it('gives every client all that comes after its cursor, once and in order, whatever happens', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 5 }) }) },
      { weight: 4, arbitrary: fc.record({ resume: fc.nat({ max: 8 }) }) },
      { weight: 1, arbitrary: fc.constant({ cut: true as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const { diary } = rig.shop;
        diary.write(8);
        const clients: { client: Subscriber; from: number }[] = [];
        for (const each of steps) {
          if ('write' in each) diary.write(each.write);
          else if ('resume' in each) {
            const from = diary.newest - each.resume;
            clients.push({ client: after(from), from });
          } else {
            await rig.proxy.cut();
            await rig.proxy.open();
          }
        }
        diary.write();
        const { newest } = diary;
        await Promise.all(clients.map(({ client, from }) => client.received(newest - from)));
        for (const { client, from } of clients) {
          expect(entriesOf(client)).toEqual(range(from + 1, newest));
        }
        for (const { client } of clients) client.leave();
        await rig.quiet();
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
