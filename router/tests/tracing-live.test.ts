import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Collector, type Span } from './collector';
import { Echo } from './echo';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENTS_SPAN = 'b7ad6b7169203331';

let collector: Collector;
let echo: Echo;
let spans: Span[];
/** What the router sent to subgraphs as traceparent, by subgraph. */
let sent: Map<string, { traceId: string | undefined; spanId: string | undefined }>;

const named = (wanted: string): Span | undefined => spans.find(({ name }) => name === wanted);

beforeAll(async () => {
  collector = await Collector.start();
  echo = await Echo.start('{}');
  const leaving = new AbortController();
  const subscribe = (query: string) =>
    fetch(`http://127.0.0.1:${echo.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        traceparent: `00-${TRACE}-${CLIENTS_SPAN}-01`,
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
  await Promise.all([
    subscribe('subscription { turned { theirs } }'),
    subscribe('subscription { streamed }'),
  ]);
  await until(() => echo.turns.listening === 2);
  echo.turns.publish({});
  const heardBy = (name: string) => echo.heard.some(({ subgraph }) => subgraph === name);
  await until(() => heardBy('right'));
  leaving.abort();
  await echo.stop();
  await collector.stopTracing();
  ({ spans } = collector);
  sent = new Map(
    echo.heard.map(({ subgraph, headers }) => {
      const [, traceId, spanId] = String(headers['traceparent']).split('-');
      return [subgraph, { traceId, spanId }];
    }),
  );
});
afterAll(() => collector.close());

describe('the trace of a subscription', () => {
  it.each([
    ['a WebSocket', 'left'],
    ['Server-Sent Events', 'events'],
  ])('leads to the subgraph that is subscribed at over %s', (_, subgraph) => {
    const subscribed = named(`subscribe ${subgraph}`);
    expect(subscribed).toMatchObject({ traceId: TRACE, parentSpanId: CLIENTS_SPAN });
    expect(sent.get(subgraph)).toEqual({ traceId: TRACE, spanId: subscribed?.spanId });
  });
});

describe('what is joined to an event', () => {
  it('has a trace of its own, which leads to the subgraphs that are asked', () => {
    const join = named('join');
    expect(join?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(join?.traceId).not.toBe(TRACE);
    expect(join?.parentSpanId ?? '').toBe('');
    const fetched = named('fetch right');
    expect(fetched).toMatchObject({ traceId: join?.traceId, parentSpanId: join?.spanId });
    expect(sent.get('right')).toEqual({ traceId: join?.traceId, spanId: fetched?.spanId });
  });
});
