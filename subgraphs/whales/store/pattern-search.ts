import type { Clock } from '@spyhop/platform/clock';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { findPatterns } from '../rules/patterns/find';
import type { History } from '../rules/patterns/histories';
import { HOUR_MS, MOST_MEMBERS, type Pattern } from '../rules/patterns/pattern';
import { isWithdrawn } from '../rules/status';
import { EVERY_BAND } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { readEvidence } from './pattern-evidence';
import { reckonAnew, removePatterns } from './pattern-reckoning';
import { COLUMNS, type Row, transactionOf } from './rows';

type Transaction = Prisma.TransactionClient;

const BATCH = 200;
/**
 * Those who store whales wait for the disk, and need not wait for this too: what a crash takes back of it is looked for
 * again, for how far it came is taken back with it.
 */
const WITHOUT_WAITING = Prisma.sql`set_config('synchronous_commit', 'off', true)`;
/** The age of the coins of a transaction is asked for when it was told of, and told within so long, in ms. */
const AGE_MS = 10_000;

/** Looks for patterns in stored transactions, in the order of storing; one process at a time. */
export class PatternSearch {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at the next ones. Resolves to false where none are left, the next one may still gain the age of its coins,
   * or another process looks at them.
   */
  advance(): Promise<boolean> {
    return this.prisma.$transaction(async (sql) => {
      const [progress] = await sql.$queryRaw<{ position: number }[]>`
        SELECT position::float8 AS position, ${WITHOUT_WAITING}
        FROM whales.pattern_progress FOR UPDATE SKIP LOCKED`;
      if (progress === undefined) return false;
      const rows = await sql.$queryRaw<Row[]>`
        SELECT ${COLUMNS} FROM whales.transaction t WHERE t.position > ${progress.position}
        ORDER BY t.position LIMIT ${BATCH}`;
      const all = rows.map(transactionOf);
      const now = this.clock();
      const young = all.findIndex((each) => mayGainAge(each, now));
      const ready = young < 0 ? all : all.slice(0, young);
      const last = ready.at(-1);
      if (last === undefined) return false;
      // One that is told of anew has been looked at in its first place.
      const isFresh = ({ firstPosition }: WhaleTransaction): boolean =>
        firstPosition > progress.position;
      const fresh = ready.filter((each) => isFresh(each) && !isWithdrawn(each.state));
      const evidence = await readEvidence(sql, fresh);
      await writePatterns(sql, findPatterns(fresh, evidence));
      await writeHistories(sql, evidence.histories.news());
      const { found, gone } = await reckonAnew(
        sql,
        ready.filter((each) => !isFresh(each)),
      );
      await writePatterns(sql, found);
      await removePatterns(sql, gone);
      await sql.$executeRaw`UPDATE whales.pattern_progress SET position = ${last.position}`;
      return ready.length === BATCH;
    });
  }
}

/** Whether it spends coins, and was told of so lately that their age may follow. `now` is epoch ms. */
const mayGainAge = ({ chain, legs, state }: WhaleTransaction, now: number): boolean =>
  chain === 'bitcoin' &&
  !isWithdrawn(state) &&
  Math.abs(now - state.at) < AGE_MS &&
  legs.every(({ coinsSince }) => coinsSince === undefined);

/** Forgets all, with the transactions in which it was found; waits for whoever looks for patterns. */
export function clearPatterns(sql: PipelinedTransaction): void {
  sql.send(Prisma.sql`SELECT position FROM whales.pattern_progress FOR UPDATE`);
  sql.send(Prisma.sql`DELETE FROM whales.pattern_move`);
  sql.send(Prisma.sql`DELETE FROM whales.pattern`);
  sql.send(Prisma.sql`DELETE FROM whales.pattern_history`);
}

/** Has lists by pattern find transactions where what they are worth has changed. */
export function rebandPatternMoves(
  sql: PipelinedTransaction,
  changed: readonly { chain: string; hash: string }[],
): void {
  if (changed.length === 0) return;
  const chains = changed.map(({ chain }) => chain);
  const hashes = changed.map(({ hash }) => hash);
  sql.send(Prisma.sql`
    UPDATE whales.pattern_move AS known SET usd_band = t.usd_band
    FROM unnest(${chains}::text[], ${hashes}::text[]) AS given (chain, hash)
    JOIN whales.transaction t USING (chain, hash)
    WHERE known.chain = given.chain AND known.hash = given.hash
      AND known.usd_band <> t.usd_band`);
}

async function writePatterns(sql: Transaction, found: readonly Pattern[]): Promise<void> {
  if (found.length === 0) return;
  // What is found again in the same batch says more.
  const patterns = [...new Map(found.map((pattern) => [pattern.id, pattern])).values()];
  const rows = patterns.map(({ time, ...pattern }) => ({
    ...pattern,
    time: new Date(time).toISOString(),
  }));
  await sql.$executeRaw`
    INSERT INTO whales.pattern (id, rule, symbol, time, score, explanation, figures)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      id text, rule text, symbol text, time timestamptz, score float8, explanation text,
      figures jsonb)
    ON CONFLICT (id) DO UPDATE SET score = excluded.score, explanation = excluded.explanation,
      figures = excluded.figures`;
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

async function writeHistories(sql: Transaction, histories: readonly History[]): Promise<void> {
  if (histories.length === 0) return;
  await sql.$executeRaw`
    INSERT INTO whales.pattern_history (symbol, measure, values)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(histories)}::jsonb) AS given (
      symbol text, measure text, values float8[])
    ON CONFLICT (symbol, measure) DO UPDATE SET values = excluded.values`;
}
