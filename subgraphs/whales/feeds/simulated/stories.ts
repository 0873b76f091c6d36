import type { WhaleParty } from '@spyhop/platform/topics';
import { readAmount } from '../../rules/amounts';
import { Exact } from '../../rules/exact';
import type { PriceAt } from '../../rules/valuation';
import type { SightedLeg, Sighting } from '../../rules/whale';
import { ageOf, sinceOf } from './ages';
import {
  BITCOIN,
  COINS,
  type Coin,
  EXCHANGES,
  FUNDS,
  ISSUED,
  depositAddress,
  exchangeWallet,
  known,
  unknown,
} from './cast';
import { Draws } from './draws';

export const SIMULATED = 'simulated';

/** Stories are made up for so long at a time, in ms. */
export const SLOT_MS = 10 * 60_000;
const FEWEST_STORIES = 9;
const MOST_STORIES = 17;

const LEAST_USD = 250_000;
const MOST_USD = 900_000_000;
const MEDIAN_USD = 2_500_000;
const SPREAD = 1.3;

/** What one transaction of a story does. */
interface Move {
  coin: Coin;
  from: WhaleParty[];
  to: WhaleParty[];
  usd: number;
  /** After the story began, in ms. */
  after: number;
  /** It spends what the story has only just sent, which no block holds yet: such a coin has no age. */
  isFresh?: boolean;
  kind?: SightedLeg['kind'];
}
type Story = (draws: Draws) => Move[];

const size = (draws: Draws): number =>
  Math.min(Math.max(draws.logNormal(MEDIAN_USD, SPREAD), LEAST_USD), MOST_USD);

/** Somebody pays into an exchange, which sweeps it into its hot wallet some minutes later. */
const deposit: Story = (draws) => {
  const coin = draws.pick(COINS);
  const exchange = draws.pick(EXCHANGES);
  const given = depositAddress(coin.chain, exchange, draws);
  const hot = exchangeWallet(coin.chain, exchange, 'EXCHANGE_HOT', draws);
  const usd = size(draws);
  const after = draws.between(60_000, 400_000);
  const sweep = { coin, from: [given], to: [hot], usd, after, isFresh: true };
  return [{ coin, from: [unknown(coin.chain, draws)], to: [given], usd, after: 0 }, sweep];
};

const withdrawal: Story = (draws) => {
  const coin = draws.pick(COINS);
  const hot = exchangeWallet(coin.chain, draws.pick(EXCHANGES), 'EXCHANGE_HOT', draws);
  return [{ coin, from: [hot], to: [unknown(coin.chain, draws)], usd: size(draws), after: 0 }];
};

/** An exchange moves its own between cold and hot wallets, in a few parts. */
const shuffle: Story = (draws) => {
  const coin = draws.pick(COINS);
  const exchange = draws.pick(EXCHANGES);
  const ends = [
    exchangeWallet(coin.chain, exchange, 'EXCHANGE_COLD', draws),
    exchangeWallet(coin.chain, exchange, 'EXCHANGE_HOT', draws),
  ];
  const [from, to] = draws.number() < 0.5 ? ends : ends.reverse();
  const usd = 2 * size(draws);
  return Array.from({ length: draws.whole(1, 3) }, (_, part) => ({
    ...{ coin, from: from ? [from] : [], to: to ? [to] : [] },
    ...{ usd, after: part * draws.between(20_000, 90_000) },
  }));
};

/** Peel chain: a large output pays a little and sends the rest to a fresh address of the same owner, again and again. */
const peelChain: Story = (draws) => {
  let rest = Math.max(size(draws), 5_000_000);
  let holder = unknown(BITCOIN.chain, draws);
  let after = 0;
  return Array.from({ length: draws.whole(5, 11) }, () => {
    const next = unknown(BITCOIN.chain, draws);
    const payee = unknown(BITCOIN.chain, draws);
    const [from, to] = [[holder], [next, payee]];
    const move = { coin: BITCOIN, from, to, usd: rest, after, isFresh: after > 0 };
    rest *= 1 - draws.between(0.002, 0.01);
    after += draws.between(20_000, 60_000);
    holder = next;
    return move;
  });
};

