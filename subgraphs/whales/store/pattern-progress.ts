import { Prisma } from '@spyhop/prisma/client';

/** How far whoever looks for patterns has come. */
export interface PatternProgress {
  /** Up to which patterns were looked for as transactions were stored. */
  position: number;
  /** Assets of which all is looked at anew; none where nothing is. */
  symbols: string[];
  /** Up to which first position this look at all of them has come. */
  passed: number;
  pass: string;
}

/**
 * Those who store whales wait for the disk, and need not wait for this too: what a crash takes back of it is looked for
 * again, for how far it came is taken back with it.
 */
const WITHOUT_WAITING = Prisma.sql`set_config('synchronous_commit', 'off', true)`;

/** Takes the turn at looking for patterns until the transaction ends; null while another process has it. */
export async function takePatternTurn(
  sql: Prisma.TransactionClient,
): Promise<PatternProgress | null> {
  const [progress] = await sql.$queryRaw<PatternProgress[]>`
    SELECT position::float8 AS position, symbols, passed::float8 AS passed, pass::text AS pass,
      ${WITHOUT_WAITING}
    FROM whales.pattern_progress FOR UPDATE SKIP LOCKED`;
  return progress ?? null;
}
