import type { TradeEvent } from '@spyhop/platform/topics';
import { z } from 'zod';
import { badCursor, decodeCursor, encodeCursor } from './cursor';
import { type Page, pageOf } from './page';

const cursorPosition = z.object({
  symbol: z.string(),
  id: z.string(),
  time: z.number().int(),
});

const cursorOf = ({ symbol, id, time }: TradeEvent): string =>
  encodeCursor('trades', { symbol, id, time });

/** A page of the kept trades, newest first; empty once the cursor's trade and all older ones are gone. */
export function pageTrades(
  kept: readonly TradeEvent[],
  symbol: string,
  first: number,
  after: string | null | undefined,
): Page<TradeEvent> {
  const start = after ? startBehind(kept, symbol, after) : 0;
  return pageOf(kept.slice(start), first, start > 0, cursorOf);
}

function startBehind(kept: readonly TradeEvent[], symbol: string, after: string): number {
  const position = decodeCursor(after, 'trades', cursorPosition);
  if (position.symbol !== symbol) {
    throw badCursor(after, `it belongs to ${position.symbol}, not to ${symbol}`);
  }
  const at = kept.findIndex(({ id }) => id === position.id);
  if (at >= 0) return at + 1;
  const older = kept.findIndex(({ time }) => time < position.time);
  return older >= 0 ? older : kept.length;
}

/** The trades that came after the given one, oldest first; all kept ones if it is not among them. */
export function tradesSince(kept: readonly TradeEvent[], lastId: string): TradeEvent[] {
  const at = kept.findIndex(({ id }) => id === lastId);
  return (at >= 0 ? kept.slice(0, at) : [...kept]).reverse();
}
