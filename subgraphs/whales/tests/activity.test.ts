import { afterAll, beforeAll, expect, it } from '@jest/globals';
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
