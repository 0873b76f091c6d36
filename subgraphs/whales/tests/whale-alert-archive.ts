import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A row of v1, as the archive hands it out. */
export interface ArchivedRow {
  hash: string;
  /** Seconds. */
  timestamp: number;
}

/** A local server that keeps transactions and hands them out by v1's own rules: `start` is exclusive, cursors go on. */
export interface WhaleAlertArchive {
  host: string;
  rows: readonly ArchivedRow[];
  /** How many of the rows have happened so far. */
  released: number;
  close: () => Promise<void>;
}

/** So many transactions of 1,000,000 USD each, one a second, the last one at `until` (epoch ms). */
export async function startArchive(count: number, until: number): Promise<WhaleAlertArchive> {
  const last = Math.floor(until / 1_000);
  const rows = Array.from({ length: count }, (_, index) => ({
    ...{ blockchain: 'bitcoin', symbol: 'btc', transaction_type: 'transfer' },
    ...{ hash: String(index + 1).padStart(64, '0'), timestamp: last - count + 1 + index },
    from: { address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', owner_type: 'unknown' },
    to: { owner: 'binance', owner_type: 'exchange', address: 'Multiple Addresses' },
    ...{ amount: 10, amount_usd: 1_000_000, transaction_count: 1 },
  }));
  const http = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const start = Number(searchParams.get('start'));
    const limit = Number(searchParams.get('limit'));
    const from = Number(searchParams.get('cursor') ?? 0);
    const page = rows
      .slice(0, archive.released)
      .map((row, index) => ({ row, next: index + 1 }))
      .filter(({ row, next }) => next > from && row.timestamp > start)
      .slice(0, limit);
    const cursor = String(page.at(-1)?.next ?? from);
    const transactions = page.length === 0 ? {} : { transactions: page.map(({ row }) => row) };
    response.end(
      JSON.stringify({ result: 'success', cursor, count: page.length, ...transactions }),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const archive: WhaleAlertArchive = {
    host: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ...{ rows, released: 0 },
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return archive;
}
