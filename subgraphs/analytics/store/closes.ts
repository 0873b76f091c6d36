import type { PrismaClient } from '@spyhop/prisma/client';
import { type Close, SERIES, SERIES_INTERVALS, type SeriesInterval } from '../rules/closes';

/** A close as events carry it. */
export interface ExactClose {
  /** Epoch ms. */
  openTime: number;
  /** USD. */
  close: string;
}

export interface StoredSeries {
  symbol: string;
  interval: SeriesInterval;
  /** When their dataset began, epoch ms. */
  dataset: number;
  /** Oldest first. */
  closes: Close[];
}

interface Row {
  symbol: string;
  dataset: number;
  openTime: number;
  price: number;
}

/** The closes that indicators are rebuilt from, in the analytics domain's own table. */
export class CloseStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Idempotent; a close that was corrected, or is of a later dataset, replaces the old one. */
  async save(
    { symbol, interval, dataset }: Omit<StoredSeries, 'closes'>,
    closes: readonly ExactClose[],
  ): Promise<void> {
    const times = closes.map(({ openTime }) => new Date(openTime).toISOString());
    const prices = closes.map(({ close }) => close);
    await this.prisma.$executeRaw`
      INSERT INTO analytics.close AS known (symbol, interval, open_time, close, dataset)
      SELECT DISTINCT ON (open_time) ${symbol}, ${interval}, open_time, close,
        ${new Date(dataset)}::timestamptz
      FROM unnest(${times}::text[]::timestamptz[], ${prices}::text[]::numeric[])
        WITH ORDINALITY AS given (open_time, close, place)
      ORDER BY open_time, place DESC
      ON CONFLICT (symbol, interval, open_time) DO UPDATE
      SET close = excluded.close, dataset = excluded.dataset
      WHERE known.dataset < excluded.dataset
        OR (known.dataset = excluded.dataset AND known.close <> excluded.close)`;
  }

  /** Removes the closes of a symbol's earlier datasets. */
  async forget(symbol: string, dataset: number): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM analytics.close
      WHERE symbol = ${symbol} AND dataset < ${new Date(dataset)}::timestamptz`;
  }

  /** The newest closes of every series, as many as indicators use, of each symbol's latest dataset. */
  async readNewest(): Promise<StoredSeries[]> {
    const perInterval = await Promise.all(SERIES_INTERVALS.map((interval) => this.read(interval)));
    return perInterval.flat();
  }

  /** Removes what no indicator uses any more, counted back from the newest close of each series. */
  async prune(): Promise<number> {
    let removed = 0;
    for (const interval of SERIES_INTERVALS) {
      const { kept, stepMs } = SERIES[interval];
      removed += await this.prisma.$executeRaw`
        DELETE FROM analytics.close AS old USING (
          SELECT symbol, max(open_time) AS newest
          FROM analytics.close WHERE interval = ${interval} GROUP BY symbol
        ) AS series
        WHERE old.interval = ${interval} AND old.symbol = series.symbol
          AND old.open_time < series.newest - ${`${kept * stepMs} ms`}::text::interval`;
    }
    return removed;
  }

  private async read(interval: SeriesInterval): Promise<StoredSeries[]> {
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT symbol, (extract(epoch FROM open_time) * 1000)::float8 AS "openTime",
        close::float8 AS price, (extract(epoch FROM dataset) * 1000)::float8 AS dataset
      FROM (
        SELECT *, row_number() OVER (PARTITION BY symbol ORDER BY open_time DESC) AS age
        FROM analytics.close WHERE interval = ${interval} AND (symbol, dataset) IN (
          SELECT symbol, max(dataset) FROM analytics.close GROUP BY symbol
        )
      ) AS newest
      WHERE age <= ${SERIES[interval].kept}
      ORDER BY symbol, open_time`;
    return seriesOf(rows, interval);
  }
}

function seriesOf(rows: readonly Row[], interval: SeriesInterval): StoredSeries[] {
  const bySymbol = new Map<string, StoredSeries>();
  for (const { symbol, dataset, openTime, price } of rows) {
    const series = bySymbol.get(symbol) ?? { symbol, interval, dataset, closes: [] };
    series.closes.push({ openTime, price });
    bySymbol.set(symbol, series);
  }
  return [...bySymbol.values()];
}
