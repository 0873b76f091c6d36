import type { Outside, Question } from '../outside';
import { MEMPOOL_SPACE } from './parse';
import { MempoolTransaction } from './wire';

/**
 * A transaction; `gone` where it is not known (any more), `refused` where too much was asked, `unreadable` where
 * what is told of it can be none.
 */
export type LookedUp = MempoolTransaction | 'gone' | 'refused' | 'failed' | 'unreadable';

const REFUSED = [403, 429];

/** Asks mempool.space for one transaction, its inputs and outputs. */
export async function lookUp(
  outside: Outside,
  txid: string,
  whom: Omit<Question, 'path'>,
): Promise<LookedUp> {
  try {
    const path = `/api/tx/${encodeURIComponent(txid)}`;
    const { status, text } = await outside.get(MEMPOOL_SPACE, { ...whom, path });
    if (REFUSED.includes(status)) return 'refused';
    if (status === 404 || status === 400) return 'gone';
    const parsed = MempoolTransaction.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'unreadable';
  } catch {
    return 'failed';
  }
}
