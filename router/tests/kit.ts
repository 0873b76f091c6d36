import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { type Client, type ExecutionResult, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { start } from '../main';
import { Proxy } from './proxy';
import { Shop } from './shop';

/** What a client sees of one result. */
export type Result = ExecutionResult<Record<string, never>, Record<string, unknown>>;

/** A response over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
    extensions?: Record<string, unknown>;
  };
}

/** A shop behind a router, all on this machine's loopback. */
export class Rig {
  private readonly clients: Client[] = [];

  private constructor(
    readonly shop: Shop,
    readonly port: number,
    readonly adminPort: number,
    /** Between the router and the products. */
    readonly proxy: Proxy,
    /** The composed supergraph that the router watches. */
    readonly supergraphFile: string,
    private readonly stops: readonly Stop[],
    /** Stops the router alone, once. */
    readonly stopRouter: Stop,
  ) {}

  static async start(settings: NodeJS.ProcessEnv = {}): Promise<Rig> {
    const [port, adminPort, through, products, reviews, users] = await Promise.all(
      Array.from({ length: 6 }, freePort),
    );
    if (!port || !adminPort || !through || !products || !reviews || !users) throw new Error();
    const shop = new Shop({ products, reviews, users });
    const proxy = new Proxy(through, products);
    await proxy.open();
    await Promise.all(Shop.subgraphs.map((name) => shop.start(name)));
    const folder = await mkdtemp(join(tmpdir(), 'router-test-'));
    const file = join(folder, 'supergraph.graphql');
    const url = (at: number): string => `http://127.0.0.1:${at}/graphql`;
    await writeFile(file, Shop.compose({ products: url(through), users: url(users) }));
    const stop = await start({
      ROUTER_SUPERGRAPH_FILE: file,
      ROUTER_SUPERGRAPH_URLS: `reviews=${url(reviews)}`,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      ROUTER_LIVE_LINGER_MS: '50',
      // Answers are compared as a whole.
      ROUTER_DEMAND_REPORT: 'false',
      LOG_LEVEL: 'silent',
      ...settings,
    });
    const removeFolder = (): Promise<void> => rm(folder, { recursive: true });
    let stopping: Promise<void> | undefined;
    const stopRouter: Stop = () => (stopping ??= stop());
    const stops = [removeFolder, () => proxy.cut(), () => shop.stopAll(), stopRouter];
    return new Rig(shop, port, adminPort, proxy, file, stops, stopRouter);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await client.dispose();
    await stopAll(this.stops);
  }

  async ask(query: string, variables?: object, headers: HeadersInit = {}): Promise<Answer> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Answer['body'];
    return { status: response.status, headers: response.headers, body };
  }

  /** A client with a socket of its own. */
  client(): Client {
    const client = clientAt(this.port);
    this.clients.push(client);
    return client;
  }

  /** Subscribes and collects what comes. */
  subscribe(query: string, variables?: Record<string, unknown>): Subscriber {
    return new Subscriber(this.client(), query, variables);
  }

  /**
   * Resolves when no stream is left, at the router and at the subgraph: else the next test would take a
   * subscription that is leaving for its own and publish too early.
   */
  async quiet(): Promise<void> {
    await until(async () => (await this.metric('router_streams')) === 0);
    await until(() => this.shop.listening === 0);
  }

  /** The sum of a metric over its labels that match. */
  metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    return metricAt(this.adminPort, name, labels);
  }
}

/** A client of a router, with a socket of its own. */
export const clientAt = (port: number): Client =>
  createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });

/** The sum of a router's metric over its labels that match. */
export async function metricAt(
  adminPort: number,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return (await response.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** A client's subscription and what it has received. */
export class Subscriber {
  readonly results: Result[] = [];
  failure: unknown;
  completed = false;
  readonly leave: () => void;

  constructor(client: Client, query: string, variables?: Record<string, unknown>) {
    this.leave = client.subscribe(
      { query, variables },
      {
        next: (result) => this.results.push(result as Result),
        error: (failure) => {
          this.failure = failure;
        },
        complete: () => {
          this.completed = true;
        },
      },
    );
  }

  get data(): unknown[] {
    return this.results.map(({ data }) => data);
  }

  /** Resolves when there are that many results. */
  async received(count: number): Promise<Result[]> {
    await until(() => this.results.length >= count || this.failure !== undefined);
    if (this.failure !== undefined) throw new Error(JSON.stringify(this.failure));
    return this.results;
  }
}
