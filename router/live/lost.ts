import type { Log } from '@spyhop/platform/log';
import { CloseCode } from 'graphql-ws';
import { LRUCache } from 'lru-cache';
import { isObject } from '../execute/data';

/** Close codes that say what asking again does not change: the library's, and what a subgraph forbids. */
const FINAL_CODES: ReadonlySet<unknown> = new Set([
  CloseCode.InternalServerError,
  CloseCode.InternalClientError,
  CloseCode.BadRequest,
  CloseCode.BadResponse,
  CloseCode.Unauthorized,
  CloseCode.Forbidden,
  CloseCode.SubprotocolNotAcceptable,
  CloseCode.SubscriberAlreadyExists,
  CloseCode.TooManyInitialisationRequests,
]);
/** Of HTTP, although they are the client's: Request Timeout, Too Early, Too Many Requests. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** Why a subscription at a subgraph was lost. */
export interface Loss {
  /** It will be lost again. */
  isFinal: boolean;
  /** For the log. */
  cause: string;
}

/** Reads what the libraries say of a lost connection: a close event, an error, or one with a response of HTTP. */
export function lossOf(reason: unknown): Loss {
  if (!isObject(reason)) return { isFinal: false, cause: String(reason) };
  const { code, reason: said, message, response } = reason;
  const status = isObject(response) ? response['status'] : undefined;
  const isFinal = FINAL_CODES.has(code) || (typeof status === 'number' && isRefusal(status));
  const cause = [code, said, message].filter((part) => part !== undefined && part !== '').join(' ');
  return { isFinal, cause };
}

const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && !PASSING_STATUSES.has(status);

const MOST_KNOWN = 1_000;
/** Afterwards it is news again. */
const KNOWN_FOR_MS = 600_000;

/** Tells the log of lost subscriptions: of each subgraph and cause once in a while, not of each attempt. */
export class LossLog {
  private readonly known = new LRUCache<string, true>({ max: MOST_KNOWN, ttl: KNOWN_FOR_MS });

  constructor(private readonly log: Log) {}

  tell(subgraph: string, cause: string): void {
    const key = `${subgraph}\n${cause}`;
    if (this.known.has(key)) return;
    this.known.set(key, true);
    this.log.warn({ subgraph, cause }, 'subscriptions at a subgraph were lost');
  }
}
