import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A 1m candle as plain text without trailing zeros. */
export interface NaiveMinute {
  symbol: string;
  openTime: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  quoteVolume: string;
  trades: number;
}

interface Print {
  pair: string;
  price: bigint;
  quantity: bigint;
  time: number;
}

const DECIMALS = 8;
const MINUTE_MS = 60_000;
const TRADE =
  /"e":"trade","E":\d+,"s":"(\w+)","t":\d+,"p":"([\d.]+)","q":"([\d.]+)",(?:"b":\d+,"a":\d+,)?"T":(\d+)/;

/** Folds recorded frames in whole numbers, with no code of the project: minutes by symbol and time. */
export async function naiveMinutes(files: readonly string[]): Promise<NaiveMinute[]> {
  const minutes = new Map<string, Print[]>();
  for (const file of files) {
    for await (const print of printsOf(file)) {
      const key = `${print.pair} ${print.time - (print.time % MINUTE_MS)}`;
      minutes.set(key, [...(minutes.get(key) ?? []), print]);
    }
  }
  return [...minutes].map(([key, prints]) => fold(key, prints)).sort(byName);
}

async function* printsOf(file: string): AsyncGenerator<Print> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  for await (const line of createInterface({ input })) {
    const [, pair, price, quantity, time] = TRADE.exec(line) ?? [];
    if (pair === undefined || price === undefined || quantity === undefined) continue;
    yield { pair, price: units(price), quantity: units(quantity), time: Number(time) };
  }
}

function fold(key: string, prints: readonly Print[]): NaiveMinute {
  const [pair = '', openTime] = key.split(' ');
  const prices = prints.map(({ price }) => price);
  const volume = prints.reduce((sum, { quantity }) => sum + quantity, 0n);
  const value = prints.reduce((sum, { price, quantity }) => sum + price * quantity, 0n);
  return {
    symbol: pair.replace(/USDT$/, ''),
    openTime: Number(openTime),
    open: text(prices[0] ?? 0n, DECIMALS),
    high: text(
      prices.reduce((a, b) => (a > b ? a : b)),
      DECIMALS,
    ),
    low: text(
      prices.reduce((a, b) => (a < b ? a : b)),
      DECIMALS,
    ),
    close: text(prices.at(-1) ?? 0n, DECIMALS),
    volume: text(volume, DECIMALS),
    quoteVolume: text(value, 2 * DECIMALS),
    trades: prints.length,
  };
}

const byName = (a: NaiveMinute, b: NaiveMinute): number =>
  a.symbol.localeCompare(b.symbol) || a.openTime - b.openTime;

function units(number: string): bigint {
  const [whole = '', fraction = ''] = number.split('.');
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}

function text(value: bigint, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0');
  return plain(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}

/** Without trailing zeros. */
export const plain = (number: string): string =>
  number.includes('.') ? number.replace(/\.?0+$/, '') : number;
