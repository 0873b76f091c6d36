import { Prisma } from '@spyhop/prisma/client';
import { listedMovesOf } from '../rules/folding/listed';
import { type Counted, headOf } from './counted';

/** Part of the statement that stores transactions: adds them to what moved of their assets in their hours. */
export function addedActivity(counted: readonly Counted[]): Prisma.Sql {
  const rows = counted.flatMap((each) =>
    listedMovesOf(each.transaction).map(({ symbol, usd, direction }) => ({
      ...{ ...headOf(each), symbol, usd, direction },
    })),
  );
  return activityAdded(Prisma.sql`
    jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      symbol text, time timestamptz, sign int, usd numeric, direction text)`);
}

/**
 * Part of the statement that tells of transactions anew: each counts as `told` has it listed, in the place of what it was
 * listed as before.
 */
export const ACTIVITY_TOLD_ANEW = activityAdded(Prisma.sql`
    (SELECT told.symbol, t.time, each.*
      FROM told JOIN whales.transaction t USING (chain, hash) CROSS JOIN LATERAL (VALUES
        (-1, t.listed_band, t.listed_usd, t.listed_direction),
        (1, told.listed_band, told.listed_usd, told.listed_direction)
      ) AS each (sign, band, usd, direction)
      WHERE each.band IS NOT NULL AND t.usd_band >= 0) AS given`);

function activityAdded(from: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`asset_activity AS (
    INSERT INTO whales.asset_activity AS known
      (symbol, time, usd, to_exchanges_usd, from_exchanges_usd, transactions)
    SELECT symbol, date_trunc('hour', time, 'UTC') AS began, coalesce(sum(sign * usd), 0),
      coalesce(sum(sign * usd) FILTER (WHERE direction = 'TO_EXCHANGE'), 0),
      coalesce(sum(sign * usd) FILTER (WHERE direction = 'FROM_EXCHANGE'), 0), sum(sign)
    FROM ${from}
    GROUP BY symbol, began
    ON CONFLICT (symbol, time) DO UPDATE SET
      usd = known.usd + excluded.usd,
      to_exchanges_usd = known.to_exchanges_usd + excluded.to_exchanges_usd,
      from_exchanges_usd = known.from_exchanges_usd + excluded.from_exchanges_usd,
      transactions = known.transactions + excluded.transactions
  )`;
}
