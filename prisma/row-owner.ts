import type { Prisma, PrismaClient } from './generated/client';

/** What runs in one transaction. */
export type Transaction = Prisma.TransactionClient;

/** Prisma's own would fail after 2 s what waits for its turn when many come at a time. Milliseconds. */
const PATIENCE = { maxWait: 10_000, timeout: 10_000 };

/**
 * Does work in the name of a user, in one transaction: of tables with row-level security it sees, and can write,
 * that user's rows only, whatever the queries ask for. `userId` is that of the verified identity.
 */
export const asUser = <Result>(
  prisma: PrismaClient,
  userId: string,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> =>
  prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT set_config('spyhop.user_id', ${userId}, true)`;
    return work(transaction);
  }, PATIENCE);
