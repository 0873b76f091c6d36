/** A trade as the tape shows it; price and quantity are exact decimal texts. */
export interface TapeTrade {
  id: string;
  price: string;
  quantity: string;
  /** Epoch ms. */
  time: number;
  aggressor: 'BUY' | 'SELL';
}

/** What the tape shows, and what waits while somebody reads. */
export interface Tape {
  /** Newest first. */
  shown: readonly TapeTrade[];
  /** Newest first. */
  waiting: readonly TapeTrade[];
}

/** How many digits behind the point it takes to write all quantities in full, one below the other. */
export const quantityDecimals = (trades: readonly TapeTrade[]): number =>
  Math.max(
    0,
    ...trades.map(({ quantity }) => quantity.split('.')[1]?.replace(/0+$/, '').length ?? 0),
  );

/** Most rows a tape keeps; older ones fall off its end. */
export const TAPE_LENGTH = 100;

export const EMPTY_TAPE: Tape = { shown: [], waiting: [] };

function merged(newer: readonly TapeTrade[], older: readonly TapeTrade[]): readonly TapeTrade[] {
  const ids = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !ids.has(id))]
    .sort((a, b) => b.time - a.time)
    .slice(0, TAPE_LENGTH);
}

/** Adds trades, newest first: at once, or to those that wait while the tape is held. */
export function withTrades(tape: Tape, trades: readonly TapeTrade[], held: boolean): Tape {
  if (!held) return { shown: merged([...trades, ...tape.waiting], tape.shown), waiting: [] };
  const known = new Set(tape.shown.map(({ id }) => id));
  const fresh = trades.filter(({ id }) => !known.has(id));
  return { shown: tape.shown, waiting: merged(fresh, tape.waiting) };
}

/** Shows what waited. */
export function released(tape: Tape): Tape {
  return withTrades(tape, [], false);
}
