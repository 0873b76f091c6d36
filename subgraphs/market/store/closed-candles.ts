import type { CandleInterval, CandlesClosed } from '@spyhop/platform/topics';
import type { Pool } from 'pg';

/** A stretch of one symbol's candles; epoch ms, `from` inclusive, `to` exclusive. */
export interface SymbolStretch {
  symbol: string;
  from: number;
  to: number;
}

interface Row {
  symbol: string;
  open_time: Date;
  close: string;
}

/** Closes by symbol, oldest first, of one interval in one query. */
export async function readCloses(
  pool: Pick<Pool, 'query'>,
  interval: CandleInterval,
  stretches: readonly SymbolStretch[],
): Promise<Map<string, CandlesClosed['candles']>> {
  const { rows } = await pool.query<Row>(
    `SELECT c.symbol, c.open_time, c.close::text AS close
     FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS s (symbol, since, until)
     JOIN market.candle c
       ON c.symbol = s.symbol AND c.interval = $1
      AND c.open_time >= s.since AND c.open_time < s.until
     ORDER BY c.symbol, c.open_time`,
    [
      interval,
      stretches.map(({ symbol }) => symbol),
      stretches.map(({ from }) => new Date(from)),
      stretches.map(({ to }) => new Date(to)),
    ],
  );
  const closes = new Map<string, CandlesClosed['candles']>();
  for (const { symbol, open_time, close } of rows) {
    const candles = closes.get(symbol) ?? [];
    candles.push({ openTime: open_time.getTime(), close });
    closes.set(symbol, candles);
  }
  return closes;
}
