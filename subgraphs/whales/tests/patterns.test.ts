import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleLeg, WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { PATIENCE_MS, until } from '@spyhop/platform/testkit/until';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

// Scores were computed beside this, with the median of Python's `statistics`, by the formula of the e-Handbook.

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const BEGAN = Date.UTC(2024, 2, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const wallet = (address: string): WhaleParty => ({ address, owner: null, ownerKind: 'UNKNOWN' });
const okx: WhaleParty = { address: 'okx-hot', owner: 'okx', ownerKind: 'EXCHANGE_HOT' };
let strangers = 0;
const stranger = (): WhaleParty => wallet(`stranger${(strangers += 1)}`);

/** Worth so many dollars, which is also the amount. */
const moved = (
  symbol: string,
  time: number,
  usd: number,
  changes: Partial<WhaleLeg> = {},
): WhaleTransactionSeen =>
  seen({
    time,
    legs: [
      leg({
        ...{ symbol, baseUnits: String(usd * 100), decimals: 2, usd: String(usd) },
        ...{ from: [stranger()], to: [stranger()], ...changes },
      }),
    ],
  });

/** 1 to 24, in an order that is neither up nor down. */
const TO_24 = Array.from({ length: 24 }, (_, index) => ((index * 7) % 24) + 1);

interface Pattern {
  id: string;
  rule: string;
  symbol: string;
  time: string;
  score: number | null;
  explanation: string;
  figures: { name: string; value: string }[];
  transactions: { id: string }[];
}

interface Page {
  edges: { cursor: string; node: Pattern }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const PATTERNS = `query ($filter: WhalePatternFilter, $first: Int = 50, $after: String) {
  whalePatterns(filter: $filter, first: $first, after: $after) {
    edges { node { id rule symbol time score explanation figures { name value } transactions(first: 50) { id } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const page = async (variables: Record<string, unknown>): Promise<Page> =>
  (await whales.graph.data<{ whalePatterns: Page }>(PATTERNS, variables)).whalePatterns;

/** Hands over, and waits until all of it was looked through. */
async function see(...all: readonly WhaleTransactionSeen[]): Promise<void> {
  await whales.see(...all);
  await until(async () => {
    const [row] = await whales.prisma.$queryRaw<{ isOver: boolean }[]>`
      SELECT p.position = j.position AS "isOver" FROM whales.pattern_progress p, whales.journal j`;
    return row?.isOver ?? false;
  });
}

const found = async (symbol: string): Promise<Pattern[]> =>
  (await page({ filter: { symbols: [symbol] } })).edges.map(({ node }) => node);

const patternsOf = async (transaction: WhaleTransactionSeen): Promise<Partial<Pattern>[]> => {
  const { whaleTransaction } = await whales.graph.data<{
    whaleTransaction: { patterns: Pattern[] };
  }>(
    'query ($id: ID!) { whaleTransaction(id: $id) { patterns { id rule figures { name value } } } }',
    {
      id: idOf(transaction),
    },
  );
  return whaleTransaction.patterns;
};

const figuresOf = ({ figures }: Pattern): Record<string, string> =>
  Object.fromEntries(figures.map(({ name, value }) => [name, value]));

describe('a pattern', () => {
  it('is that tokens were made, scored by earlier times as soon as these are enough', async () => {
    const treasury: WhaleParty = { address: 't', owner: 'tether treasury', ownerKind: 'TREASURY' };
    const mint = { kind: 'MINT' as const, from: [], to: [treasury] };
    const earlier = TO_24.map((size, index) =>
      moved('MADE', BEGAN + index * DAY, size * 10_000_000, mint),
    );
    const large = moved('MADE', BEGAN + 30 * DAY, 5_000_000_000, mint);
    const burn = moved('MADE', BEGAN + 31 * DAY, 7_000_000, {
      kind: 'BURN',
      from: [treasury],
      to: [],
    });
    await see(...earlier, large, burn);
    const [burned, made, ...rest] = await found('MADE');
    expect(burned).toMatchObject({ rule: 'BURN', score: null, transactions: [{ id: idOf(burn) }] });
    expect(made).toMatchObject({
      ...{ rule: 'MINT', time: '2024-03-31T00:00:00.000Z', score: 5.43 },
      explanation:
        '5,000,000,000 MADE were made on bitcoin. The median of the last 24 was 125,000,000 USD.',
      transactions: [{ id: idOf(large) }],
    });
    expect(await patternsOf(large)).toEqual([
      { id: made?.id, rule: 'MINT', figures: made?.figures },
    ]);
    expect(made && figuresOf(made)).toEqual({
      ...{ amount: '5000000000', usd: '5000000000', medianUsd: '125000000', earlier: '24' },
    });
    // With fewer than 20 there is no telling.
    expect(rest.map(({ score }) => score === null)).toEqual([
      ...[false, false, false, false],
      ...Array.from({ length: 20 }, () => true),
    ]);
  });

  it('is that far more goes into exchanges in an hour than is usual, with what makes it', async () => {
    const hourly = Array.from({ length: 24 }, (_, hour) =>
      moved('SPIKE', BEGAN + hour * HOUR, 1_000 * ((hour % 6) + 1), { to: [okx] }),
    );
    const [half, rest, out] = [
      moved('SPIKE', BEGAN + 30 * HOUR, 240_000, { to: [okx] }),
      moved('SPIKE', BEGAN + 30 * HOUR + 1, 10_000, { to: [okx] }),
      moved('SPIKE', BEGAN + 30 * HOUR + 2, 300_000, { from: [okx] }),
    ];
    await see(...hourly, half, rest, out);
    const patterns = await found('SPIKE');
    // What went out has no history yet.
    expect(patterns).toHaveLength(1);
    expect(patterns[0]).toMatchObject({
      ...{ id: 'EXCHANGE_INFLOW_SPIKE:SPIKE:2024-03-02T06:00:00.000Z', score: 6.3 },
      explanation:
        '250,000 USD of SPIKE went into exchanges in the hour from 2024-03-02T06:00:00.000Z; ' +
        'the median of the 24 hours with any in the 30 days before was 3,500 USD.',
      transactions: [{ id: idOf(rest) }, { id: idOf(half) }],
    });
  });

  it('is a wallet that gathers, or gives away, more than is usual to move at once', async () => {
    const usual = TO_24.map((size, index) => moved('SIDE', BEGAN + index * HOUR, size * 1_000));
    const [gatherer, giver, both] = [wallet('gatherer'), wallet('giver'), wallet('both')];
    const later = (days: number): number => BEGAN + 2 * DAY + days * DAY;
    const gathered = [35_000, 25_000, 32_000].map((usd, index) =>
      moved('SIDE', later(index), usd, { from: [okx], to: [gatherer] }),
    );
    const back = moved('SIDE', later(1.5), 2_000, { from: [gatherer], to: [okx] });
    const given = [40_000, 50_000, 60_000].map((usd, index) =>
      moved('SIDE', later(index), usd, { from: [giver], to: [okx] }),
    );
    const toAndFro = [40_000, 50_000, 60_000].flatMap((usd, index) => [
      moved('SIDE', later(index), usd, { from: [both], to: [okx] }),
      moved('SIDE', later(index + 0.1), usd, { from: [okx], to: [both] }),
    ]);
    await see(...usual);
    await see(...gathered.slice(0, 2), back);
    expect(await found('SIDE')).toEqual([]);
    await see(...gathered.slice(2));
    const [gathering] = await found('SIDE');
    // Of 24 ordinary moves and the three, before the last of them: none of what they are made of is left out.
    expect(gathering).toMatchObject({
      ...{ rule: 'ACCUMULATION', time: '2024-03-05T00:00:00.000Z' },
      transactions: [...gathered].reverse().map((each) => ({ id: idOf(each) })),
    });
    expect(gathering && figuresOf(gathering)).toMatchObject({
      ...{ netAmount: '90000', netUsd: '90000', transactions: '3', earlierMoves: '27' },
    });
    expect(gathering?.score).toBe(2.69);
    await see(...given, ...toAndFro);
    expect((await found('SIDE')).map(({ rule }) => rule)).toEqual(['DISTRIBUTION', 'ACCUMULATION']);
  });

  it('is a wallet that sends after long, by what is usual for wallets of the asset', async () => {
    const others = TO_24.flatMap((hours, index) => {
      const other = wallet(`often${index}`);
      return [
        moved('IDLE', BEGAN, 1_000, { to: [other] }),
        moved('IDLE', BEGAN + hours * HOUR, 1_000, { from: [other] }),
      ];
    });
    const [sleeper, young] = [wallet('sleeper'), wallet('young')];
    const wakes = moved('IDLE', BEGAN + 400 * DAY, 5_000, { from: [sleeper] });
    await see(
      ...others,
      moved('IDLE', BEGAN, 5_000, { to: [sleeper] }),
      moved('IDLE', BEGAN + 380 * DAY, 5_000, { to: [young] }),
      moved('IDLE', BEGAN + 400 * DAY, 5_000, { from: [young] }),
      wakes,
    );
    const patterns = await found('IDLE');
    expect(patterns).toHaveLength(1);
    expect(patterns[0]).toMatchObject({
      ...{ rule: 'DORMANT_WAKING', score: 9.29 },
      transactions: [{ id: idOf(wakes) }],
    });
    expect(patterns[0] && figuresOf(patterns[0])).toMatchObject({
      ...{ idleDays: '400', sentAmount: '5000', medianIdleHours: '13', earlierRests: '25' },
    });
  });

  it('is a coin that moves after long, by what is usual for coins of the asset', async () => {
    const rested = (hours: number, at: number, changes: Partial<WhaleLeg> = {}) =>
      moved('OLD', at, 5_000, { coinsSince: at - hours * HOUR, ...changes });
    const others = TO_24.map((hours, index) => rested(hours, BEGAN + index * HOUR));
    const later = BEGAN + 2 * DAY;
    const wakes = rested(4_000 * 24, later);
    await see(...others, rested(29 * 24, later), moved('OLD', later, 5_000), wakes);
    const patterns = await found('OLD');
    expect(patterns).toHaveLength(1);
    expect(patterns[0]).toMatchObject({
      ...{ rule: 'DORMANT_COINS', score: 12.53 },
      explanation: expect.stringMatching(/^5,000 OLD were sent, .* for 4,000 days; .* 13 hours\.$/),
      transactions: [{ id: idOf(wakes) }],
    });
    expect(patterns[0] && figuresOf(patterns[0])).toMatchObject({
      ...{ ageDays: '4000', sentAmount: '5000', medianAgeHours: '13', earlierAges: '25' },
    });
  });

  it('is such a coin too where its age is told a moment after the transaction', async () => {
    const rested = (hours: number, at: number) =>
      moved('LATE', at, 5_000, { coinsSince: at - hours * HOUR });
    await see(...TO_24.map((hours, index) => rested(hours, BEGAN + index * HOUR)));
    const wakes = rested(4_000 * 24, BEGAN + 2 * DAY);
    // Its age may follow for ten seconds from when it was told, which a busy machine may need: told soon, by its clock.
    const at = Date.now() + 9_000;
    const state = { status: 'UNCONFIRMED' as const, at, confirmations: 0, replacedBy: null };
    const [leg] = wakes.legs;
    const { coinsSince: _, ...ageless } = leg!;
    await whales.see({ ...wakes, chain: 'bitcoin', state, legs: [ageless] });
    // Long enough for what is stored to be looked at.
    await sleep(1_000);
    await see({ ...wakes, chain: 'bitcoin', state });
    expect(await found('LATE')).toMatchObject([{ rule: 'DORMANT_COINS' }]);
  });

  it('is the very same amount three times within a day', async () => {
    const usual = TO_24.map((size, index) => moved('SAME', BEGAN + index * HOUR, size * 1_000));
    const payer = wallet('payer');
    const pays = (hours: number, usd: number): WhaleTransactionSeen =>
      moved('SAME', BEGAN + 3 * DAY + hours * HOUR, usd, { from: [payer], to: [stranger()] });
    const series = [pays(0, 50_000), pays(5, 50_000), pays(10, 50_000)];
    await see(...usual, series[0]!, pays(1, 50_001), series[1]!);
    expect((await found('SAME')).map(({ rule }) => rule)).not.toContain('SERIES');
    await see(series[2]!);
    const patterns = await found('SAME');
    const same = patterns.find(({ rule }) => rule === 'SERIES');
    expect(same && figuresOf(same)).toMatchObject({
      ...{ amount: '50000', totalUsd: '150000', transactions: '3' },
    });
    expect(same?.transactions).toEqual([...series].reverse().map((each) => ({ id: idOf(each) })));
  });

  const taken = (
    transaction: WhaleTransactionSeen,
    status: 'RETRACTED' | 'CONFIRMED' | 'UNCONFIRMED',
    at = 1,
  ) => ({
    ...transaction,
    state: { status, at: transaction.time + at, confirmations: null, replacedBy: null },
  });

  it('does not stand on what was taken back, nor is anything compared with that', async () => {
    const usual = TO_24.map((size, index) => moved('LOST', BEGAN + index * HOUR, size * 1_000));
    const gatherer = wallet('gatherer of what is lost');
    const gathered = [35_000, 25_000, 32_000, 40_000].map((usd, index) =>
      moved('LOST', BEGAN + 2 * DAY + index * HOUR, usd, { to: [gatherer] }),
    );
    const minted = moved('LOST', BEGAN + 3 * DAY, 1_000, { kind: 'MINT', from: [] });
    const never = moved('LOST', BEGAN + 3 * DAY, 1_000, { kind: 'MINT', from: [] });
    await see(...usual, ...gathered, minted, taken(never, 'RETRACTED'));
    expect((await found('LOST')).map(({ rule }) => rule)).toEqual(['MINT', 'ACCUMULATION']);
    const [history] = await whales.prisma.$queryRaw<{ values: number[] }[]>`
      SELECT values FROM whales.pattern_history WHERE symbol = 'LOST' AND measure = 'MINT'`;
    expect(history?.values).toEqual([1_000]);

    await see(taken(minted, 'RETRACTED'), taken(gathered[1]!, 'RETRACTED'));
    const [left, ...others] = await found('LOST');
    expect(others).toEqual([]);
    expect(left).toMatchObject({
      rule: 'ACCUMULATION',
      transactions: [gathered[3]!, gathered[2]!, gathered[0]!].map((each) => ({ id: idOf(each) })),
    });
    expect(left && figuresOf(left)).toMatchObject({ netAmount: '107000', transactions: '3' });

    await see(taken(gathered[3]!, 'RETRACTED'));
    expect(await found('LOST')).toEqual([]);
    await see(taken(minted, 'CONFIRMED', 2));
    expect(await found('LOST')).toMatchObject([
      { rule: 'MINT', transactions: [{ id: idOf(minted) }] },
    ]);
    await see(taken(minted, 'RETRACTED', 3));
  });

  it('of an hour is none any more where what made it was taken back', async () => {
    const hourly = Array.from({ length: 24 }, (_, hour) =>
      moved('CALM', BEGAN + hour * HOUR, 1_000 * ((hour % 6) + 1), { to: [okx] }),
    );
    const [much, little] = [
      moved('CALM', BEGAN + 30 * HOUR, 240_000, { to: [okx] }),
      moved('CALM', BEGAN + 30 * HOUR + 1, 3_000, { to: [okx] }),
    ];
    await see(...hourly, much, little);
    expect(await found('CALM')).toHaveLength(1);
    await see(taken(much, 'RETRACTED'));
    expect(await found('CALM')).toEqual([]);
    await see(taken(much, 'CONFIRMED', 2));
    expect(await found('CALM')).toHaveLength(1);
    await see(taken(much, 'RETRACTED', 3));
  });

  it('is found in what was told of anew before it was looked at, with much behind it', async () => {
    const minted = moved('AGAIN', BEGAN, 1_000_000, { kind: 'MINT', from: [] });
    const others = Array.from({ length: 450 }, (_, index) => moved('AGAIN', BEGAN + index, 1_000));
    await whales.prisma.$transaction(
      async (sql) => {
        await sql.$queryRaw`SELECT FROM whales.pattern_progress FOR UPDATE`;
        await whales.see(taken(minted, 'UNCONFIRMED', 0), ...others);
        await whales.see(taken(minted, 'CONFIRMED'));
      },
      { timeout: PATIENCE_MS },
    );
    await see();
    expect(await found('AGAIN')).toMatchObject([
      { rule: 'MINT', transactions: [{ id: idOf(minted) }] },
    ]);
    await see(taken(minted, 'RETRACTED', 2));
  });

  it('is stored once, however often its transactions come', async () => {
    const before = await page({ first: 200 });
    const again = moved('MADE', BEGAN + 32 * DAY, 9_000_000, { kind: 'MINT', from: [], to: [okx] });
    await see(again, again, { ...again, source: 'second' });
    const after = await page({ first: 200 });
    expect(after.edges).toHaveLength(before.edges.length + 1);
  });
});

describe('the list of patterns', () => {
  it('is in pages that neither repeat nor leave anything out, also by rule', async () => {
    for (const filter of [
      { symbols: ['made'] },
      { rules: ['MINT', 'EXCHANGE_INFLOW_SPIKE'] },
      null,
    ]) {
      const all = (await page({ filter, first: 200 })).edges.map(({ node }) => node.id);
      const read: string[] = [];
      let after: string | null = null;
      for (let more = true; more;) {
        const { edges, pageInfo }: Page = await page({ filter, first: 7, after });
        read.push(...edges.map(({ node }) => node.id));
        ({ endCursor: after, hasNextPage: more } = pageInfo);
      }
      expect(read).toEqual(all);
      expect(all.length).toBeGreaterThan(20);
    }
  });

  it('refuses cursors of its neighbours and pages out of range', async () => {
    const code = async (variables: Record<string, unknown>): Promise<unknown> =>
      (await whales.graph.ask(PATTERNS, variables)).errors?.[0]?.extensions?.['code'];
    expect(await code({ after: 'bm90IG1pbmU' })).toBe('INVALID_INPUT');
    expect(await code({ first: 201 })).toBe('INVALID_INPUT');
    expect(await code({ filter: { symbols: Array.from({ length: 51 }, String) } })).toBe(
      'INVALID_INPUT',
    );
  });
});

describe('the list of transactions by pattern', () => {
  const LIST = `query ($filter: WhaleTransactionFilter, $first: Int = 50, $after: String) {
    whaleTransactions(filter: $filter, first: $first, after: $after) {
      edges { node { id time } } pageInfo { hasNextPage endCursor }
    }
  }`;
  const ids = async (filter: object): Promise<string[]> => {
    const read: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { whaleTransactions }: { whaleTransactions: Page } = await whales.graph.data(LIST, {
        ...{ filter, first: 10, after },
      });
      read.push(...whaleTransactions.edges.map(({ node }) => node.id));
      ({ endCursor: after, hasNextPage: more } = whaleTransactions.pageInfo);
    }
    return read;
  };

  it('has those that are part of one, once each and newest first, with all other filters', async () => {
    const made = await ids({ pattern: 'MINT' });
    expect(made).toHaveLength(26);
    expect(new Set(made).size).toBe(26);
    expect(await ids({ pattern: 'MINT', assets: ['MADE'], minUsd: '240000000' })).toHaveLength(2);
    expect(await ids({ pattern: 'MINT', assets: ['SPIKE'] })).toEqual([]);
    expect(await ids({ pattern: 'MINT', chains: ['tron'] })).toEqual([]);
    const spike = await found('SPIKE');
    expect(await ids({ pattern: 'EXCHANGE_INFLOW_SPIKE' })).toEqual(
      spike[0]?.transactions.map(({ id }) => id),
    );
  });

  it('has one that was taken back and has come into another block', async () => {
    const minted = moved('BACK', BEGAN, 1_000_000, { kind: 'MINT', from: [] });
    const told = (status: 'CONFIRMED' | 'RETRACTED', at: number): WhaleTransactionSeen => ({
      ...minted,
      state: { status, at, confirmations: null, replacedBy: null },
    });
    await see(told('CONFIRMED', BEGAN));
    const listed = (): Promise<string[]> => ids({ pattern: 'MINT', assets: ['BACK'] });
    expect(await listed()).toEqual([idOf(minted)]);
    await see(told('RETRACTED', BEGAN + 1));
    expect(await listed()).toEqual([]);
    await see(told('CONFIRMED', BEGAN + 2));
    expect(await listed()).toEqual([idOf(minted)]);
  });

  it('is not for streams, which tell of transactions before patterns are found', async () => {
    const stream = whales.graph.subscribe(
      `subscription { whaleMoved(filter: { pattern: MINT }) { id } }`,
    );
    await expect(stream.next()).rejects.toThrow(/INVALID_INPUT/);
  });
});
