import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Amounts as whole numbers of 10^-8, so that this sum shares no code with the product's decimals. */
const SCALE = 8;
const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
};

/** "12.50" and "12.5" are the same amount. */
export const normal = (text: string): string =>
  text.includes('.') ? text.replace(/\.?0+$/, '') : text;

const text = (value: bigint, digits: number): string => {
  const padded = value.toString().padStart(digits + 1, '0');
  return normal(`${padded.slice(0, -digits)}.${padded.slice(-digits)}`);
};

interface Tally {
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  /** In 10^-16. */
  value: bigint;
  trades: number;
}

export interface RecordedMinute {
  openTime: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  quoteVolume: string;
  trades: number;
}

const TRADE = /"e":"trade".*"p":"([\d.]+)","q":"([\d.]+)".*"T":(\d+)/;
const MINUTE_MS = 60_000;

/** Minutes computed straight from the lines of recorded frames, oldest first, and the last price. */
export async function minutesOf(
  files: readonly string[],
): Promise<{ minutes: RecordedMinute[]; lastPrice: string }> {
  const tallies = new Map<number, Tally>();
  let lastPrice = '';
  for (const file of files) {
    const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
    for await (const line of lines) {
      const [, price, quantity, time] = TRADE.exec(line) ?? [];
      if (price === undefined || quantity === undefined) continue;
      add(tallies, Math.floor(Number(time) / MINUTE_MS), scaled(price), scaled(quantity));
      lastPrice = price;
    }
  }
  return { minutes: [...tallies].map(minute), lastPrice };
}

function add(tallies: Map<number, Tally>, minute: number, price: bigint, quantity: bigint): void {
  const tally = tallies.get(minute) ?? {
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0n,
    value: 0n,
    trades: 0,
  };
  if (price > tally.high) tally.high = price;
  if (price < tally.low) tally.low = price;
  tally.close = price;
  tally.volume += quantity;
  tally.value += price * quantity;
  tally.trades += 1;
  tallies.set(minute, tally);
}

const minute = ([number, tally]: [number, Tally]): RecordedMinute => ({
  openTime: new Date(number * MINUTE_MS).toISOString(),
  open: text(tally.open, SCALE),
  high: text(tally.high, SCALE),
  low: text(tally.low, SCALE),
  close: text(tally.close, SCALE),
  volume: text(tally.volume, SCALE),
  quoteVolume: text(tally.value, 2 * SCALE),
  trades: tally.trades,
});
