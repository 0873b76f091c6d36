import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { until } from '@spyhop/platform/testkit/until';
import { Prisma, type PrismaClient, createPrisma } from '../client';
import { type PipelinedTransaction, PipelinedDatabase } from '../pipelined';

interface Row {
  value: number;
}

const COUNTER = Prisma.sql`SELECT value FROM counter`;
const TURN = Prisma.sql`SELECT value FROM counter FOR UPDATE`;

describe('transactions whose statements wait for no answers', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;
  let one: PipelinedDatabase;
  let other: PipelinedDatabase;

  beforeAll(async () => {
    database = await testDatabase(async () => undefined);
    prisma = createPrisma(database.url);
    [one, other] = [new PipelinedDatabase(database.url), new PipelinedDatabase(database.url)];
    await prisma.$executeRaw`CREATE TABLE counter (value int CHECK (value < 1000))`;
  });
  beforeEach(async () => {
    await prisma.$executeRaw`DELETE FROM counter`;
    await prisma.$executeRaw`INSERT INTO counter VALUES (0)`;
  });
  afterAll(async () => {
    await Promise.all([prisma.$disconnect(), one.close(), other.close()]);
    await database.drop();
  });

  const stored = async (): Promise<number | undefined> =>
    (await prisma.$queryRaw<Row[]>(COUNTER))[0]?.value;

  /** Takes its turn, and sends with it what reads the counter. */
  const read = async (sql: PipelinedTransaction): Promise<number> => {
    const [, rows] = await Promise.all([sql.rows<Row>(TURN), sql.rows<Row>(COUNTER)]);
    return rows[0]?.value ?? NaN;
  };

  it('what is sent along with a turn reads what was stored in the turn before', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const first = one.transaction(async (sql) => {
      await read(sql);
      sql.send(Prisma.sql`UPDATE counter SET value = 7`);
      await mayEnd;
    });
    await until(async () => {
      const locked = await prisma.$queryRaw`SELECT FROM counter FOR UPDATE SKIP LOCKED`;
      return (locked as unknown[]).length === 0;
    });
    const second = other.transaction(read);
    await until(async () => {
      const waiting = await prisma.$queryRaw`
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (waiting as unknown[]).length > 0;
    });
    end();
    await first;
    expect(await second).toBe(7);
  });

  it('none of several writers takes back what another has counted', async () => {
    const count = (database: PipelinedDatabase): Promise<void> =>
      database.transaction(async (sql) => {
        const value = await read(sql);
        sql.send(Prisma.sql`UPDATE counter SET value = ${value + 1}`);
      });
    for (let round = 0; round < 20; round += 1) await Promise.all([count(one), count(other)]);
    expect(await stored()).toBe(40);
  });

  it('stores nothing where one statement fails, and says why', async () => {
    const failing = one.transaction(async (sql) => {
      sql.send(Prisma.sql`UPDATE counter SET value = 1`);
      sql.send(Prisma.sql`UPDATE counter SET value = 2000`);
      sql.send(Prisma.sql`UPDATE counter SET value = 3`);
    });
    await expect(failing).rejects.toThrow('violates check constraint');
    expect(await stored()).toBe(0);
    expect(await one.transaction(read)).toBe(0);
  });

  it('stores nothing where the work fails', async () => {
    const failing = one.transaction(async (sql) => {
      sql.send(Prisma.sql`UPDATE counter SET value = 1`);
      throw new Error('on second thoughts');
    });
    await expect(failing).rejects.toThrow('on second thoughts');
    expect(await one.transaction(read)).toBe(0);
  });

  it('goes on with a new connection after it has lost its own', async () => {
    const lost = one.transaction(async (sql) => {
      await sql.rows(Prisma.sql`SELECT pg_terminate_backend(pg_backend_pid())`);
    });
    await expect(lost).rejects.toThrow(/terminat/);
    expect(await one.transaction(read)).toBe(0);
  });
});
