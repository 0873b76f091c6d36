import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';

/** Shorter than the second after which PostgreSQL looks for deadlocks, so that it never ends somebody who reads. */
const LOCK_WITHIN = '200ms';
/** PostgreSQL's code for a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Forgets all transactions with all that was made from them, one statement however many they are. Fails where somebody
 * reads any of it for longer than a moment; see `isKeptFromEmptying`.
 */
export function emptyAll(sql: PipelinedTransaction): void {
  // Waits for whoever looks for patterns, and has nothing looked at anew any more.
  sql.send(Prisma.sql`UPDATE whales.pattern_progress SET symbols = '{}'`);
  sql.send(Prisma.sql`SELECT set_config('lock_timeout', ${LOCK_WITHIN}, true)`);
  sql.send(Prisma.sql`
    TRUNCATE whales.pattern_move, whales.asset_move, whales.party_owner, whales.transaction,
      whales.fold, whales.pattern, whales.pattern_history, whales.pattern_history_anew,
      whales.pattern_awaiting, whales.exchange_flow, whales.owner_flow, whales.asset_activity,
      whales.wallet_move, whales.wallet_asset, whales.wallet_activity, whales.wallet_counterparty`);
  sql.send(Prisma.sql`SELECT set_config('lock_timeout', '0', true)`);
}

/** Whether it came to nothing because somebody was reading. */
export const isKeptFromEmptying = (err: unknown): boolean =>
  typeof err === 'object' && err !== null && 'code' in err && err.code === LOCK_NOT_AVAILABLE;
