import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface CannedAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

export interface CoinGeckoRequest {
  /** Below /api/v3, e.g. coins/markets. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** A body as CoinGecko sends it. */
export const sample = (name: string): string =>
  readFileSync(join(__dirname, '../feeds/coingecko/samples', name), 'utf8');

/** Speaks CoinGecko's API on a port of this machine: with the samples, or with what a test wants. */
export class CoinGeckoServer {
  readonly requests: CoinGeckoRequest[] = [];
  private readonly server: Server;
  private readonly canned = new Map<string, CannedAnswer[]>();

  private constructor() {
    this.server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://coingecko');
      const path = url.pathname.replace('/api/v3/', '');
      this.requests.push({ path, query: url.searchParams, headers: request.headers });
      const answer = this.canned.get(path)?.shift() ?? usual(path);
      response.writeHead(answer.status ?? 200, { ...JSON_TYPE, ...answer.headers });
      response.end(answer.body);
    });
  }

  static async open(): Promise<CoinGeckoServer> {
    const server = new CoinGeckoServer();
    server.server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v3`;
  }

  /** The next requests for a path get these answers, one each. */
  answerWith(path: string, ...answers: CannedAnswer[]): void {
    this.canned.set(path, [...(this.canned.get(path) ?? []), ...answers]);
  }

  requestsFor(path: string): CoinGeckoRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const SAMPLES: Record<string, string> = {
  'coins/markets': 'markets.json',
  'coins/list': 'list.json',
  global: 'global.json',
  'search/trending': 'trending.json',
  exchange_rates: 'exchange-rates.json',
};

function usual(path: string): CannedAnswer {
  const name = SAMPLES[path];
  return name === undefined
    ? { status: 404, body: sample('error-flat.json') }
    : { body: sample(name) };
}
