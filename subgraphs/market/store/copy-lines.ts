import type { Candle } from '../rules/market-data';

const NULL = '\\N';
const ROWS_PER_CHUNK = 500;

/** Candles as the text format of COPY, in chunks worth sending; `count` gets the rows of each. */
export async function* copyLines(
  candles: AsyncIterable<Candle>,
  count: (rows: number) => void,
): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const candle of candles) {
    lines.push(copyLine(candle));
    if (lines.length < ROWS_PER_CHUNK) continue;
    yield lines.join('');
    count(lines.length);
    lines = [];
  }
  yield lines.join('');
  count(lines.length);
}

function copyLine(candle: Candle): string {
  const { symbol, openTime, open, high, low, close, volume, quoteVolume, trades } = candle;
  const time = new Date(openTime).toISOString();
  const traded = `${volume}\t${quoteVolume ?? NULL}\t${String(trades ?? NULL)}`;
  return `${escaped(symbol)}\t${time}\t${open}\t${high}\t${low}\t${close}\t${traded}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

const escaped = (text: string): string =>
  text.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
