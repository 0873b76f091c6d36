import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { WhaleLeg, WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { NOON, type WhalesRig, idOf, leg, seen, startWhales } from './rig';

const MINUTE = 60_000;
/** Stories are a day away from one another. */
let day = NOON;
const anotherDay = (): number => (day += 24 * 60 * MINUTE);

const nobody = (address: string): WhaleParty => ({ address, owner: null, ownerKind: 'UNKNOWN' });
const wallet = (
  owner: string,
  address: string,
  ownerKind: WhaleParty['ownerKind'] = 'EXCHANGE_HOT',
): WhaleParty => ({ address, owner, ownerKind });

/** So many units, at 100,000 USD each. */
const part = (
  units: number,
  from: WhaleParty[],
  to: WhaleParty[],
  changes: Partial<WhaleLeg> = {},
): WhaleLeg => leg({ baseUnits: `${units}00000000`, usd: `${units}00000`, from, to, ...changes });

const move = (time: number, ...legs: WhaleLeg[]): WhaleTransactionSeen => seen({ time, legs });

/** Four hops from a wallet that nobody knows to an address that Kraken gave to a customer: one event of 100,000,000. */
function chainToKraken(): WhaleTransactionSeen[] {
  const start = anotherDay();
  const at = (name: string): WhaleParty => nobody(`${name}${start}`);
  return [
    move(start, part(1000, [at('a')], [at('b'), at('p')])),
    move(start + MINUTE, part(990, [at('b')], [at('c'), at('q')])),
    move(start + 2 * MINUTE, part(950, [at('c')], [at('d'), at('r')])),
    move(start + 3 * MINUTE, part(940, [at('d')], [wallet('kraken', 'k', 'EXCHANGE_DEPOSIT')])),
  ];
}

/** Three moves within Binance: one event of 60,000,000. */
function shuffle(): WhaleTransactionSeen[] {
  const start = anotherDay();
  const cold = wallet('binance', 'cold', 'EXCHANGE_COLD');
  const [hot, warm] = [wallet('binance', 'hot'), wallet('binance', 'warm')];
  return [
    move(start, part(100, [cold], [hot])),
    move(start + MINUTE, part(200, [cold], [warm])),
    move(start + 2 * MINUTE, part(300, [hot], [warm])),
  ];
}

const chain = chainToKraken();
const shuffled = shuffle();
const time = anotherDay();
const fund = wallet('jump', 'j', 'FUND');
const stories = {
  toKraken: chain[0]!,
  withinBinance: shuffled[0]!,
  fromKraken: move(time, part(30, [wallet('kraken', 'hot')], [nobody('x')])),
  between: move(
    time,
    part(40, [wallet('kraken', 'hot')], [wallet('okx', 'o', 'EXCHANGE')], { symbol: 'ETH' }),
  ),
  ofTheFund: move(time, part(5, [fund], [nobody('y')], { symbol: 'ETH' })),
  ofTwoAssets: move(
    time,
    part(7, [nobody('z')], [nobody('v')]),
    part(8, [nobody('z')], [fund], { symbol: 'ETH' }),
  ),
  onTron: seen({ time, chain: 'tron', legs: [part(9, [nobody('t')], [wallet('okx', 'h')])] }),
  unpriced: move(time, part(1, [nobody('u')], [nobody('w')], { usd: null, usdBasis: null })),
};
type Story = keyof typeof stories;

let whales: WhalesRig;
const first = seen({ chain: 'elsewhere', legs: [leg({ symbol: 'NONE', from: [], to: [] })] });
beforeAll(async () => {
  whales = await startWhales();
  const { toKraken: _, withinBinance: __, ...others } = stories;
  await whales.see(first, ...chain, ...shuffled, ...Object.values(others));
});
afterAll(() => whales?.stop());

type Filter = Record<string, unknown>;

async function listed(filter: Filter): Promise<string[]> {
  const { whaleTransactions: page } = await whales.graph.data<{
    whaleTransactions: { edges: { node: { id: string } }[] };
  }>(
    `query ($filter: WhaleTransactionFilter) {
      whaleTransactions(filter: $filter, first: 200) { edges { node { id } } }
    }`,
    { filter },
  );
  return page.edges.map(({ node }) => node.id).sort();
}

const unconfirmed = new Set<string>();
/** What a stream tells behind the first of all, up to one that is told once more and so comes last. */
async function streamed(filter: Filter, last: WhaleTransactionSeen): Promise<string[]> {
  const isConfirmed = unconfirmed.delete(idOf(last));
  if (!isConfirmed) unconfirmed.add(idOf(last));
  const status = isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED';
  const state = { status, at: Date.now(), confirmations: null, replacedBy: null } as const;
  await whales.see({ ...last, state });
  const stream = whales.graph.subscribe<{ whaleMoved: { id: string } }>(
    `subscription ($filter: WhaleTransactionFilter, $after: ID) {
      whaleMoved(filter: $filter, after: $after) { id }
    }`,
    { filter, after: idOf(first) },
  );
  const ids: string[] = [];
  while (ids.at(-1) !== idOf(last)) ids.push((await stream.next()).whaleMoved.id);
  await stream.end();
  return ids.sort();
}

const EVERY = Object.keys(stories) as Story[];
const but = (...left: Story[]): Story[] => EVERY.filter((story) => !left.includes(story));

it.each<[Filter, Story[]]>([
  [{ chains: ['bitcoin', 'tron'] }, EVERY],
  [{ chains: ['tron'] }, ['onTron']],
  [{ assets: ['ETH'] }, ['between', 'ofTheFund', 'ofTwoAssets']],
  [{ assets: ['BTC'], chains: ['tron'] }, ['onTron']],
  [{ minUsd: '50000000' }, ['toKraken', 'withinBinance']],
  [{ minUsd: '1500000' }, ['toKraken', 'withinBinance', 'fromKraken', 'between', 'ofTwoAssets']],
  [{ directions: ['TO_EXCHANGE'] }, ['toKraken', 'onTron']],
  [{ directions: ['FROM_EXCHANGE'] }, ['fromKraken']],
  [{ directions: ['BETWEEN_EXCHANGES'] }, ['between']],
  [{ directions: ['INTERNAL'] }, ['withinBinance']],
  [{ directions: ['TO_EXCHANGE'], assets: ['BTC'] }, ['toKraken', 'onTron']],
  [{ folded: true }, ['toKraken', 'withinBinance']],
  [{ folded: true, assets: ['BTC'], minUsd: '70000000' }, ['toKraken']],
  [{ labels: ['kraken'] }, ['toKraken', 'fromKraken', 'between']],
  [{ labels: ['kraken'], directions: ['TO_EXCHANGE'] }, ['toKraken']],
  [{ labels: ['kraken'], minUsd: '100000000' }, ['toKraken']],
  [{ labels: ['kraken'], minUsd: '95000000', assets: ['BTC'] }, ['toKraken']],
  [{ labels: ['kraken'], folded: true }, ['toKraken']],
  [{ labels: ['binance'], minUsd: '60000000' }, ['withinBinance']],
  [{ labels: ['okx'], chains: ['tron'] }, ['onTron']],
  [{ labels: ['jump'], assets: ['BTC'] }, ['ofTwoAssets']],
  [{ labels: ['kraken'], ownerKinds: ['EXCHANGE_DEPOSIT'] }, ['toKraken']],
  [{ ownerKinds: ['EXCHANGE_DEPOSIT'] }, ['toKraken']],
  [{ ownerKinds: ['EXCHANGE_DEPOSIT'], directions: ['TO_EXCHANGE'] }, ['toKraken']],
  [{ ownerKinds: ['EXCHANGE_COLD'], minUsd: '60000000' }, ['withinBinance']],
  [{ ownerKinds: ['EXCHANGE'] }, but('ofTheFund', 'ofTwoAssets', 'unpriced')],
  [{ ownerKinds: ['FUND'] }, ['ofTheFund', 'ofTwoAssets']],
  [{ ownerKinds: ['FUND'], assets: ['BTC'] }, ['ofTwoAssets']],
  [{ ownerKinds: ['UNKNOWN'] }, but('withinBinance', 'between')],
])('a list and a stream have the same of %j', async (filter, expected) => {
  const ids = expected.map((story) => idOf(stories[story])).sort();
  expect(await listed(filter)).toEqual(ids);
  expect(await streamed(filter, stories[expected[0]!])).toEqual(ids);
});

it.each<[Filter, WhaleTransactionSeen[]]>([
  [{ labels: ['kraken'] }, [chain[3]!, stories.fromKraken, stories.between]],
  [{ labels: ['kraken'], minUsd: '94000000' }, [chain[3]!]],
  [{ labels: ['kraken'], directions: ['TO_EXCHANGE'], assets: ['BTC'] }, [chain[3]!]],
  [{ ownerKinds: ['EXCHANGE_COLD'] }, shuffled.slice(0, 2)],
  [{ directions: ['INTERNAL'] }, shuffled],
  [{ directions: ['ELSEWHERE'], minUsd: '50000000' }, chain.slice(0, 3)],
])('a list and a stream have the same by itself of %j', async (given, expected) => {
  const filter = { ...given, raw: true };
  const ids = expected.map(idOf).sort();
  expect(await listed(filter)).toEqual(ids);
  expect(await streamed(filter, expected[0]!)).toEqual(ids);
});
