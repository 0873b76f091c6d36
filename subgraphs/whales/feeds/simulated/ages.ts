import type { WhaleParty } from '@spyhop/platform/topics';
import type { Draws } from './draws';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The first block of Bitcoin; no coin is older. */
const FIRST_COINS = Date.UTC(2009, 0, 3, 18, 15, 5);

/** Most coins that move have come a short while ago. */
const USUAL_MS = 8 * HOUR_MS;
const USUAL_SPREAD = 1.3;
/** Of those who keep coins, one in so many times moves what had rested for years. */
const LONG_RESTED = 1 / 20;
const LONG_MS = 2 * 365 * DAY_MS;
const LONG_SPREAD = 0.8;

const isKeeper = ({ ownerKind }: WhaleParty): boolean =>
  ownerKind === 'UNKNOWN' || ownerKind === 'EXCHANGE_COLD';

/** How long the coins that somebody spends have rested, in ms. */
export function ageOf(from: readonly WhaleParty[], draws: Draws): number {
  return from.every(isKeeper) && draws.number() < LONG_RESTED
    ? draws.logNormal(LONG_MS, LONG_SPREAD)
    : draws.logNormal(USUAL_MS, USUAL_SPREAD);
}

/** When coins of that age had come to be, epoch ms. */
export const sinceOf = (time: number, ageMs: number): number =>
  Math.max(Math.floor(time - ageMs), FIRST_COINS);
