import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { startTracing } from '@spyhop/platform/tracing';
import { Rig } from './kit';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}
interface Export {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/** Takes traces in as a collector does: OTLP over HTTP with JSON. */
const spans: Span[] = [];
let collector: Server;
let rig: Rig;
let stopTracing: Stop;

beforeAll(async () => {
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      const { resourceSpans } = JSON.parse(body) as Export;
      for (const { scopeSpans } of resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  stopTracing = await startTracing('test', {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  rig = await Rig.start();
});
afterAll(async () => {
  await rig.stop();
  collector.close();
});

describe('a trace', () => {
  it('leads from the client through the router to every subgraph that worked on the answer', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    await rig.ask('{ product(id: "1") { name rating } }', {}, { traceparent });
    await stopTracing();
    const ours = spans.filter((span) => span.traceId === traceId);
    const parentOf = (span?: Span): Span | undefined =>
      ours.find(({ spanId }) => spanId === span?.parentSpanId);
    const executions = ours.filter(({ name }) => name === 'execute');
    expect(executions.map((span) => parentOf(span)?.name)).toEqual([
      'fetch products',
      'fetch reviews',
    ]);
    for (const execution of executions) {
      const request = parentOf(parentOf(execution));
      expect(request).toMatchObject({ name: 'request', parentSpanId: 'b7ad6b7169203331' });
    }
  });
});
