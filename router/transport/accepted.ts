import { LRUCache } from 'lru-cache';
import { acceptsParts } from './incremental';
import { acceptsMultipart } from './multipart';
import { acceptsSse } from './sse';

export const JSON_TYPE = 'application/json';
export const RESPONSE_TYPE = 'application/graphql-response+json';
export type MediaType = typeof JSON_TYPE | typeof RESPONSE_TYPE;

/** What a client takes. */
export interface Accepted {
  /** Of a whole answer; null when none will do. */
  mediaType: MediaType | null;
  /** Server-Sent Events of a subscription. */
  sse: boolean;
  /** Nothing but Server-Sent Events. */
  sseAlone: boolean;
  /** Subscriptions in parts. */
  multipart: boolean;
  /** Deferred parts. */
  parts: boolean;
}

const KEPT_HEADERS = 100;
/** Clients send few different ones, each with every request. */
const known = new LRUCache<string, Accepted>({ max: KEPT_HEADERS });

/** Reads an Accept header. */
export function acceptedBy(accept = '*/*'): Accepted {
  const accepted = known.get(accept);
  if (accepted) return accepted;
  const sse = acceptsSse(accept);
  const read = {
    mediaType: mediaTypeFor(accept),
    sse,
    sseAlone: sse && !accept.includes(','),
    multipart: acceptsMultipart(accept),
    parts: acceptsParts(accept),
  };
  known.set(accept, read);
  return read;
}

function mediaTypeFor(accept: string): MediaType | null {
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) continue;
    // Who takes parts or a stream takes a whole one as well.
    if (type === 'multipart/mixed' || type === 'text/event-stream') return JSON_TYPE;
    if (type === RESPONSE_TYPE) return RESPONSE_TYPE;
    if (type === JSON_TYPE || type === 'application/*' || type === '*/*') return JSON_TYPE;
  }
  return null;
}
