import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { Prisma, type PrismaClient, createPrisma } from '../client';

describe('a session of the database', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;

  beforeAll(async () => {
    database = await testDatabase(async () => undefined);
    prisma = createPrisma(database.url);
  });

  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  /** Statements that the session of `sql` keeps parsed, of those that select `what`. */
  const keptOf = async (sql: Prisma.TransactionClient, what: string): Promise<number> => {
    const [row] = await sql.$queryRaw<[{ kept: number }]>`
      SELECT count(*)::int AS kept FROM pg_prepared_statements
      WHERE statement LIKE ${`SELECT '${what}%`}`;
    return row.kept;
  };

  it('parses once what it is asked again and again, and keeps nothing of what it is asked once', async () => {
    await prisma.$transaction(async (sql) => {
      await sql.$queryRaw`SELECT 'asked once'`;
      for (let time = 0; time < 5; time += 1)
        await sql.$queryRaw`SELECT 'asked again', ${time}::int`;
      expect(await keptOf(sql, 'asked again')).toBe(1);
      expect(await keptOf(sql, 'asked once')).toBe(0);
    });
  });

  it('answers each time with what it is asked with then', async () => {
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const [row] = await prisma.$queryRaw<
        [{ double: number }]
      >`SELECT 2 * ${number}::int AS double`;
      expect(row.double).toBe(2 * number);
    }
  });

  it('keeps a bounded number, however many different ones come again', async () => {
    await prisma.$transaction(
      async (sql) => {
        for (let index = 0; index < 300; index += 1) {
          const statement = Prisma.raw(`SELECT 'different ${index}'`);
          for (let time = 0; time < 3; time += 1) await sql.$queryRaw(Prisma.sql`${statement}`);
        }
        const kept = await keptOf(sql, 'different');
        expect(kept).toBeGreaterThan(0);
        expect(kept).toBeLessThanOrEqual(200);
      },
      { timeout: 60_000 },
    );
  });
});
