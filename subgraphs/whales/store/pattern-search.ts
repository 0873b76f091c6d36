import type { Clock } from '@spyhop/platform/clock';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { findPatterns } from '../rules/patterns/find';
import { isWithdrawn } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { removePatterns, writeHistories, writePatterns } from './found-patterns';
import { readEvidence } from './pattern-evidence';
import { takePatternTurn } from './pattern-progress';
import { reckonAnew } from './pattern-reckoning';
import { COLUMNS, FIRST_POSITION, type Row, transactionOf } from './rows';

const BATCH = 200;
/** The age of the coins of a transaction is asked for when it was told of, and told within so long, in ms. */
const AGE_MS = 10_000;

/** Looks for patterns in stored transactions, in the order of storing; one process at a time. */
export class PatternSearch {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at the next ones. Resolves to false where there are none, one of them may still gain the age of its coins, or
   * another process looks at them.
   */
  advance(): Promise<boolean> {
    return this.prisma.$transaction(async (sql) => {
      const progress = await takePatternTurn(sql);
      if (progress === null) return false;
      // One that is told of anew is looked at in its first place, also where it has left that before.
      const isFresh = ({ firstPosition }: WhaleTransaction): boolean =>
        firstPosition > progress.position;
      const placeOf = (each: WhaleTransaction): number =>
        isFresh(each) ? each.firstPosition : each.position;
      const all = (await behind(sql, progress.position))
        .sort((one, other) => placeOf(one) - placeOf(other))
        .slice(0, BATCH);
      const now = this.clock();
      const young = all.findIndex((each) => mayGainAge(each, now));
      const ready = young < 0 ? all : all.slice(0, young);
      const last = ready.at(-1);
      if (last === undefined) return false;
      const fresh = ready.filter((each) => isFresh(each) && !isWithdrawn(each.state));
      const evidence = await readEvidence(sql, fresh);
      await writePatterns(sql, findPatterns(fresh, evidence), null);
      await writeHistories(sql, evidence.histories.news(), 'pattern_history');
      const { found, gone } = await reckonAnew(
        sql,
        ready.filter((each) => !isFresh(each)),
      );
      await writePatterns(sql, found, null);
      await removePatterns(sql, gone);
      await sql.$executeRaw`UPDATE whales.pattern_progress SET position = ${placeOf(last)}`;
      return young < 0;
    });
  }
}

/** The next ones behind a position by where they stand, and the next by where they stood first. */
async function behind(
  sql: Prisma.TransactionClient,
  position: number,
): Promise<WhaleTransaction[]> {
  const rows = await sql.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM whales.transaction t JOIN (
      (SELECT t.chain, t.hash FROM whales.transaction t
        WHERE t.position > ${position} ORDER BY t.position LIMIT ${BATCH})
      UNION
      (SELECT t.chain, t.hash FROM whales.transaction t
        WHERE ${FIRST_POSITION} > ${position} ORDER BY ${FIRST_POSITION} LIMIT ${BATCH})
    ) AS next USING (chain, hash)`;
  return rows.map(transactionOf);
}

/** Whether it spends coins, and was told of so lately that their age may follow. `now` is epoch ms. */
const mayGainAge = ({ chain, legs, state }: WhaleTransaction, now: number): boolean =>
  chain === 'bitcoin' &&
  !isWithdrawn(state) &&
  Math.abs(now - state.at) < AGE_MS &&
  legs.every(({ coinsSince }) => coinsSince === undefined);

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
