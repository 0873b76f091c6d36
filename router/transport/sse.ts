import type { ServerResponse } from 'node:http';
import {
  type Framing,
  type Headers,
  type Start,
  framedOnce,
  streamOver,
} from './streamed-response';

const MEDIA_TYPE = 'text/event-stream';
const HEAD = Buffer.from('event: next\ndata: ');
const TAIL = Buffer.from('\n\n');

/** https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, distinct connections mode. */
const SSE: Framing = {
  transport: 'sse',
  contentType: `${MEDIA_TYPE}; charset=utf-8`,
  // Some browsers tell of the head only when something of the body is there.
  opening: ':\n\n',
  next: framedOnce(HEAD, TAIL),
  errors: (errors) => `event: next\ndata: ${JSON.stringify({ errors })}\n\n`,
  closing: 'event: complete\ndata:\n\n',
  heartbeat: ':\n\n',
  heartbeatMs: 12_000,
};

/** Whether a client asks for Server-Sent Events, by its Accept header. */
export const acceptsSse = (accept = ''): boolean =>
  accept
    .toLowerCase()
    .split(',')
    .some((type) => type.split(';', 1)[0]?.trim() === MEDIA_TYPE);

/** Answers with Server-Sent Events; errors are a `next` event, whatever their reason. */
export const streamOverSse = (
  response: ServerResponse,
  headers: Headers,
  start: Start,
  heartbeatMs = SSE.heartbeatMs,
): void => streamOver({ ...SSE, heartbeatMs }, response, headers, start);
