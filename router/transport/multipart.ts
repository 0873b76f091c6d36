import type { ServerResponse } from 'node:http';
import {
  type Framing,
  type Headers,
  type Start,
  framedOnce,
  streamOver,
} from './streamed-response';

const BOUNDARY = 'graphql';
const DELIMITER = `\r\n--${BOUNDARY}`;
const PART = '\r\ncontent-type: application/json\r\n\r\n';
const HEAD = Buffer.from(`${PART}{"payload":`);
const TAIL = Buffer.from(`}${DELIMITER}`);

/**
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol.
 * The delimiter comes right behind each part: clients take a part for whole when they have seen it.
 */
const MULTIPART: Framing = {
  transport: 'multipart',
  contentType: `multipart/mixed;boundary="${BOUNDARY}";subscriptionSpec=1.0`,
  opening: DELIMITER,
  next: framedOnce(HEAD, TAIL),
  errors: (errors) => `${PART}${JSON.stringify({ payload: { errors } })}${DELIMITER}`,
  closing: '--\r\n',
  heartbeat: `${PART}{}${DELIMITER}`,
  heartbeatMs: 5_000,
};

/** Whether a client takes subscriptions in parts, by its Accept header. */
export const acceptsMultipart = (accept = ''): boolean =>
  accept
    .toLowerCase()
    .split(',')
    .some(
      (type) =>
        /^\s*multipart\/mixed\b/.test(type) && /;\s*subscriptionspec="?1\.0"?\s*(;|$)/.test(type),
    );

/** Answers with one part for each result. */
export const streamOverMultipart = (
  response: ServerResponse,
  headers: Headers,
  start: Start,
  heartbeatMs = MULTIPART.heartbeatMs,
): void => streamOver({ ...MULTIPART, heartbeatMs }, response, headers, start);
