import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const MINUTE_MS = 60_000;
const WINDOWS = { H1: 60, H24: 24 * 60, D7: 7 * 24 * 60, D30: 30 * 24 * 60 };
type Window = keyof typeof WINDOWS;

const nobody: WhaleParty = { address: 'somebody', owner: null, ownerKind: 'UNKNOWN' };
const binance: WhaleParty = { address: 'hot', owner: 'binance', ownerKind: 'EXCHANGE_HOT' };
const kraken: WhaleParty = { address: 'cold', owner: 'kraken', ownerKind: 'EXCHANGE_COLD' };

interface Activity {
  transactions: number;
  usd: string;
  toExchangesUsd: string;
  fromExchangesUsd: string;
  largestUsd: string | null;
}

async function activityOf(symbol: string, window: Window): Promise<Activity> {
  const { _entities } = await whales.graph.data<{ _entities: { whaleActivity: Activity }[] }>(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Asset { whaleActivity(window: ${window}) {
      transactions usd toExchangesUsd fromExchangesUsd largestUsd } } } }`,
    { of: [{ __typename: 'Asset', symbol }] },
  );
  const [asset] = _entities;
  if (asset === undefined) throw new Error(`nothing is known of ${symbol}`);
  return asset.whaleActivity;
}

/** Added up row by row over all that moved since a window began. */
async function addedUp(symbol: string, window: Window): Promise<Activity | undefined> {
  const since = new Date(Date.now() - WINDOWS[window] * MINUTE_MS);
  const [row] = await whales.prisma.$queryRaw<Activity[]>`
    SELECT count(*)::int AS transactions, sum(usd)::text AS usd,
      coalesce(sum(usd) FILTER (WHERE direction = 'TO_EXCHANGE'), 0)::text AS "toExchangesUsd",
      coalesce(sum(usd) FILTER (WHERE direction = 'FROM_EXCHANGE'), 0)::text AS "fromExchangesUsd",
      max(usd)::text AS "largestUsd"
    FROM whales.asset_move WHERE symbol = ${symbol} AND usd_band >= 0 AND time >= ${since}`;
  return row;
}

const moved = (
  minutesAgo: number,
  usd: string | null,
  from: WhaleParty,
  to: WhaleParty,
): WhaleTransactionSeen =>
  seen({
    time: Date.now() - minutesAgo * MINUTE_MS,
    legs: [leg({ symbol: 'DOGE', usd, ...{ from: [from], to: [to] } })],
  });

it('what moved of an asset in a window is the same to the last digit as all of it added up, also where the window begins within an hour', async () => {
  const edges = Object.values(WINDOWS).flatMap((minutes) => [
    // Nobody takes five minutes from here to the question.
    moved(minutes - 5, `${minutes}.000000000000000001`, nobody, binance),
    moved(minutes + 1, `${minutes * 1_000_000}`, nobody, binance),
    moved(minutes - 40, '3.5', kraken, nobody),
    moved(minutes - 30, '70', binance, kraken),
  ]);
  const unpriced = moved(10, null, nobody, binance);
  const retracted = moved(20, '900000000', nobody, binance);
  const nameless = moved(15, '5000', nobody, { ...nobody, address: 'other' });
  const both = seen({
    time: Date.now() - 12 * MINUTE_MS,
    legs: [
      leg({ symbol: 'DOGE', usd: '11', from: [nobody], to: [binance] }),
      leg({ symbol: 'DOGE', usd: '13', from: [kraken], to: [nobody] }),
      leg({ symbol: 'SHIB', usd: '9000000', from: [nobody], to: [binance] }),
    ],
  });
  await whales.see(...edges, unpriced, retracted, nameless, both);
  const state = { status: 'RETRACTED', at: Date.now(), confirmations: null } as const;
  await whales.see({ ...retracted, state: { ...state, replacedBy: null } });
  // Another source knows to whom it went.
  const legs = nameless.legs.map((each) => ({ ...each, to: [{ ...binance, address: 'other' }] }));
  await whales.see({ ...nameless, source: 'second', legs });

  for (const window of Object.keys(WINDOWS) as Window[]) {
    expect([window, await activityOf('DOGE', window)]).toEqual([
      window,
      await addedUp('DOGE', window),
    ]);
  }
  // By hand: three of its own four, and what came besides but for what was retracted.
  expect(await activityOf('DOGE', 'H1')).toEqual({
    ...{ transactions: 6, usd: '5157.500000000000000001', fromExchangesUsd: '3.5' },
    ...{ toExchangesUsd: '5060.000000000000000001', largestUsd: '5000' },
  });
  expect((await activityOf('DOGE', 'D30')).largestUsd).toBe('10080000000');
  expect(await activityOf('SHIB', 'D30')).toMatchObject({ transactions: 1, largestUsd: '9000000' });
});

describe('what is folded', () => {
  const wallet = (address: string): WhaleParty => ({ ...nobody, address });
  const kept: WhaleParty = { address: 'kraken', owner: 'kraken', ownerKind: 'EXCHANGE_DEPOSIT' };
  let symbol = 'A';
  /** Hops of a chain of an asset of its own, each with a little less; the last one pays an exchange. */
  function chain(usd: readonly number[], minutesAgo = 50): WhaleTransactionSeen[] {
    symbol += 'A';
    return usd.map((worth, n) =>
      seen({
        time: Date.now() - (minutesAgo - n) * MINUTE_MS,
        legs: [
          leg({
            ...{ symbol, baseUnits: `${worth}`, decimals: 0, usd: String(worth) },
            from: [wallet(`${symbol} ${n}`)],
            to: [n === usd.length - 1 ? kept : wallet(`${symbol} ${n + 1}`)],
          }),
        ],
      }),
    );
  }
  const figures = async () => {
    const { transactions, usd, toExchangesUsd, largestUsd } = await activityOf(symbol, 'H24');
    return { transactions, usd, toExchangesUsd, largestUsd };
  };
  const retracted = (transaction: WhaleTransactionSeen): WhaleTransactionSeen => ({
    ...transaction,
    state: { status: 'RETRACTED', at: Date.now(), confirmations: null, replacedBy: null },
  });

  it('counts once, for what it is worth and where it ends, from when it is one event', async () => {
    const [first, second, third, last] = chain([1000, 990, 980, 970]) as [
      ...[WhaleTransactionSeen, WhaleTransactionSeen, WhaleTransactionSeen, WhaleTransactionSeen],
    ];
    const none = { toExchangesUsd: '0' };
    await whales.see(first, second);
    expect(await figures()).toEqual({
      ...{ transactions: 2, usd: '1990', largestUsd: '1000', ...none },
    });
    await whales.see(third);
    const one = { transactions: 1, usd: '1000', largestUsd: '1000' };
    expect(await figures()).toEqual({ ...one, ...none });
    await whales.see(last);
    expect(await figures()).toEqual({ ...one, toExchangesUsd: '1000' });
    await whales.see(first, last, { ...second, source: 'another' });
    expect(await figures()).toEqual({ ...one, toExchangesUsd: '1000' });
  });

  it('counts once however the hours lie, also where its window begins within it', async () => {
    const hops = chain([5000, 4900, 4800, 4700], 59);
    await whales.see(...hops);
    const one = { transactions: 1, usd: '5000', toExchangesUsd: '5000', largestUsd: '5000' };
    expect(await activityOf(symbol, 'H1')).toMatchObject(one);
    expect(await activityOf(symbol, 'H24')).toMatchObject(one);
  });

  it('counts anew where one of its transactions is taken back', async () => {
    const hops = chain([1000, 990, 980, 970, 960, 950, 940]);
    await whales.see(...hops);
    expect(await figures()).toMatchObject({ transactions: 1, usd: '1000' });
    // Two chains of three are left.
    await whales.see(retracted(hops[3]!));
    expect(await figures()).toEqual({
      ...{ transactions: 2, usd: '1960', toExchangesUsd: '960', largestUsd: '1000' },
    });
    // And two hops that stand alone.
    await whales.see(retracted(hops[0]!));
    expect(await figures()).toEqual({
      ...{ transactions: 3, usd: '2930', toExchangesUsd: '960', largestUsd: '990' },
    });
    await whales.see(...hops.map((hop) => retracted(hop)));
    expect(await figures()).toEqual({
      ...{ transactions: 0, usd: '0', toExchangesUsd: '0', largestUsd: null },
    });
  });

  it('counts for all of it where an owner moves it between its own wallets', async () => {
    const cold = { ...kraken, address: 'kept' };
    const moves = [3, 2, 1].map((minutesAgo) =>
      moved(minutesAgo, '100', cold, { ...kraken, address: `hot${minutesAgo}` }),
    );
    const before = await activityOf('DOGE', 'H24');
    await whales.see(...moves);
    const after = await activityOf('DOGE', 'H24');
    expect(after.transactions).toBe(before.transactions + 1);
    expect(Number(after.usd) - Number(before.usd)).toBe(300);
    expect(after.toExchangesUsd).toBe(before.toExchangesUsd);
  });
});
