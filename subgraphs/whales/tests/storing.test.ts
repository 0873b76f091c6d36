import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { PipelinedDatabase } from '@spyhop/prisma/pipelined';
import { Folds } from '../store/folds';
import { Journal } from '../store/journal';
import { NOON, leg, seen, until } from './rig';

let database: TestDatabase;
let prisma: PrismaClient;

beforeAll(async () => {
  database = await testDatabase(migrate);
  prisma = createPrisma(database.url);
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

/** Hops of a chain that each pass on a little less, so that each is told of anew with the next. */
function hop(index: number): WhaleTransactionSeen {
  const [chain, place] = [Math.floor(index / 4), index % 4];
  const wallet = (name: string) => ({
    ...{ address: `${name} of ${chain}`, owner: null, ownerKind: 'UNKNOWN' as const },
  });
  return seen({
    time: NOON + index * 60_000,
    legs: [
      leg({
        ...{ baseUnits: `${1_000 - place}00000000`, usd: `${1_000 - place}00000` },
        from: [wallet(`hop ${place}`)],
        to: [wallet(`hop ${place + 1}`), wallet(`peel ${place}`)],
      }),
    ],
  });
}

/** Rows that PostgreSQL has read, in tables and indexes that grow. */
async function rowsRead(): Promise<number> {
  const [row] = await prisma.$queryRaw<{ rows: number }[]>`
    SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables
        WHERE schemaname = 'whales' AND relname <> 'journal')::float8
      + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'whales')::float8
      AS rows`;
  return row?.rows ?? NaN;
}

it('reads few rows for each transaction that is stored, also by plans from when there were none', async () => {
  const storing = new PipelinedDatabase(database.url);
  const journal = new Journal(storing, new Folds());
  const before = await rowsRead();
  const hops = Array.from({ length: 400 }, (_, index) => hop(index));
  for (const each of hops) await journal.save([each]);
  // What it has read is told at the latest when it goes.
  await storing.close();
  await until(async () => {
    const [row] = await prisma.$queryRaw<{ others: number }[]>`
      SELECT count(*)::int AS others FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    return row?.others === 0;
  });
  const [folded] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM whales.transaction WHERE fold_hash IS NOT NULL`;
  expect(folded?.count).toBeGreaterThan(300);
  expect(((await rowsRead()) - before) / hops.length).toBeLessThan(40);
});
