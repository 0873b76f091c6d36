import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody who takes part; without an owner nobody says who it is. */
export interface Side {
  address: string;
  owner?: string;
}

/** A transfer of a dollar token on Ethereum, in whole dollars. */
export interface Transfer {
  /** 64 digits. */
  hash: string;
  usd: number;
  from: Side;
  to: Side;
}

/** A local Whale Alert (REST v1) that tells of what a test hands it, as soon as it is asked. */
export interface WhaleAlerts {
  host: string;
  tell: (transfer: Transfer) => void;
  close: () => Promise<void>;
}

const sideOf = ({ address, owner }: Side) =>
  owner === undefined
    ? { address, owner_type: 'unknown' }
    : { address, owner, owner_type: 'exchange' };

export async function startWhaleAlerts(): Promise<WhaleAlerts> {
  const rows: unknown[] = [];
  const http = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const from = Number(searchParams.get('cursor') ?? 0);
    const transactions = rows.slice(from, from + Number(searchParams.get('limit') ?? 100));
    const cursor = String(from + transactions.length);
    const page = transactions.length === 0 ? {} : { transactions };
    response.end(
      JSON.stringify({ result: 'success', cursor, count: transactions.length, ...page }),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    host: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    tell: ({ hash, usd, from, to }) =>
      void rows.push({
        ...{ blockchain: 'ethereum', symbol: 'usdt', transaction_type: 'transfer', hash },
        ...{ from: sideOf(from), to: sideOf(to), timestamp: Math.floor(Date.now() / 1_000) },
        ...{ amount: usd, amount_usd: usd, transaction_count: 1 },
      }),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
