import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local server that keeps transactions and hands them out by v1's own rules: `start` is exclusive, cursors go on. */
export interface WhaleAlertArchive {
  host: string;
  /** How many of the rows have happened so far. */
  released: number;
  close: () => Promise<void>;
}

/** What moved once, for the archive to tell of. */
export interface ArchivedMove {
  blockchain: string;
  symbol: string;
  hash: string;
  from: string;
  to: string;
  amount: number;
}

/** Transactions of 1,000,000 USD each, one a second, the last one at `until` (epoch ms). */
export async function startArchive(
  moves: readonly ArchivedMove[],
  until: number,
): Promise<WhaleAlertArchive> {
  const last = Math.floor(until / 1_000);
  const rows = moves.map(({ from, to, ...move }, index) => ({
    ...{ ...move, transaction_type: 'transfer', timestamp: last - moves.length + 1 + index },
    from: { address: from, owner_type: 'unknown' },
    to: { address: to, owner_type: 'unknown' },
    ...{ amount_usd: 1_000_000, transaction_count: 1 },
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
    released: 0,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return archive;
}
