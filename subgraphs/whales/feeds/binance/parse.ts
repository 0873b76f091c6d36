import type { Trade } from '../../rules/prints';
import { jsonOf } from '../json';
import { CombinedFrame } from './wire';

/** What a frame says; null for anything else. */
export type Told = Trade | 'shutdown' | null;

const QUOTE = 'USDT';

export const pairOf = (symbol: string): string => `${symbol}${QUOTE}`;

/** Trades against USDT, which counts as a dollar. */
export function readFrame(text: string): Told {
  const frame = CombinedFrame.safeParse(jsonOf(text));
  if (!frame.success) return null;
  const { data } = frame.data;
  if (data.e === 'serverShutdown') return 'shutdown';
  if (!data.s.endsWith(QUOTE)) return null;
  const isBlock = data.e === 'blockTrade';
  return {
    symbol: data.s.slice(0, -QUOTE.length),
    id: isBlock ? data.t : data.a,
    side: data.m ? 'SELL' : 'BUY',
    ...{ price: data.p, amount: data.q, time: data.T, isBlock },
    trades: isBlock ? 1 : data.l - data.f + 1,
  };
}
