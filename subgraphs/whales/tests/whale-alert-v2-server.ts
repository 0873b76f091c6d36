import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A transaction of a chain, as v2 tells of it. */
export interface MinedTransaction {
  height: number;
  index_in_block: number;
  [field: string]: unknown;
}

/** A local server with chains of its own, read by v2's rules: by height and index, a page at most at a time. */
export interface WhaleAlertV2Server {
  host: string;
  /** Unknown chains are refused. */
  chains: Map<string, MinedTransaction[]>;
  /** Calls that are answered before the quota is used up. */
  quota: number;
  /** Paths with their queries, the newest last. */
  asked: URL[];
  close: () => Promise<void>;
}

const KEY = 'secret';
/** The height that the chains had an hour ago. */
const HEIGHT = 100;

export async function startWhaleAlertV2(): Promise<WhaleAlertV2Server> {
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    server.asked.push(url);
    const { status, body, headers = {} } = answerTo(url);
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  const answerTo = (
    url: URL,
  ): { status: number; body: unknown; headers?: Record<string, string> } => {
    if (url.searchParams.get('api_key') !== KEY) {
      return { status: 401, body: { error: 'invalid api key' } };
    }
    if (server.quota <= 0) return { status: 429, body: {}, headers: { 'retry-after': '600' } };
    server.quota -= 1;
    const [, chain = '', what] = url.pathname.split('/');
    const mined = server.chains.get(chain);
    if (mined === undefined) return { status: 422, body: { error: `no such chain` } };
    if (what === 'height_at_time') return { status: 200, body: { height: HEIGHT } };
    return { status: 200, body: pageOf(mined, url.searchParams) };
  };
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: WhaleAlertV2Server = {
    host: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ...{ chains: new Map(), quota: Infinity, asked: [] },
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

function pageOf(mined: readonly MinedTransaction[], query: URLSearchParams): object {
  const number = (name: string): number => Number(query.get(name));
  const isBehind = ({ height, index_in_block: index }: MinedTransaction): boolean =>
    height > number('start_height') ||
    (height === number('start_height') && index >= number('start_index'));
  const all = mined.filter(isBehind);
  const page = all.slice(0, Math.min(number('limit'), 256));
  // The key is missing where there are none.
  if (page.length === 0) return {};
  return { transactions: page, ...(all.length > page.length ? { next: 'opaque' } : {}) };
}
