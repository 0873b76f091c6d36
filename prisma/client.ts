import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client';

export type { PrismaClient } from './generated/client';

/** A client with its own pool; `$disconnect` closes it. */
export const createPrisma = (databaseUrl: string): PrismaClient =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl }) });

/**
 * A client all of whose sessions see the rows of all users, as transactions of `asSystem` do: for signing in and
 * jobs, to whom a transaction around each query would be a good part of the work.
 */
export function createSystemPrisma(databaseUrl: string): PrismaClient {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options') ?? '', '-c spyhop.system=on'];
  url.searchParams.set('options', options.join(' ').trim());
  return createPrisma(url.href);
}
