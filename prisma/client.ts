import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { PrismaClient } from './generated/client';
import { nameStatements } from './statement-names';

export { Prisma } from './generated/client';
export type { PrismaClient } from './generated/client';

/** Milliseconds that a transaction may wait for a connection, and then take: on a busy machine late beats failed. */
const PATIENCE = { maxWait: 10_000, timeout: 15_000 };

/** A client with its own pool; `$disconnect` closes it. */
export const createPrisma = (databaseUrl: string): PrismaClient =>
  prismaOn(createPool(databaseUrl));

/** The pool of such a client. */
export const createPool = (databaseUrl: string): Pool =>
  new Pool({ connectionString: databaseUrl });

/** A client on a pool, which its `$disconnect` closes. */
export const prismaOn = (pool: Pool): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(pool, {
      statementNameGenerator: nameStatements(),
      disposeExternalPool: true,
    }),
    transactionOptions: PATIENCE,
  });