const issue: Story = (draws) => {
  const { issuer, ...coin } = draws.pick(ISSUED);
  const treasury = [known(coin.chain, issuer, 'TREASURY')];
  const usd = 1_000_000 * draws.whole(10, 250);
  const isMint = draws.number() < 0.7;
  return [
    isMint
      ? { coin, kind: 'MINT', from: [], to: treasury, usd, after: 0 }
      : { coin, kind: 'BURN', from: treasury, to: [], usd, after: 0 },
  ];
};

const transfer: Story = (draws) => {
  const coin = draws.pick(COINS);
  const [from, to] = [unknown(coin.chain, draws), unknown(coin.chain, draws)];
  return [{ coin, from: [from], to: [to], usd: size(draws), after: 0 }];
};

const fund: Story = (draws) => {
  const coin = draws.pick(COINS);
  const parties = [
    known(coin.chain, draws.pick(FUNDS), 'FUND'),
    exchangeWallet(coin.chain, draws.pick(EXCHANGES), 'EXCHANGE_HOT', draws),
  ];
  const [from, to] = draws.number() < 0.5 ? parties : parties.reverse();
  return [{ coin, from: from ? [from] : [], to: to ? [to] : [], usd: size(draws), after: 0 }];
};

/** How often each is told, of all together. */
const OFTEN = {
  deposit: 5,
  withdrawal: 4,
  shuffle: 4,
  transfer: 4,
  peelChain: 1,
  issue: 1,
  fund: 1,
};
export type StoryName = keyof typeof OFTEN;
const STORIES: Readonly<Record<StoryName, Story>> = {
  ...{ deposit, withdrawal, shuffle, transfer, peelChain, issue, fund },
};
const NAMES = Object.entries(OFTEN).flatMap(([name, times]) =>
  Array<StoryName>(times).fill(name as StoryName),
) as [StoryName, ...StoryName[]];

/** What a story is about, and its transactions. */
export interface Told {
  story: StoryName;
  sightings: Sighting[];
}

/**
 * Stories that begin in the slot with that number. A pure function of the seed and of prices, which the amounts
 * follow; of coins without a price nothing is told.
 */
export function storiesOf(seed: string, slot: number, priceAt: PriceAt): Told[] {
  const draws = new Draws(`${seed}/${slot}`);
  const stories = Array.from({ length: draws.whole(FEWEST_STORIES, MOST_STORIES) }, () => {
    const begins = slot * SLOT_MS + draws.between(0, SLOT_MS);
    const story = draws.pick(NAMES);
    return {
      story,
      moves: STORIES[story](draws).map((move) => ({ ...move, time: begins + move.after })),
    };
  });
  return stories.map(({ story, moves }) => ({
    story,
    sightings: moves.flatMap(
      (move) => sightingOf(move, Math.floor(move.time), draws.hex(), priceAt) ?? [],
    ),
  }));
}

/** All transactions of these stories, in the order of time. */
export const slotOf = (seed: string, slot: number, priceAt: PriceAt): Sighting[] =>
  storiesOf(seed, slot, priceAt)
    .flatMap(({ sightings }) => sightings)
    .sort((a, b) => a.time - b.time);

function sightingOf(
  { coin, from, to, usd, isFresh = false, kind = 'TRANSFER' }: Move,
  time: number,
  digest: string,
  priceAt: PriceAt,
): Sighting | null {
  const { symbol, chain, decimals } = coin;
  const price = symbol.startsWith('USD') ? '1' : priceAt(symbol, time);
  if (price === null) return null;
  const places = Math.min(decimals, symbol.startsWith('USD') ? 2 : 4);
  const amount = readAmount(new Exact(usd).div(price).toDecimalPlaces(places).toFixed());
  if (amount === null) return null;
  const baseUnits = amount.baseUnits + '0'.repeat(decimals - amount.decimals);
  const leg: SightedLeg = { symbol, kind, baseUnits, decimals, statedUsd: null, from, to };
  // Of draws of its own, so that a story is the same with it and without.
  if (coin === BITCOIN && !isFresh) {
    leg.coinsSince = sinceOf(time, ageOf(from, new Draws(`${digest}/age`)));
  }
  const hash = chain === 'ethereum' ? `0x${digest}` : digest;
  return { chain, hash, time, source: SIMULATED, legs: [leg] };
}
