import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { WhaleLeg, WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { HOUR, address, load, moved, randomFrom, row, unknown } from './labelling';
import { type WhalesRig, idOf, startWhales, until } from './rig';

let whales: WhalesRig;
/** In which labels are there before anything is stored. */
let fresh: WhalesRig;
beforeAll(async () => void ([whales, fresh] = await Promise.all([startWhales(), startWhales()])));
afterAll(async () => void (await Promise.all([whales?.stop(), fresh?.stop()])));

const BEGAN = Date.UTC(2024, 2, 1);
const DAY = 24 * HOUR;

/** Until all that is stored was looked through, and looked through anew where owners have changed. */
const settled = (rig: WhalesRig): Promise<void> =>
  until(async () => {
    const [state] = await rig.prisma.$queryRaw<{ isOver: boolean }[]>`
      SELECT p.position = j.position AND p.symbols = '{}'
        AND NOT EXISTS (SELECT FROM whales.pattern_awaiting) AS "isOver"
      FROM whales.pattern_progress p, whales.journal j`;
    return state?.isOver ?? false;
  });

async function see(rig: WhalesRig, all: readonly WhaleTransactionSeen[]): Promise<void> {
  await rig.see(...all);
  await settled(rig);
}

async function name(rig: WhalesRig, rows: readonly string[], ...options: string[]): Promise<void> {
  await load(rig, rows, ...options);
  await settled(rig);
}

interface Pattern {
  id: string;
  rule: string;
  transactions: { id: string }[];
}

/** All that is told of patterns of an asset: as a list, with each transaction, and as a filter. */
async function told(rig: WhalesRig, symbol: string) {
  const { whalePatterns, whaleTransactions, series } = await rig.graph.data<{
    whalePatterns: { edges: { node: Pattern }[] };
    whaleTransactions: unknown;
    series: unknown;
  }>(
    `query ($symbol: ID!) {
      whalePatterns(filter: { symbols: [$symbol] }, first: 200) { edges { node {
        id rule time score explanation figures { name value } transactions(first: 50) { id }
      } } }
      whaleTransactions(filter: { assets: [$symbol], raw: true }, first: 200) {
        edges { node { id patterns { id } } }
      }
      series: whaleTransactions(
        filter: { assets: [$symbol], raw: true, pattern: EXCHANGE_INFLOW_SPIKE }, first: 200
      ) { edges { node { id } } }
    }`,
    { symbol },
  );
  return { patterns: whalePatterns.edges.map(({ node }) => node), whaleTransactions, series };
}

const rulesOf = async (symbol: string): Promise<string[]> =>
  (await told(whales, symbol)).patterns.map(({ rule }) => rule);

/** 1 to 24, in an order that is neither up nor down. */
const TO_24 = Array.from({ length: 24 }, (_, index) => ((index * 7) % 24) + 1);
const usual = (symbol: string, to: () => WhaleParty): WhaleTransactionSeen[] =>
  TO_24.map((size, index) =>
    moved(symbol, BEGAN + index * HOUR, unknown(address()), to(), 10 * size),
  );

it('a wallet that turns out to be an exchange gathers nothing any more, and gathers again once it is none', async () => {
  const hot = address();
  const gathered = [350, 250, 320].map((units, day) =>
    moved('GATHER', BEGAN + (2 + day) * DAY, unknown(address()), unknown(hot), units),
  );
  await see(whales, [...usual('GATHER', () => unknown(address())), ...gathered]);
  const before = await told(whales, 'GATHER');
  expect(before.patterns).toMatchObject([
    {
      rule: 'ACCUMULATION',
      transactions: [...gathered].reverse().map((each) => ({ id: idOf(each) })),
    },
  ]);
  const label = [row(hot, 'Binance 14', 'exchange_hot')];
  await name(whales, label);
  expect(await rulesOf('GATHER')).toEqual([]);
  await name(whales, label, '--remove');
  expect(await told(whales, 'GATHER')).toEqual(before);
});

it('an hour in which far more went into an exchange than is usual is found once that is known to be one', async () => {
  const hot = address();
  const large = moved('HOUR', BEGAN + 30 * HOUR, unknown(address()), unknown(hot), 5_000);
  await see(whales, [...usual('HOUR', () => unknown(hot)), large]);
  expect(await rulesOf('HOUR')).not.toContain('EXCHANGE_INFLOW_SPIKE');
  await name(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  expect((await told(whales, 'HOUR')).patterns).toMatchObject([
    {
      id: 'EXCHANGE_INFLOW_SPIKE:HOUR:2024-03-02T06:00:00.000Z',
      transactions: [{ id: idOf(large) }],
    },
  ]);
  // It was the exchange's own.
  const sender = large.legs[0]?.from[0]?.address ?? '';
  await name(whales, [row(sender, 'Binance 15', 'exchange_hot')]);
  expect(await rulesOf('HOUR')).toEqual([]);
});

it('what has no other owners keeps its patterns, and what was taken back keeps its own for when it is back', async () => {
  const hot = address();
  const minted = { kind: 'MINT', from: [] } satisfies Partial<WhaleLeg>;
  const made = (symbol: string, day: number): WhaleTransactionSeen => {
    const { legs, ...each } = moved(symbol, BEGAN + day * DAY, unknown(hot), unknown(address()));
    return { ...each, legs: legs.map((leg) => ({ ...leg, ...minted })) };
  };
  const [kept, taken] = [made('KEPT', 1), made('KEPT', 2)];
  const state = { status: 'RETRACTED' as const, confirmations: null, replacedBy: null };
  const sent = moved('KEPT', BEGAN + 3 * DAY, unknown(hot), unknown(address()));
  await see(whales, [kept, taken, sent]);
  await see(whales, [{ ...taken, state: { ...state, at: BEGAN + 3 * DAY } }]);
  await name(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  expect((await told(whales, 'KEPT')).patterns).toMatchObject([
    { rule: 'MINT', transactions: [{ id: idOf(kept) }] },
  ]);
  await see(whales, [{ ...taken, state: { ...state, status: 'CONFIRMED', at: BEGAN + 4 * DAY } }]);
  expect(await rulesOf('KEPT')).toEqual(['MINT', 'MINT']);
});

it.each([1, 2, 3])(
  'all patterns are the same to the last digit as where labels were there first (%i)',
  async (seed) => {
    const random = randomFrom(seed * 104_729);
    const pick = <Each>(of: readonly Each[]): Each => of[Math.floor(random() * of.length)]!;
    const symbol = `PATTERNS${seed}`;
    const wallets = Array.from({ length: 14 }, address);
    const sizes = [5, 8, 8, 8, 13, 21, 400];
    let time = BEGAN;
    const all = Array.from({ length: 300 }, () => {
      // Rests of weeks among hours, so that wallets wake.
      time += random() < 0.01 ? 40 * DAY : Math.floor(random() * 3 * HOUR) + 1;
      return moved(symbol, time, unknown(pick(wallets)), unknown(pick(wallets)), pick(sizes));
    });
    const labels = wallets
      .slice(0, 7)
      .map((each, n) =>
        row(each, pick(['Binance 1', 'Kraken 2', 'Jump 3']), n % 3 === 0 ? 'fund' : 'exchange_hot'),
      );
    await name(fresh, labels);
    await see(fresh, all);

    const wrong = wallets.slice(5).map((each) => row(each, 'Okx 5', 'exchange_hot'));
    await name(whales, labels.slice(0, 3));
    await see(whales, all.slice(0, 150));
    await load(whales, wrong);
    await see(whales, all.slice(150));
    await load(whales, labels);
    await name(whales, wrong, '--remove');

    const expected = await told(fresh, symbol);
    expect(new Set(expected.patterns.map(({ rule }) => rule)).size).toBeGreaterThan(2);
    expect(await told(whales, symbol)).toEqual(expected);
  },
);
