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
  prismaOn(new Pool({ connectionString: databaseUrl }));

/** A client on a pool, which its `$disconnect` closes. */
export const prismaOn = (pool: Pool): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(pool, {
      statementNameGenerator: nameStatements(),
      disposeExternalPool: true,
    }),
    transactionOptions: PATIENCE,
  });

/**
 * A client all of whose sessions see the rows of all users, where a table has a policy for that: for signing in and
 * jobs, to whom a transaction around each query would be a good part of the work.
 */
export const createSystemPrisma = (databaseUrl: string): PrismaClient =>
  prismaOn(createSystemPool(databaseUrl));

/** The pool of such a client. */
export function createSystemPool(databaseUrl: string): Pool {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options') ?? '', '-c spyhop.system=on'];
  url.searchParams.set('options', options.join(' ').trim());
  return new Pool({ connectionString: url.href });
}
