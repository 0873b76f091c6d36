import type { OnBytes } from '@spyhop/platform/file-bytes';
import type { CandleInterval } from '@spyhop/platform/topics';
import { endOf } from '../../rules/candles';
import { MinuteFold } from '../../rules/fold';
import type { Candle } from '../../rules/market-data';
import type { BulkFile } from './find';
import {
  type BulkContent,
  contentOf,
  endsUnfinished,
  parseAggTradeRow,
  parseCandleRow,
  parseTradeRow,
} from './parse';
import { BulkFileError, parseAt, readBulkRows } from './read';
import type { BulkRow } from './rows';

/** The candles of one file. */
export interface BulkCandles {
  interval: CandleInterval;
  /** Finished ones only; trades are folded into minutes. */
  candles: AsyncIterable<Candle>;
  /** Candles left out so far because they were or are still growing. */
  unfinished(): number;
}

/** Opens a file whose name may leave open which interval it holds. `now` is epoch ms. */
export async function openBulkCandles(
  file: BulkFile,
  given: CandleInterval | null,
  now: number,
  onBytes: OnBytes,
): Promise<BulkCandles> {
  const rows = readBulkRows(file.path, onBytes);
  const first = await rows.next();
  const all = first.done ? rows : startingWith(first.value, rows);
  const content = first.done ? 'candles' : contentOf(first.value.fields);
  if (content !== 'candles') {
    return { interval: '1m', candles: foldTrades(file, content, all), unfinished: () => 0 };
  }
  const interval = intervalOf(file, given);
  const leaveOutLast = !first.done && endsUnfinished(first.value.fields);
  return new FinishedCandles(file, interval, now, leaveOutLast, all);
}

function intervalOf({ path, interval }: BulkFile, given: CandleInterval | null): CandleInterval {
  if (interval !== null && given !== null && interval !== given) {
    throw new BulkFileError(`${path} holds ${interval} candles by its name, not ${given} ones`);
  }
  const known = interval ?? given;
  if (known !== null) return known;
  throw new BulkFileError(`${path}: its name does not say which interval it holds; add --interval`);
}

async function* startingWith(
  first: BulkRow,
  rest: AsyncIterable<BulkRow>,
): AsyncGenerator<BulkRow> {
  yield first;
  yield* rest;
}

class FinishedCandles implements BulkCandles {
  readonly candles: AsyncIterable<Candle>;
  private leftOut = 0;

  constructor(
    private readonly file: BulkFile,
    readonly interval: CandleInterval,
    private readonly now: number,
    leaveOutLast: boolean,
    rows: AsyncIterable<BulkRow>,
  ) {
    this.candles = this.parse(leaveOutLast ? this.withoutLast(rows) : rows);
  }

  unfinished(): number {
    return this.leftOut;
  }

  private async *parse(rows: AsyncIterable<BulkRow>): AsyncGenerator<Candle> {
    const { file, interval } = this;
    for await (const row of rows) {
      const candle = parseAt(file.path, row, (fields) => parseCandleRow(fields, file, interval));
      if (endOf(candle) <= this.now) yield candle;
      else this.leftOut += 1;
    }
  }

  private async *withoutLast(rows: AsyncIterable<BulkRow>): AsyncGenerator<BulkRow> {
    let held: BulkRow | null = null;
    for await (const row of rows) {
      if (held !== null) yield held;
      held = row;
    }
    if (held !== null) this.leftOut += 1;
  }
}

async function* foldTrades(
  { path, symbol }: BulkFile,
  content: Exclude<BulkContent, 'candles'>,
  rows: AsyncIterable<BulkRow>,
): AsyncGenerator<Candle> {
  const parse = content === 'trades' ? parseTradeRow : parseAggTradeRow;
  const fold = new MinuteFold(symbol);
  for await (const row of rows) {
    yield* fold.add(parseAt(path, row, (fields) => parse(fields, symbol)));
    if (fold.dropped > 0) throw outOfOrder(path, row);
  }
  yield* fold.closeCurrent();
}

const outOfOrder = (path: string, { number }: BulkRow): BulkFileError =>
  new BulkFileError(
    `${path}, line ${String(number)}: its trade is minutes older than the one before`,
  );
