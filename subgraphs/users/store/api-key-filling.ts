import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import type { ApiKeyEntry } from '../rules/api-key';
import type { ApiKeyIndex } from './api-key-index';
import { holdLock } from './advisory-locks';
import { entryOf } from './api-key-rows';

const BATCH = 1_000;
const TIMEOUT_MS = 120_000;

/** Fills the index from the database where Redis has lost it. */
export class ApiKeyFilling {
  private running: Promise<void> | undefined;

  constructor(
    /** Sees the rows of all. */
    private readonly system: PrismaClient,
    private readonly index: ApiKeyIndex,
  ) {}

  /** Resolves when the index is complete; one process fills it, once. */
  run(): Promise<void> {
    this.running ??= this.fill().finally(() => (this.running = undefined));
    return this.running;
  }

  private fill(): Promise<void> {
    const limits = { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS };
    return this.system.$transaction(async (tx) => {
      await holdLock(tx, 'API keys');
      if (await this.index.isComplete()) return;
      await this.index.clear();
      let last: string | undefined;
      do {
        const entries = await readEntries(tx, last);
        await this.index.put(entries);
        last = entries.size === BATCH ? [...entries.keys()].at(-1) : undefined;
      } while (last !== undefined);
      await this.index.complete();
    }, limits);
  }
}

async function readEntries(tx: Transaction, after?: string): Promise<Map<string, ApiKeyEntry>> {
  const rows = await tx.apiKey.findMany({
    where: { user: { lockedAt: null }, ...(after !== undefined && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: BATCH,
    include: { user: { select: { roles: true } } },
  });
  return new Map(rows.map((row) => [row.id, entryOf(row, row.user.roles)]));
}
