import type { PrismaClient } from '@spyhop/prisma/client';
import { CHAIN_START, type ChainBreak, type ChainHead, follow } from '../rules/audit-chain';
import { entryOfRow } from './audit-rows';

/** What became of checking the whole log. */
export interface Verification {
  /** The last entry that follows from all before it. */
  head: ChainHead;
  /** The first that does not; null where all do. */
  broken: ChainBreak | null;
}

const PAGE = 5_000;
const PROGRESS_EVERY = 100_000;

/** Follows the chain from its beginning to the first fault or to its end. `noted` is where it is known to have stood. */
export async function verifyLog(
  system: PrismaClient,
  noted: ChainHead | null,
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
      const next = follow(head, { ...entryOfRow(row), hash: row.hash });
      if ('fault' in next) return { head, broken: next };
      head = next;
      if (isOther(head, noted)) {
        return { head, broken: { sequence: head.sequence, fault: 'CHANGED' } };
      }
    }
    if (rows.length < PAGE) break;
    if (head.sequence % PROGRESS_EVERY === 0) onProgress(head);
  }
  const isCut = noted !== null && noted.sequence > head.sequence;
  return { head, broken: isCut ? { sequence: head.sequence + 1, fault: 'MISSING' } : null };
}

/** A chain that was written anew from some entry on is whole, but not the one that was noted. */
const isOther = (head: ChainHead, noted: ChainHead | null): boolean =>
  noted?.sequence === head.sequence && Buffer.compare(noted.hash, head.hash) !== 0;
