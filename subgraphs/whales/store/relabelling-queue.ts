import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { WalletKey } from '../rules/wallet';
import { wanted } from './wanted-wallets';

/** Whose transactions are to be looked at from the first on; in one order, so that two who ask do not wait for each other. */
export const awaitingLabels = (wallets: readonly WalletKey[]): Prisma.Sql => Prisma.sql`
  INSERT INTO whales.relabelling (chain, address)
  SELECT DISTINCT asked.chain, asked.address
  FROM (${wanted(wallets)}) AS asked (chain, address) ORDER BY 1, 2
  ON CONFLICT (chain, address) DO UPDATE SET time = DEFAULT, hash = DEFAULT`;

/** A wallet that waits, with one of its transactions; without a hash where it has none left. */
export interface Waiting extends WalletKey {
  /** As PostgreSQL writes it, to its last digit. */
  time: string | null;
  hash: string | null;
}

export async function isAnyWaiting(sql: PipelinedTransaction): Promise<boolean> {
  return (await sql.rows(Prisma.sql`SELECT 1 FROM whales.relabelling LIMIT 1`)).length > 0;
}

/** The next ones, held until the end; those whose labels are being changed are left for later. */
export const takeWaiting = (sql: PipelinedTransaction, most: number): Promise<Waiting[]> =>
  sql.rows<Waiting>(Prisma.sql`
    WITH waiting AS MATERIALIZED (
      SELECT * FROM whales.relabelling ORDER BY chain, address LIMIT ${most}
      FOR UPDATE SKIP LOCKED
    )
    SELECT w.chain, w.address, m.time::text AS time, m.hash
    FROM waiting w LEFT JOIN LATERAL (
      SELECT DISTINCT m.time, m.hash FROM whales.wallet_move m
      WHERE m.chain = w.chain AND m.address = w.address AND (m.time, m.hash) > (w.time, w.hash)
      ORDER BY m.time, m.hash LIMIT ${most}
    ) AS m ON true
    ORDER BY w.chain, w.address, m.time, m.hash LIMIT ${most}`);

/** Those that were taken wait no longer, but for the last where there may be more of it. */
export function dismiss(sql: PipelinedTransaction, taken: readonly Waiting[], most: number): void {
  const last = taken.length < most ? undefined : taken.at(-1);
  const isOpen = (wallet: Waiting): boolean =>
    last?.hash != null && wallet.chain === last.chain && wallet.address === last.address;
  const done = taken.filter((wallet) => !isOpen(wallet));
  sql.send(Prisma.sql`
    DELETE FROM whales.relabelling WHERE (chain, address) IN (${wanted(done)})`);
  if (last?.hash == null) return;
  sql.send(Prisma.sql`
    UPDATE whales.relabelling SET time = ${last.time}::timestamptz, hash = ${last.hash}
    WHERE chain = ${last.chain} AND address = ${last.address}`);
}
