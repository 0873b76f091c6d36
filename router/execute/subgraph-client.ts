import type { Log } from '@spyhop/platform/log';
import { Pool } from 'undici';
import type { RouterMetrics } from '../metrics';
import { type Data, isObject } from './data';
import { SubgraphFault } from './errors';

/** What a subgraph answered. */
export interface SubgraphAnswer {
  data?: Data | null;
  errors?: readonly unknown[];
}

/** One GraphQL request to a subgraph. */
export interface SubgraphRequest {
  subgraph: string;
  /** The request's JSON. */
  body: string;
  /** Leads from the client's request to the log lines of everyone who worked on it. */
  requestId: string;
  /** May be sent again when the connection broke. */
  repeatable: boolean;
}

const CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 3_000;
const IDLE_CONNECTION_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const BROKEN_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Asks subgraphs over kept connections. */
export class SubgraphClient {
  private readonly pools = new Map<string, { pool: Pool; path: string }>();

  constructor(
    private readonly options: {
      urls: ReadonlyMap<string, string>;
      timeoutMs: number;
      metrics: RouterMetrics;
      log: Log;
    },
  ) {
    for (const [subgraph, address] of options.urls) {
      const { origin, pathname, search } = new URL(address);
      this.pools.set(subgraph, { pool: this.openPool(origin), path: `${pathname}${search}` });
    }
  }

  /** Throws SubgraphFault when there is no GraphQL answer. */
  async ask(request: SubgraphRequest): Promise<SubgraphAnswer> {
    const { subgraph } = request;
    const finish = this.options.metrics.fetchSeconds.startTimer({ subgraph });
    try {
      const answer = await this.askOnceOrTwice(request);
      this.count(subgraph, answer.errors?.length ? 'errors' : 'ok');
      return answer;
    } catch (err) {
      this.count(subgraph, 'failed');
      const reason = err instanceof SubgraphFault ? err.reason : describe(err);
      this.options.log.warn(
        { subgraph, reason, requestId: request.requestId },
        'a subgraph did not answer',
      );
      throw err instanceof SubgraphFault ? err : new SubgraphFault(subgraph, reason);
    } finally {
      finish();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy()));
  }

  private openPool(origin: string): Pool {
    return new Pool(origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  private async askOnceOrTwice(request: SubgraphRequest): Promise<SubgraphAnswer> {
    try {
      return await this.askOnce(request);
    } catch (err) {
      if (!request.repeatable || !BROKEN_CONNECTION.has(codeOf(err))) throw err;
      return this.askOnce(request);
    }
  }

  private async askOnce({ subgraph, body, requestId }: SubgraphRequest): Promise<SubgraphAnswer> {
    const target = this.pools.get(subgraph);
    if (!target) throw new SubgraphFault(subgraph, 'the supergraph names no such subgraph');
    const response = await target.pool.request({
      method: 'POST',
      path: target.path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        'x-request-id': requestId,
      },
      body,
      signal: AbortSignal.timeout(this.options.timeoutMs),
    });
    return readAnswer(subgraph, response.statusCode, await response.body.text());
  }

  private count(subgraph: string, outcome: 'ok' | 'errors' | 'failed'): void {
    this.options.metrics.fetches.inc({ subgraph, outcome });
  }
}

function readAnswer(subgraph: string, status: number, text: string): SubgraphAnswer {
  const answer = parseJson(text);
  if (!isObject(answer)) throw new SubgraphFault(subgraph, `HTTP ${status} without JSON`);
  const { data, errors } = answer;
  if (errors !== undefined && !Array.isArray(errors)) {
    throw new SubgraphFault(subgraph, `HTTP ${status} whose errors are no list`);
  }
  if (data !== undefined && data !== null && !isObject(data)) {
    throw new SubgraphFault(subgraph, `HTTP ${status} whose data is no object`);
  }
  if (data === undefined && errors === undefined) {
    throw new SubgraphFault(subgraph, `HTTP ${status} with neither data nor errors`);
  }
  return { data, errors };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const codeOf = (err: unknown): string =>
  typeof err === 'object' && err !== null && 'code' in err ? String(err.code) : '';

const describe = (err: unknown): string =>
  err instanceof Error ? `${codeOf(err)} ${err.message}`.trim() : String(err);
