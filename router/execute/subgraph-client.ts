import type { Log } from '@spyhop/platform/log';
import { setTimeout as sleep } from 'node:timers/promises';
import { traceHeaders, traced } from '@spyhop/platform/tracing';
import { Pool } from 'undici';
import type { Identity } from '@spyhop/platform/identity';
import { type CachePolicy, policyOfHeader } from '../cache/policy';
import type { ClientHeaders, HeaderRules } from '../guard/header-rules';
import type { IdentitySigner } from '../guard/signed-identity';
import { type RouterMetrics, showBySubgraph } from '../metrics';
import { canonicalJson } from '../plan/canonical-json';
import { type Data, isObject } from './data';
import { Deadlines } from './deadlines';
import { SubgraphFault, hiddenMessages } from './errors';
import { exchange } from './exchange';
import { Guard, type Resilience, RetryBudget, unsentReason } from './resilience';
import { type AnswerHeaders, pickHeaders } from './response-headers';

/** What a subgraph answered. */
export interface SubgraphAnswer {
  data?: Data | null;
  errors?: readonly unknown[];
  /** Those that clients get. */
  headers?: AnswerHeaders | undefined;
  /** What it says of how long and for whom it may be kept; null where it says nothing. */
  policy?: CachePolicy | null;
}

/** One GraphQL request to a subgraph. */
export interface SubgraphRequest {
  subgraph: string;
  /** The request's JSON. */
  body: string;
  /** Leads from the client's request to the log lines of everyone who worked on it. */
  requestId: string;
  /** A query: it may be sent again when the connection broke, and shared with whoever asks for the same. */
  repeatable: boolean;
  /** Who asks, where the operation needs that; with it nothing is shared. */
  identity?: Identity | null;
  /** Of the client, as far as subgraphs may get them. */
  headers?: ClientHeaders | null;
}

/** Throws SubgraphFault when there is no GraphQL answer. */
export type Ask = (request: SubgraphRequest) => Promise<SubgraphAnswer>;

const CONNECT_TIMEOUT_MS = 3_000;
const IDLE_CONNECTION_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const CLIENT_SPAN = { kind: 'client', attributes: {} } as const;
const BROKEN_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const NO_CONNECTION = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ECONNREFUSED']);
/** What proxies say of a subgraph that is being replaced. */
const UNREADY_STATUSES = new Set([502, 503, 504]);
/** In which another replica may take over. */
const UNREADY_MS = 100;
const OPENING_BRACE = 0x7b;

interface Subgraph {
  address: string;
  pool: Pool;
  path: string;
  guard: Guard;
  retries: RetryBudget;
  deadlines: Deadlines;
}

/** What a subgraph answered, before it is read. */
export interface RawAnswer {
  status: number;
  bytes: Buffer;
  /** Those that clients get. */
  headers: AnswerHeaders | undefined;
  /** What it says of how long and for whom it may be kept; null where it says nothing. */
  policy: CachePolicy | null;
}

/** Asks subgraphs over kept connections. */
export class SubgraphClient {
  private readonly subgraphs = new Map<string, Subgraph>();
  /** Answers that are on their way, by what was asked. */
  private readonly underWay = new Map<string, Promise<RawAnswer>>();

  constructor(
    private readonly options: {
      resilience: (subgraph: string) => Resilience;
      /** Tells subgraphs who asks; null tells them nothing. */
      signer: IdentitySigner | null;
      headers: HeaderRules;
      metrics: RouterMetrics;
      log: Log;
    },
  ) {
    this.show();
  }

  /** Where subgraphs answer from now on, by name. What is under way elsewhere still ends there. */
  use(urls: ReadonlyMap<string, string>): void {
    for (const [name, address] of urls) {
      const known = this.subgraphs.get(name);
      if (known?.address === address) continue;
      this.subgraphs.set(name, this.open(name, address));
      void known?.pool.close();
    }
    for (const [name, { pool }] of this.subgraphs) {
      if (urls.has(name)) continue;
      this.subgraphs.delete(name);
      void pool.close();
    }
  }

  /** Throws SubgraphFault when there is no GraphQL answer. */
  async ask(request: SubgraphRequest): Promise<SubgraphAnswer> {
    return this.read(request, await this.fetch(request));
  }

  /** An answer as it comes. Throws SubgraphFault where none does. */
  async fetch(request: SubgraphRequest): Promise<RawAnswer> {
    try {
      return await this.askShared(request);
    } catch (err) {
      throw this.failed(request, err);
    }
  }

  /** Reads a whole answer. Throws SubgraphFault when it is not GraphQL's. */
  read(request: SubgraphRequest, raw: RawAnswer, { isCounted = false } = {}): SubgraphAnswer {
    try {
      const answer = readAnswer(request.subgraph, raw);
      if (!isCounted) this.count(request.subgraph, answer.errors?.length ? 'errors' : 'ok');
      this.logHidden(request, hiddenMessages(answer.errors ?? []));
      return answer;
    } catch (err) {
      throw this.failed(request, err);
    }
  }

  private logHidden({ subgraph, requestId }: SubgraphRequest, messages: readonly string[]): void {
    if (messages.length === 0) return;
    this.options.log.warn({ subgraph, messages, requestId }, 'a subgraph failed in part');
  }

  /** An answer without errors was used as it came. */
  used({ subgraph }: SubgraphRequest): void {
    this.count(subgraph, 'ok');
  }

  private failed({ subgraph, requestId }: SubgraphRequest, err: unknown): SubgraphFault {
    this.count(subgraph, 'failed');
    const reason = err instanceof SubgraphFault ? err.reason : describe(err);
    this.options.log.warn({ subgraph, reason, requestId }, 'a subgraph did not answer');
    return err instanceof SubgraphFault ? err : new SubgraphFault(subgraph, reason);
  }

