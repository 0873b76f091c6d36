import { until } from '@spyhop/platform/testkit/until';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';

/** Longer than any busy machine takes. */
const MOST_MS = 120_000;

/** While nobody else may lock or change an account: waits until `begin` waits for it, and then does `work`. */
export async function whileAccountIsHeld<Result>(
  prisma: PrismaClient,
  userId: string,
  begin: () => Promise<Result>,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<Result> {
  const begun = await prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT FROM users."user" WHERE id = ${userId}::uuid FOR UPDATE`;
      // Not awaited here: it waits for us. In an object, since a promise would be awaited.
      const waiting = { result: begin() };
      await untilWaiting(prisma, 1);
      await work(tx);
      return waiting;
    },
    { timeout: MOST_MS, maxWait: MOST_MS },
  );
  return begun.result;
}

/** Has two wait for an account at the same time, which get it in the order in which they came; what comes of the second. */
export async function oneBehindTheOther<Result>(
  prisma: PrismaClient,
  userId: string,
  first: () => Promise<unknown>,
  second: () => Promise<Result>,
): Promise<Result> {
  const begun: { second?: Promise<Result> } = {};
  await whileAccountIsHeld(prisma, userId, first, async () => {
    begun.second = second();
    await untilWaiting(prisma, 2);
  });
  return begun.second as Promise<Result>;
}

const untilWaiting = (prisma: PrismaClient, count: number): Promise<boolean> =>
  until(async () => {
    const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (row?.waiting ?? 0) >= count;
  });
