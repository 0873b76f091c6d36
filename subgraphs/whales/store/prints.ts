import type { ExchangePrint, ExchangePrintSeen } from '@spyhop/platform/topics';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { PrintFilter, PrintPlace } from '../rules/print-filter';

/** The newest are kept, in the order of storing. */
const MOST_KEPT = 100_000;

const COLUMNS = Prisma.sql`
  id, symbol, exchange, side, price::text AS price, amount::text AS amount, usd::text AS usd, trades,
  is_block AS "isBlock", (extract(epoch FROM time) * 1000)::float8 AS time`;

/** Large trades on exchanges. */
export class PrintStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Stores what was seen, each once; resolves to the new ones. */
  save(seen: readonly ExchangePrintSeen[]): Promise<ExchangePrint[]> {
    return this.prisma.$transaction(async (sql) => {
      // One writer at a time, so that real and simulated ones never stand together.
      await sql.$executeRaw`SELECT FROM whales.journal FOR UPDATE`;
      const current = await currentOf(sql, seen);
      if (current.length === 0) return [];
      const rows = current.map(({ dataset, time, isBlock, ...print }) => ({
        ...{ ...print, kind: dataset.kind, begun: new Date(dataset.begun).toISOString() },
        ...{ time: new Date(time).toISOString(), is_block: isBlock },
      }));
      const added = await sql.$queryRaw<ExchangePrint[]>`
        INSERT INTO whales.exchange_print
          (id, symbol, exchange, side, price, amount, usd, time, trades, is_block, kind, begun)
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
          id text, symbol text, exchange text, side text, price numeric, amount numeric, usd numeric,
          time timestamptz, trades int, is_block boolean, kind text, begun timestamptz)
        ON CONFLICT (id) DO NOTHING RETURNING ${COLUMNS}`;
      await sql.$executeRaw`
        DELETE FROM whales.exchange_print
        WHERE position <= (SELECT max(position) FROM whales.exchange_print) - ${MOST_KEPT}`;
      return added;
    });
  }

  /** Newest first. */
  page(
    { symbols, minUsd }: PrintFilter,
    after: PrintPlace | null,
    limit: number,
  ): Promise<ExchangePrint[]> {
    const conditions = [
      Prisma.sql`true`,
      ...(symbols ? [Prisma.sql`symbol = ANY (${symbols}::text[])`] : []),
      ...(minUsd ? [Prisma.sql`usd >= ${minUsd}::numeric`] : []),
      ...(after
        ? [Prisma.sql`(time, id) < (${new Date(after.time)}::timestamptz, ${after.id})`]
        : []),
    ];
    return this.prisma.$queryRaw<ExchangePrint[]>`
      SELECT ${COLUMNS} FROM whales.exchange_print p WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY p.time DESC, p.id DESC LIMIT ${limit}`;
  }
}

/** Of two kinds the one that began later counts. */
async function currentOf(
  sql: Prisma.TransactionClient,
  seen: readonly ExchangePrintSeen[],
): Promise<ExchangePrintSeen[]> {
  const [stored] = await sql.$queryRaw<ExchangePrintSeen['dataset'][]>`
    SELECT kind, (extract(epoch FROM begun) * 1000)::float8 AS begun FROM whales.exchange_print p
    ORDER BY p.begun DESC LIMIT 1`;
  let shown = stored;
  for (const { dataset } of seen) {
    if (shown === undefined || (dataset.kind !== shown.kind && dataset.begun > shown.begun)) {
      shown = dataset;
    }
  }
  if (stored !== undefined && shown?.kind !== stored.kind) {
    await sql.$executeRaw`DELETE FROM whales.exchange_print`;
  }
  return seen.filter(({ dataset }) => dataset.kind === shown?.kind);
}
