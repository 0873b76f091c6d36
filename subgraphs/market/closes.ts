import { databaseUrlAs } from '@spyhop/platform/own-database';
import type { Stop } from '@spyhop/platform/shutdown';
import { Pool } from 'pg';
import { KEEP_EVERYTHING } from './rules/retention';
import { type CandleStore, createCandleStore } from './store/candles';

/** What a database's real candles say that assets were worth, for commands that value what is past. */
export interface Closes {
  at: CandleStore['realClosesAt'];
  stop: Stop;
}

/** Connects when it is first asked. */
export function openCloses(databaseUrl: string): Closes {
  const pool = new Pool({ connectionString: databaseUrlAs('market', databaseUrl) });
  // Whoever uses a lost connection is told; an idle one is just replaced.
  pool.on('error', () => undefined);
  return {
    at: createCandleStore({ pool, retention: KEEP_EVERYTHING }).realClosesAt,
    stop: () => pool.end(),
  };
}
