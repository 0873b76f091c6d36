import { describe, expect, it } from 'vitest';
import {
  EMPTY_TAPE,
  quantityDecimals,
  released,
  TAPE_LENGTH,
  withTrades,
  type TapeTrade,
} from './tape';

const trade = (id: number): TapeTrade => ({
  id: String(id),
  price: '1',
  quantity: '1',
  time: id,
  aggressor: 'BUY',
});
const ids = (trades: readonly TapeTrade[]) => trades.map(({ id }) => Number(id));

describe('the tape', () => {
  it('writes quantities with as many digits as the longest of them has', () => {
    const quantities = ['12', '0.0071', '0.00120000', '5.10'];
    expect(quantityDecimals(quantities.map((quantity) => ({ ...trade(1), quantity })))).toBe(4);
    expect(quantityDecimals([])).toBe(0);
  });

  it('shows the newest trade first', () => {
    const tape = withTrades(withTrades(EMPTY_TAPE, [trade(1)], false), [trade(3), trade(2)], false);
    expect(ids(tape.shown)).toEqual([3, 2, 1]);
  });

  it('lets new trades wait while somebody reads, and shows them after', () => {
    const held = withTrades(withTrades(EMPTY_TAPE, [trade(1)], false), [trade(2)], true);
    expect(ids(held.shown)).toEqual([1]);
    expect(ids(held.waiting)).toEqual([2]);
    expect(ids(released(held).shown)).toEqual([2, 1]);
    expect(released(held).waiting).toEqual([]);
  });

  it('shows a trade once, though it was both loaded and announced', () => {
    const tape = withTrades(withTrades(EMPTY_TAPE, [trade(2), trade(1)], false), [trade(2)], false);
    expect(ids(tape.shown)).toEqual([2, 1]);
  });

  it('never grows beyond its length, shown or waiting', () => {
    const many = Array.from({ length: 3 * TAPE_LENGTH }, (_, index) => trade(index)).reverse();
    expect(withTrades(EMPTY_TAPE, many, false).shown).toHaveLength(TAPE_LENGTH);
    expect(withTrades(EMPTY_TAPE, many, true).waiting).toHaveLength(TAPE_LENGTH);
  });
});