  async close(): Promise<void> {
    await Promise.all([...this.subgraphs.values()].map(({ pool }) => pool.destroy()));
  }

  private open(name: string, address: string): Subgraph {
    const { origin, pathname, search } = new URL(address);
    const resilience = this.options.resilience(name);
    const pool = new Pool(origin, {
      connections: resilience.concurrency,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: MAX_ANSWER_BYTES,
      // The deadlines are for all of an answer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return {
      address,
      pool,
      path: `${pathname}${search}`,
      guard: new Guard(resilience),
      retries: new RetryBudget(resilience.retryShare),
      deadlines: new Deadlines(resilience.timeoutMs),
    };
  }

  private show(): void {
    const figures: [name: string, help: string, read: (guard: Guard) => number][] = [
      ['queue_depth', 'Requests that wait for their turn', ({ waiting }) => waiting],
      ['circuit_open', 'Whether it is left alone for its failures', ({ isOpen }) => Number(isOpen)],
    ];
    for (const [name, help, read] of figures) {
      showBySubgraph(this.options.metrics.registry, { name: `router_subgraph_${name}`, help }, () =>
        [...this.subgraphs].map(([subgraph, { guard }]) => [subgraph, read(guard)] as const),
      );
    }
  }

  private askShared(request: SubgraphRequest): Promise<RawAnswer> {
    const { subgraph, body, repeatable, identity, headers = null } = request;
    const { headers: rules } = this.options;
    // What an answer tells one client, like a cookie, is for nobody else.
    const isShared = repeatable && !identity && rules.responseOf(subgraph).length === 0;
    if (!isShared) return this.askGuarded(request);
    const sent = headers && rules.relevantTo([subgraph], headers);
    const key = [subgraph, sent ? canonicalJson(sent) : '', body].join('\n');
    const known = this.underWay.get(key);
    if (known) return known;
    const answer = this.askGuarded(request).finally(() => this.underWay.delete(key));
    this.underWay.set(key, answer);
    return answer;
  }

  private async askGuarded(request: SubgraphRequest): Promise<RawAnswer> {
    const subgraph = this.subgraphs.get(request.subgraph);
    if (!subgraph) {
      throw new SubgraphFault(request.subgraph, 'the supergraph names no such subgraph');
    }
    const finish = this.options.metrics.fetchSeconds.startTimer({ subgraph: request.subgraph });
    try {
      return await traced(`fetch ${request.subgraph}`, CLIENT_SPAN, () =>
        subgraph.guard.run(() => this.askOnceOrTwice(subgraph, request)),
      );
    } finally {
      finish();
    }
  }

  private async askOnceOrTwice(subgraph: Subgraph, request: SubgraphRequest): Promise<RawAnswer> {
    subgraph.retries.earn();
    try {
      return await this.askOnce(subgraph, request);
    } catch (err) {
      const pauseMs = request.repeatable ? pauseAfter(err) : null;
      if (pauseMs === null || !subgraph.retries.spend()) throw err;
      if (pauseMs > 0) await sleep(pauseMs);
      return this.askOnce(subgraph, request);
    }
  }

  private async askOnce(
    { pool, path, deadlines }: Subgraph,
    { subgraph, body, requestId, identity = null, headers = null }: SubgraphRequest,
  ): Promise<RawAnswer> {
    const { signer, headers: rules } = this.options;
    const sent: Record<string, string> = {
      ...rules.requestTo(subgraph, headers),
      ...traceHeaders(),
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'x-request-id': requestId,
    };
    const signed = signer?.prepare(identity, subgraph, body);
    const sign = (): void => {
      if (signer && signed) sent[signer.header] = signed();
    };
    const answer = await exchange(pool, { path, headers: sent, body, onSend: sign }, deadlines);
    const { 'cache-control': cacheControl, age } = answer.headers;
    const raw = {
      status: answer.status,
      bytes: answer.body,
      policy: cacheControl === undefined ? null : policyOfHeader(cacheControl, age),
      headers: pickHeaders(answer.headers, rules.responseOf(subgraph)),
    };
    // What is plainly no answer counts as a failure, after some of which the subgraph is left alone.
    if (raw.status >= 500 || raw.bytes[0] !== OPENING_BRACE) readAnswer(subgraph, raw);
    return raw;
  }

  private count(subgraph: string, outcome: 'ok' | 'errors' | 'failed'): void {
    this.options.metrics.fetches.inc({ subgraph, outcome });
  }
}

function readAnswer(
  subgraph: string,
  { status, bytes, headers, policy }: RawAnswer,
): SubgraphAnswer {
  const answer = parseJson(bytes.toString());
  if (!isObject(answer)) throw new SubgraphFault(subgraph, `HTTP ${status} without JSON`, status);
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
  return { data, errors, headers, policy };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Milliseconds after which the same may well succeed; null where it will not. */
function pauseAfter(err: unknown): number | null {
  if (BROKEN_CONNECTION.has(codeOf(err))) return 0;
  const isUnready =
    err instanceof SubgraphFault
      ? UNREADY_STATUSES.has(err.status ?? 0)
      : NO_CONNECTION.has(codeOf(err));
  return isUnready ? UNREADY_MS : null;
}

const codeOf = (err: unknown): string =>
  typeof err === 'object' && err !== null && 'code' in err ? String(err.code) : '';

const describe = (err: unknown): string =>
  unsentReason(err) ??
  (err instanceof Error ? `${codeOf(err)} ${err.message}`.trim() : String(err));
