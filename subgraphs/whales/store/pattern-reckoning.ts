import type { Prisma } from '@spyhop/prisma/client';
import { findPatterns, hoursOf, spikesOf } from '../rules/patterns/find';
import type { Pattern } from '../rules/patterns/pattern';
import { spikeIdsOf } from '../rules/patterns/spikes';
import { FEWEST_MOVES } from '../rules/patterns/wallets';
import { isWithdrawn } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { readEvidence } from './pattern-evidence';
import { COLUMNS, type Row, transactionOf } from './rows';

type Transaction = Prisma.TransactionClient;

/** What stays of patterns whose transactions were taken back. */
export interface Reckoning {
  /** As they are without those. */
  found: Pattern[];
  /** Ids of those that are none any more. */
  gone: string[];
}

/**
 * Looks again at what stands on transactions whose status has changed: wallets without those that were taken back, and
 * hours as they are now. What is usual is not learned anew from it.
 */
export async function reckonAnew(
  sql: Transaction,
  changed: readonly WhaleTransaction[],
): Promise<Reckoning> {
  if (changed.length === 0) return { found: [], gone: [] };
  const wallets = await standingOn(
    sql,
    changed.filter(({ state }) => isWithdrawn(state)),
  );
  const newest = wallets.map(({ transaction }) => transaction);
  const evidence = await readEvidence(sql, [...newest, ...changed]);
  const asked = new Set([
    ...wallets.map(({ pattern }) => pattern),
    ...changed.flatMap(hoursOf).flatMap(spikeIdsOf),
  ]);
  const all = [...findPatterns(newest, evidence), ...spikesOf(changed, evidence.hours)];
  const found = all.filter(({ id }) => asked.has(id));
  const stays = new Set(found.map(({ id }) => id));
  return { found, gone: [...asked].filter((id) => !stays.has(id)) };
}

/** Patterns of several moves of a wallet that have enough of them left, each with the newest of these. */
async function standingOn(
  sql: Transaction,
  withdrawn: readonly WhaleTransaction[],
): Promise<{ pattern: string; transaction: WhaleTransaction }[]> {
  if (withdrawn.length === 0) return [];
  const chains = withdrawn.map(({ chain }) => chain);
  const hashes = withdrawn.map(({ hash }) => hash);
  const rows = await sql.$queryRaw<(Row & { pattern: string })[]>`
    SELECT newest.pattern_id AS pattern, ${COLUMNS}
    FROM (
      SELECT DISTINCT m.pattern_id
      FROM unnest(${chains}::text[], ${hashes}::text[]) AS given (chain, hash)
      JOIN whales.pattern_move m USING (chain, hash)
      WHERE m.rule IN ('ACCUMULATION', 'DISTRIBUTION', 'SERIES')
    ) AS touched
    CROSS JOIN LATERAL (
      SELECT m.*, count(*) OVER () AS standing FROM whales.pattern_move m
      WHERE m.pattern_id = touched.pattern_id AND m.usd_band >= 0
      ORDER BY m.time DESC, m.hash DESC LIMIT 1
    ) AS newest
    JOIN whales.transaction t USING (chain, hash)
    WHERE newest.standing >= ${FEWEST_MOVES}`;
  return rows.map(({ pattern, ...row }) => ({ pattern, transaction: transactionOf(row) }));
}
