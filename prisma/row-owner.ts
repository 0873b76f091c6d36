import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import { createPrisma } from './client';
import type { Prisma, PrismaClient } from './generated/client';

/** What runs in one transaction. */
export type Transaction = Prisma.TransactionClient;

/** Prisma's own would fail after 2 s what waits for its turn when many come at a time. Milliseconds. */
const PATIENCE = { maxWait: 10_000, timeout: 10_000 };

/** Reads the key with which is proved in whose name a client asks. */
type ReadKey = () => Promise<Buffer>;

const keys = new WeakMap<PrismaClient, ReadKey>();

/**
 * A client for `asUser`; outside of that it sees no rows of users, whatever its statements say or set. `$disconnect`
 * closes it. The key is read as another login, at `systemDatabaseUrl`, when it is needed first.
 */
export function createOwnersPrisma(databaseUrl: string, systemDatabaseUrl: string): PrismaClient {
  const prisma = createPrisma(databaseUrl);
  let key: Promise<Buffer> | undefined;
  keys.set(prisma, () => {
    key ??= readKey(systemDatabaseUrl).catch((err: unknown) => {
      key = undefined;
      throw err;
    });
    return key;
  });
  return prisma;
}

async function readKey(connectionString: string): Promise<Buffer> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client
    .query<{ key: Buffer }>('SELECT key FROM row_owner.key')
    .finally(() => client.end());
  if (!rows[0]) throw new Error('row_owner.key is empty: restore its row, or no user is known');
  return rows[0].key;
}

/**
 * Does work in the name of a user, in one transaction: of tables with row-level security it sees, and can write,
 * that user's rows only, whatever the queries ask for. `userId` is that of the verified identity; the client is one of
 * `createOwnersPrisma`. That it is us who say so is proved by HMAC-SHA-256 (RFC 2104) with a key that the client's own
 * login cannot read.
 */
export async function asUser<Result>(
  prisma: PrismaClient,
  userId: string,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const key = await keys.get(prisma)?.();
  if (!key) throw new Error('asUser takes a client of createOwnersPrisma');
  const proof = createHmac('sha256', key).update(userId).digest('hex');
  return prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT set_config('spyhop.user_id', ${userId}, true), set_config('spyhop.user_proof', ${proof}, true)`;
    return work(transaction);
  }, PATIENCE);
}
