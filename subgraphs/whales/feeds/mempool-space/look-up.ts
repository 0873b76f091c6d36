import { type Dispatcher, request } from 'undici';
import { MempoolTransaction } from './wire';

/**
 * A transaction; `gone` where it is not known (any more), `refused` where too much was asked, `unreadable` where
 * what is told of it can be none.
 */
export type LookedUp = MempoolTransaction | 'gone' | 'refused' | 'failed' | 'unreadable';

const REFUSED = [403, 429];

/** Asks mempool.space for one transaction, its inputs and outputs. */
export async function lookUp(
  host: string,
  txid: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<LookedUp> {
  try {
    const url = `${host}/api/tx/${encodeURIComponent(txid)}`;
    const { statusCode, body } = await request(url, { dispatcher, signal });
    const text = await body.text();
    if (REFUSED.includes(statusCode)) return 'refused';
    if (statusCode === 404 || statusCode === 400) return 'gone';
    const parsed = MempoolTransaction.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'unreadable';
  } catch {
    return 'failed';
  }
}
