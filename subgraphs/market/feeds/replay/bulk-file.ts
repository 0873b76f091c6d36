import type { SymbolsByPair } from '../binance/parse';
import { endOf } from '../../rules/candles';
import {
  type BulkContent,
  type BulkName,
  BadRow,
  contentOf,
  parseAggTradeRow,
  parseBulkName,
  parseCandleRow,
  parseTradeRow,
} from '../bulk/parse';
import { BulkFileError, readBulkRows } from '../bulk/read';
import { type OnFault, type Recorded, type RecordedFile, RecordingError } from './recorded';

/** Opens one of the exchange's bulk files. Throws RecordingError where it cannot be played. */
export async function openBulkFile(path: string, symbols: SymbolsByPair): Promise<RecordedFile> {
  const name = nameOf(path);
  const symbol = symbols.get(name.pair);
  if (symbol === undefined) throw new RecordingError(`${name.pair} is not tracked`);
  const content = await contentIn(path);
  if (content === 'candles' && name.interval !== '1m') {
    throw new RecordingError('only trades and 1m candles can be played; import other candles');
  }
  const read = (onFault: OnFault): AsyncGenerator<Recorded> =>
    readRows(path, { ...name, symbol }, content, onFault);
  const firstAt = await firstTimeIn(read(() => undefined));
  return { path, firstAt, holds: new Set([content === 'candles' ? 'minute' : 'trade']), read };
}

function nameOf(path: string): BulkName {
  try {
    return parseBulkName(path);
  } catch (err) {
    throw new RecordingError(err instanceof Error ? err.message : String(err));
  }
}

async function contentIn(path: string): Promise<BulkContent> {
  try {
    for await (const { fields } of readBulkRows(path)) return contentOf(fields);
  } catch (err) {
    if (err instanceof BulkFileError) throw new RecordingError(err.message);
    throw err;
  }
  throw new RecordingError('it is empty');
}

async function firstTimeIn(rows: AsyncGenerator<Recorded>): Promise<number> {
  for await (const { at } of rows) return at;
  throw new RecordingError('no row of it can be read');
}

async function* readRows(
  path: string,
  name: BulkName,
  content: BulkContent,
  onFault: OnFault,
): AsyncGenerator<Recorded> {
  let line = 0;
  try {
    for await (const { fields, number } of readBulkRows(path)) {
      line = number;
      const recorded = rowOrFault(() => PARSERS[content](fields, name));
      if (typeof recorded === 'string') onFault(number, recorded);
      else yield recorded;
    }
  } catch (err) {
    if (!(err instanceof BulkFileError)) throw err;
    onFault(line + 1, `${err.message}; the rest of this file is lost`);
  }
}

function rowOrFault(parse: () => Recorded): Recorded | string {
  try {
    return parse();
  } catch (err) {
    if (err instanceof BadRow) return err.message;
    throw err;
  }
}

type RowParser = (fields: readonly string[], name: BulkName) => Recorded;

const PARSERS: Readonly<Record<BulkContent, RowParser>> = {
  aggTrades: (fields, { symbol }) => ofTrade(parseAggTradeRow(fields, symbol), true),
  trades: (fields, { symbol }) => ofTrade(parseTradeRow(fields, symbol), false),
  candles: (fields, name) => {
    const candle = parseCandleRow(fields, name, '1m');
    const at = endOf(candle);
    return { at, message: { kind: 'minute', candle, sentAt: at }, isAggregate: false };
  },
};

const ofTrade = (trade: ReturnType<typeof parseTradeRow>, isAggregate: boolean): Recorded => ({
  at: trade.time,
  message: { kind: 'trade', trade, sequence: Number(trade.id) },
  isAggregate,
});
