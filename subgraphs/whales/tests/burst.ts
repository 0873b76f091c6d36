import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { recordedData } from '@spyhop/platform/testkit/recorded-data';
import { z } from 'zod';
import type { ArchivedMove } from './whale-alert-archive';

const RECORDED = 'whales/onchain-large-transfers-2025-10';

const Row = z.object({
  hash: z.string(),
  from: z.string(),
  to: z.string(),
  time: z.string(),
  value: z.coerce.number(),
});

/** The transfers of Bitcoin and Ethereum of October 2025 in the order of time: 364 and 583; null where there are none. */
export function recordedBurst(): ArchivedMove[] | null {
  const folder = recordedData(RECORDED);
  if (folder === null) return null;
  const of = (symbol: string, blockchain: string) =>
    z
      .array(Row)
      .parse(JSON.parse(read(join(folder, `${symbol}_whale_alert_history.json.gz`))))
      .map((row) => ({ ...row, symbol, blockchain, time: row.time.slice(0, 19) }));
  return [...of('btc', 'bitcoin'), ...of('eth', 'ethereum')]
    .sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)))
    .map(({ blockchain, symbol, hash, from, to, value: amount }) => ({
      ...{ blockchain, symbol, hash, from, to, amount },
    }));
}

const read = (path: string): string => gunzipSync(readFileSync(path)).toString();

/** So many transfers of two chains by turns, for machines without recordings. */
export const generatedBurst = (count: number): ArchivedMove[] =>
  Array.from({ length: count }, (_, index) => {
    const hash = String(index + 1).padStart(64, '0');
    const from = 'Multiple Addresses';
    return index % 2 === 0
      ? { blockchain: 'bitcoin', symbol: 'btc', hash, from, to: from, amount: 10 }
      : { blockchain: 'ethereum', symbol: 'eth', hash: `0x${hash}`, from, to: from, amount: 300 };
  });
