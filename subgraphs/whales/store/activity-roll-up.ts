import { Prisma } from '@spyhop/prisma/client';
import { assetMovesOf } from '../rules/asset-moves';
import { type Counted, headOf } from './counted';

/** Part of the statement that stores transactions: adds them to what moved of their assets in their hours. */
export function addedActivity(counted: readonly Counted[]): Prisma.Sql {
  const rows = counted.flatMap((each) =>
    assetMovesOf(each.transaction.legs).map(({ symbol, usd, direction }) => ({
      ...{ ...headOf(each), symbol, usd, direction },
    })),
  );
  return Prisma.sql`asset_activity AS (
    INSERT INTO whales.asset_activity AS known
      (symbol, time, usd, to_exchanges_usd, from_exchanges_usd, transactions)
    SELECT symbol, date_trunc('hour', time, 'UTC') AS began, coalesce(sum(sign * usd), 0),
      coalesce(sum(sign * usd) FILTER (WHERE direction = 'TO_EXCHANGE'), 0),
      coalesce(sum(sign * usd) FILTER (WHERE direction = 'FROM_EXCHANGE'), 0), sum(sign)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      symbol text, time timestamptz, sign int, usd numeric, direction text)
    GROUP BY symbol, began
    ON CONFLICT (symbol, time) DO UPDATE SET
      usd = known.usd + excluded.usd,
      to_exchanges_usd = known.to_exchanges_usd + excluded.to_exchanges_usd,
      from_exchanges_usd = known.from_exchanges_usd + excluded.from_exchanges_usd,
      transactions = known.transactions + excluded.transactions
  )`;
}
