import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MarketRig, NOTHING, asset, dayStats, price, startMarket } from './rig';

const SYMBOLS = Array.from({ length: 50 }, (_, at) => `A${String(at).padStart(2, '0')}`);
const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Asset { symbol price change24h } }
}`;

let rig: MarketRig;

beforeAll(async () => {
  rig = await startMarket(SYMBOLS.map((symbol) => asset(symbol)));
  const prices = SYMBOLS.map((symbol, at) =>
    price(symbol, String(at + 1), { dayStats: dayStats('1', '1') }),
  );
  await rig.writer.writeChanges({ ...NOTHING, prices });
});
afterAll(() => rig.stop());

const representations = (symbols: readonly string[]) =>
  symbols.map((symbol) => ({ __typename: 'Asset', symbol }));

/** The Redis commands on our keys while the work goes on. */
async function commandsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const watcher = rig.space.open();
  const monitor = await watcher.monitor();
  const commands: string[] = [];
  const sentinel = `${rig.space.prefix}end`;
  const ended = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, [name, ...args]: string[]) => {
      if (args.includes(sentinel)) resolve();
      else if (args.some((arg) => arg.startsWith(rig.space.prefix))) commands.push(name ?? '');
    });
  });
  await work();
  await rig.space.client.exists('end');
  await ended;
  monitor.disconnect();
  watcher.disconnect();
  return commands;
}

describe('asset entities', () => {
  it('resolve in the order asked for, the unknown ones to null', async () => {
    const { _entities: entities } = await rig.graph.data(ENTITIES, {
      of: representations(['A07', 'XYZ', 'A00', 'A07']),
    });
    expect(entities).toEqual([
      { symbol: 'A07', price: '8', change24h: 700 },
      null,
      { symbol: 'A00', price: '1', change24h: 0 },
      { symbol: 'A07', price: '8', change24h: 700 },
    ]);
  });

  it('50 of them cost one round trip to Redis: one pipeline of two commands', async () => {
    const commands = await commandsDuring(() =>
      rig.graph.data(ENTITIES, { of: representations(SYMBOLS) }),
    );
    expect(commands.map((name) => name.toLowerCase())).toEqual(['hmget', 'hmget']);
  });

  it('a page of 50 assets costs one round trip too', async () => {
    const commands = await commandsDuring(() =>
      rig.graph.data('{ assets(first: 50) { edges { node { symbol price change1h } } } }'),
    );
    expect(commands.map((name) => name.toLowerCase())).toEqual(['hmget', 'hmget']);
  });
});
