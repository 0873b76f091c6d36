import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Subscribed } from '@spyhop/platform/testkit/graph-client';
import { HOUR, MINUTE, address, load, moved, row, unknown } from './labelling';
import { type WhalesRig, idOf, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const BEGAN = Date.UTC(2024, 2, 1);

interface Told {
  id: string;
  cursor: string;
  direction: string;
  fold: { memberCount: number } | null;
}

const follow = (
  after: string,
  filter: Record<string, unknown> = {},
): Subscribed<{ whaleMoved: Told }> =>
  whales.graph.subscribe(
    `subscription ($filter: WhaleTransactionFilter, $after: ID) {
      whaleMoved(filter: $filter, after: $after) { id cursor direction fold { memberCount } }
    }`,
    { after, filter },
  );

const newest = async (): Promise<string> => {
  const [journal] = await whales.prisma.$queryRaw<{ position: string }[]>`
    SELECT position::text AS position FROM whales.journal`;
  return journal?.position ?? '0';
};

async function some(stream: Subscribed<{ whaleMoved: Told }>, count: number): Promise<Told[]> {
  const told: Told[] = [];
  while (told.length < count) told.push((await stream.next()).whaleMoved);
  return told;
}

it('a stream tells anew of what labels name otherwise, in the order that it had, and once behind each cursor', async () => {
  const hot = address();
  const [deposit, other, withdrawal] = [
    moved('TOLD', BEGAN, unknown(address()), unknown(hot)),
    moved('TOLD', BEGAN + HOUR, unknown(address()), unknown(address())),
    moved('TOLD', BEGAN + 2 * HOUR, unknown(hot), unknown(address())),
  ];
  await whales.see(deposit, other, withdrawal);
  const start = await newest();
  const live = follow(start);
  await load(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  const told = await some(live, 2);
  expect(told).toMatchObject([
    { id: idOf(deposit), direction: 'TO_EXCHANGE' },
    { id: idOf(withdrawal), direction: 'FROM_EXCHANGE' },
  ]);
  const next = moved('TOLD', BEGAN + 3 * HOUR, unknown(hot), unknown(address()));
  await whales.see(next);
  expect(await some(live, 1)).toMatchObject([{ id: idOf(next), direction: 'FROM_EXCHANGE' }]);
  await live.end();

  // Who was away meanwhile is told the same, and who has heard a part of it the rest.
  const late = follow(start);
  expect((await some(late, 3)).slice(0, 2)).toEqual(told);
  await late.end();
  const resumed = follow(told[0]!.cursor, { assets: ['TOLD'] });
  expect((await some(resumed, 2)).map(({ id }) => id)).toEqual([withdrawal, next].map(idOf));
  await resumed.end();
  const named = follow(start, { labels: ['binance'] });
  expect((await some(named, 3)).map(({ id }) => id)).toEqual([deposit, withdrawal, next].map(idOf));
  await named.end();
});

it('labels that are imported again tell of nothing', async () => {
  const hot = address();
  const stored = moved('AGAIN', BEGAN, unknown(address()), unknown(hot));
  await whales.see(stored);
  await load(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  const start = await newest();
  await load(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  expect(await newest()).toBe(start);
});

it('a stream tells of the event that transactions turn out to be, and of each by itself once they are none', async () => {
  const [cold, ...hot] = [address(), address(), address()];
  const moves = hot.map((each, n) =>
    moved('EVENT', BEGAN + n * MINUTE, unknown(cold!), unknown(each)),
  );
  await whales.see(...moves);
  const stream = follow(await newest(), { assets: ['EVENT'] });
  const labels = [cold!, ...hot].map((each, n) => row(each, `Gemini ${n}`, 'exchange_hot'));
  await load(whales, labels);
  expect((await some(stream, 1)).at(-1)).toMatchObject({
    ...{ id: idOf(moves[0]!), direction: 'INTERNAL', fold: { memberCount: 2 } },
  });
  await load(whales, labels, '--remove');
  expect(await some(stream, 2)).toMatchObject(
    moves.map((each) => ({ id: idOf(each), direction: 'ELSEWHERE', fold: null })),
  );
  await stream.end();
});

it('however much is named otherwise, streams are told of the newest thousand', async () => {
  const hot = address();
  const all = Array.from({ length: 1_100 }, (_, n) =>
    moved('FLOOD', BEGAN + n * MINUTE, unknown(address()), unknown(hot)),
  );
  await whales.see(...all);
  const start = await newest();
  await load(whales, [row(hot, 'Binance 14', 'exchange_hot')]);
  const stream = follow(start, { assets: ['FLOOD'] });
  const told = await some(stream, 1_000);
  expect(new Set(told.map(({ id }) => id))).toEqual(new Set(all.slice(100).map(idOf)));
  expect(Number(await newest())).toBe(Number(start) + 1_000);
  await stream.end();
});
