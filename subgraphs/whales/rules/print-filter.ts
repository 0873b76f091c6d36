import type { ExchangePrint } from '@spyhop/platform/topics';
import { Exact } from './exact';
import { type WhaleFilter, readFilter } from './filter';

/** Which large trades are asked for; all of what is given must hold. */
export type PrintFilter = Pick<WhaleFilter, 'symbols' | 'minUsd'>;

/** Where a page begins: behind this one. */
export interface PrintPlace {
  /** Epoch ms. */
  time: number;
  id: string;
}

/** Throws INVALID_INPUT. */
export function readPrintFilter(asked: {
  symbols?: readonly string[] | null;
  minUsd?: { toFixed(): string; isNegative(): boolean } | null;
}): PrintFilter {
  const { symbols, minUsd } = readFilter({ assets: asked.symbols ?? null, minUsd: asked.minUsd });
  return { symbols, minUsd };
}

export const matchesPrint = ({ symbols, minUsd }: PrintFilter, print: ExchangePrint): boolean =>
  (symbols === null || symbols.includes(print.symbol)) &&
  (minUsd === null || new Exact(print.usd).gte(minUsd));
