import { Prisma } from '@spyhop/prisma/client';
import type { History } from '../rules/patterns/histories';
import { HOUR_MS, MOST_MEMBERS, type Pattern } from '../rules/patterns/pattern';
import { EVERY_BAND } from '../rules/usd-band';

type Transaction = Prisma.TransactionClient;

/**
 * Stores what was found. What a look at all of an asset finds, which is that of the pass, takes the place of what was
 * found before it; what is found as transactions are stored, with null, brings that up to date.
 */
export async function writePatterns(
  sql: Transaction,
  found: readonly Pattern[],
  pass: string | null,
): Promise<void> {
  if (found.length === 0) return;
  const patterns = together(found);
  if (pass !== null) await removeEarlierMembers(sql, patterns, pass);
  const rows = patterns.map(({ time, ...pattern }) => ({
    ...pattern,
    time: new Date(time).toISOString(),
  }));
  await sql.$executeRaw`
    INSERT INTO whales.pattern AS known (id, rule, symbol, time, score, explanation, figures, pass)
    SELECT *, ${pass}::uuid FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      id text, rule text, symbol text, time timestamptz, score float8, explanation text,
      figures jsonb)
    ON CONFLICT (id) DO UPDATE SET score = excluded.score, explanation = excluded.explanation,
      figures = excluded.figures, pass = coalesce(excluded.pass, known.pass),
      time = CASE WHEN excluded.pass IS DISTINCT FROM known.pass AND excluded.pass IS NOT NULL
        THEN excluded.time ELSE known.time END`;
  const members = patterns.flatMap(({ id, rule, symbol, members }) =>
    members.map((member) => ({ ...member, id, rule, symbol })),
  );
  await sql.$executeRaw`
    INSERT INTO whales.pattern_move (pattern_id, rule, symbol, chain, hash, time, usd_band)
    SELECT given.id, given.rule, given.symbol, t.chain, t.hash, t.time, t.usd_band
    FROM jsonb_to_recordset(${JSON.stringify(members)}::jsonb) AS given (
      id text, rule text, symbol text, chain text, hash text)
    JOIN whales.transaction t USING (chain, hash)
    ON CONFLICT DO NOTHING`;
  await writeSpikes(sql, patterns);
}

/** Each once: since when it was first found, as it was found last, with all that made it meanwhile. */
function together(found: readonly Pattern[]): Pattern[] {
  const byId = new Map<string, Pattern>();
  for (const pattern of found) {
    const { time, members } = byId.get(pattern.id) ?? { time: pattern.time, members: [] };
    byId.set(pattern.id, { ...pattern, time, members: [...members, ...pattern.members] });
  }
  return [...byId.values()];
}

/** What was taken back stays a part of them, for when it comes into another block. */
async function removeEarlierMembers(
  sql: Transaction,
  patterns: readonly Pattern[],
  pass: string,
): Promise<void> {
  await sql.$executeRaw`
    DELETE FROM whales.pattern_move m USING whales.pattern p
    WHERE p.id = ANY (${patterns.map(({ id }) => id)}::text[])
      AND p.pass IS DISTINCT FROM ${pass}::uuid
      AND m.pattern_id = p.id AND m.usd_band >= 0`;
}

/** The largest transactions of the hours of spikes. */
async function writeSpikes(sql: Transaction, patterns: readonly Pattern[]): Promise<void> {
  const spikes = patterns
    .filter(({ rule }) => rule.endsWith('_SPIKE'))
    .map(({ id, rule, symbol, time }) => ({
      ...{ id, rule, symbol },
      direction: rule === 'EXCHANGE_INFLOW_SPIKE' ? 'TO_EXCHANGE' : 'FROM_EXCHANGE',
      from: new Date(time).toISOString(),
      to: new Date(time + HOUR_MS).toISOString(),
    }));
  if (spikes.length === 0) return;
  await sql.$executeRaw`
    INSERT INTO whales.pattern_move (pattern_id, rule, symbol, chain, hash, time, usd_band)
    SELECT given.id, given.rule, given.symbol, m.chain, m.hash, m.time, m.usd_band
    FROM jsonb_to_recordset(${JSON.stringify(spikes)}::jsonb) AS given (
      id text, rule text, symbol text, direction text, "from" timestamptz, "to" timestamptz)
    CROSS JOIN LATERAL (
      SELECT a.* FROM whales.asset_move a
      WHERE a.symbol = given.symbol AND a.usd_band = ANY (${EVERY_BAND}::int[])
        AND a.time >= given.from AND a.time < given.to AND a.direction = given.direction
      ORDER BY a.usd DESC NULLS LAST LIMIT ${MOST_MEMBERS}
    ) AS m
    ON CONFLICT DO NOTHING`;
}

export async function removePatterns(sql: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.$executeRaw`DELETE FROM whales.pattern_move WHERE pattern_id = ANY (${[...ids]}::text[])`;
  await sql.$executeRaw`DELETE FROM whales.pattern WHERE id = ANY (${[...ids]}::text[])`;
}

/** What is usual as whoever stores goes by it, and as a look at all of an asset that is not over yet does. */
export type HistoryTable = 'pattern_history' | 'pattern_history_anew';

export async function writeHistories(
  sql: Transaction,
  histories: readonly History[],
  table: HistoryTable,
): Promise<void> {
  if (histories.length === 0) return;
  await sql.$executeRaw`
    INSERT INTO whales.${Prisma.raw(table)} (symbol, measure, values)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(histories)}::jsonb) AS given (
      symbol text, measure text, values float8[])
    ON CONFLICT (symbol, measure) DO UPDATE SET values = excluded.values`;
}
