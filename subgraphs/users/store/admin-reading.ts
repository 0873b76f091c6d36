import { LRUCache } from 'lru-cache';
import type { Administrator } from './account-administration';
import type { SecurityLedger } from './security-ledger';

type Argument = string | boolean | readonly string[] | Date | null | undefined;

/** Something that an administrator has read. */
export interface Reading {
  /** Like `Query.users`. */
  field: string;
  /** What was asked for, by the names of arguments. */
  asked?: Readonly<Record<string, Argument>>;
  /** Whose account it is; null where it is no one account. */
  userId?: string | null;
  /** Whether it is a page of a list that does not begin there. */
  goesOn?: boolean;
}

/** Lists that an administrator has begun to read, the last so many; whoever goes on later begins anew. */
const BEGUN = { max: 1_000, ttl: 3_600_000 };

/** Has the audit log say what administrators read: a list once, whatever page of it comes first. */
export class AdminReading {
  private readonly begun = new LRUCache<string, true>(BEGUN);

  constructor(private readonly ledger: Pick<SecurityLedger, 'recordNow'>) {}

  /**
   * Call it before what was read is handed out, and after it was read: so a page of the audit log never has the entry
   * that tells of it. Fails with the database.
   */
  async note(
    { now: at, userId: actorId, sessionId, address, userAgent }: Administrator,
    { field, asked = {}, userId = null, goesOn = false }: Reading,
  ): Promise<void> {
    const details = { field, ...textsOf(asked) };
    const list = JSON.stringify([sessionId, details]);
    if (goesOn && this.begun.has(list)) return;
    await this.ledger.recordNow({
      ...{ kind: 'READ_BY_ADMINISTRATOR', at, userId, actorId, sessionId, address, userAgent },
      details,
    });
    this.begun.set(list, true);
  }
}

const textsOf = (asked: NonNullable<Reading['asked']>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) =>
      value == null ? [] : [[name, value instanceof Date ? value.toISOString() : String(value)]],
    ),
  );
