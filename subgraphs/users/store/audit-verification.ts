import type { PrismaClient } from '@spyhop/prisma/client';
import { CHAIN_START, type ChainBreak, type ChainHead, follow } from '../rules/audit-chain';
import { sealedOfRow } from './audit-rows';

/** What became of checking the whole log. */
export interface Verification {
  /** The last entry that follows from all before it. */
  head: ChainHead;
  /** The first that does not; null where all do. */
  broken: ChainBreak | null;
}

const PAGE = 5_000;

/** Follows the chain from its beginning to the first fault or to its end, in pages. */
export async function verifyLog(
  system: PrismaClient,
  onProgress: (head: ChainHead) => void,
): Promise<Verification> {
  let head = CHAIN_START;
  for (;;) {
    const rows = await system.auditEntry.findMany({
      where: { sequence: { gt: head.sequence } },
      orderBy: { sequence: 'asc' },
      take: PAGE,
    });
    for (const row of rows) {
      const next = follow(head, sealedOfRow(row));
      if ('fault' in next) return { head, broken: next };
      head = next;
    }
    if (rows.length < PAGE) return { head, broken: null };
    onProgress(head);
  }
}
