import { Prisma } from '@spyhop/prisma/client';
import { exchangeFlowsOf, ownerFlowsOf } from '../rules/flows';
import { type Counted, headOf } from './counted';

/** Each row counts for its hour and for its day. */
const BUCKETS = Prisma.sql`
  (VALUES ('HOUR', date_trunc('hour', given.time, 'UTC')),
    ('DAY', date_trunc('day', given.time, 'UTC'))) AS each (bucket, began)`;

/** Parts of the statement that stores them. */
export const addedFlows = (counted: readonly Counted[]): Prisma.Sql[] => [
  addedExchangeFlows(counted),
  addedOwnerFlows(counted),
];

function addedExchangeFlows(counted: readonly Counted[]): Prisma.Sql {
  const rows = counted.flatMap((each) =>
    exchangeFlowsOf(each.transaction.legs).map(({ isIn, ...flow }) => ({
      ...{ ...headOf(each), ...flow, is_in: isIn },
    })),
  );
  return Prisma.sql`exchange_flows AS (
    INSERT INTO whales.exchange_flow AS known
      (symbol, bucket, time, exchange, in_amount, out_amount, in_usd, out_usd, transactions)
    SELECT symbol, bucket, began, exchange,
      coalesce(sum(sign * amount) FILTER (WHERE is_in), 0),
      coalesce(sum(sign * amount) FILTER (WHERE NOT is_in), 0),
      coalesce(sum(sign * usd) FILTER (WHERE is_in), 0),
      coalesce(sum(sign * usd) FILTER (WHERE NOT is_in), 0),
      count(DISTINCT (chain, hash)) FILTER (WHERE sign = 1)
        - count(DISTINCT (chain, hash)) FILTER (WHERE sign = -1)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      symbol text, exchange text, chain text, hash text, time timestamptz, sign int, is_in boolean,
      amount numeric, usd numeric)
    CROSS JOIN LATERAL ${BUCKETS}
    GROUP BY symbol, bucket, began, exchange
    ON CONFLICT (symbol, bucket, time, exchange) DO UPDATE SET
      in_amount = known.in_amount + excluded.in_amount,
      out_amount = known.out_amount + excluded.out_amount,
      in_usd = known.in_usd + excluded.in_usd, out_usd = known.out_usd + excluded.out_usd,
      transactions = known.transactions + excluded.transactions
  )`;
}

function addedOwnerFlows(counted: readonly Counted[]): Prisma.Sql {
  const rows = counted.flatMap((each) =>
    ownerFlowsOf(each.transaction.legs).map(({ symbol, usd, ...owners }) => ({
      ...{ ...headOf(each), symbol, usd, from_owner: owners.from, to_owner: owners.to },
      ...{ from_kind: owners.fromKind, to_kind: owners.toKind },
    })),
  );
  return Prisma.sql`owner_flows AS (
    INSERT INTO whales.owner_flow AS known
      (symbol, bucket, time, from_owner, to_owner, from_kind, to_kind, usd, transactions)
    SELECT symbol, bucket, began, from_owner, to_owner, from_kind, to_kind, sum(sign * usd),
      count(DISTINCT (chain, hash)) FILTER (WHERE sign = 1)
        - count(DISTINCT (chain, hash)) FILTER (WHERE sign = -1)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      symbol text, chain text, hash text, time timestamptz, sign int, from_owner text,
      to_owner text, from_kind text, to_kind text, usd numeric)
    CROSS JOIN LATERAL ${BUCKETS}
    GROUP BY symbol, bucket, began, from_owner, to_owner, from_kind, to_kind
    ON CONFLICT (symbol, bucket, time, from_owner, to_owner, from_kind, to_kind) DO UPDATE SET
      usd = known.usd + excluded.usd, transactions = known.transactions + excluded.transactions
  )`;
}
