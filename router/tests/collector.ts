import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Stop } from '@spyhop/platform/shutdown';
import { startTracing } from '@spyhop/platform/tracing';

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

interface Export {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/** Takes this process's traces in as a collector does: OTLP over HTTP with JSON. A process can have one in its life. */
export class Collector {
  readonly spans: Span[] = [];

  private constructor(
    private readonly server: Server,
    /** Sends what was traced so far, and traces no more. */
    readonly stopTracing: Stop,
  ) {}

  static async start(): Promise<Collector> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { resourceSpans } = JSON.parse(body) as Export;
        for (const { scopeSpans } of resourceSpans) {
          for (const scope of scopeSpans) collector.spans.push(...scope.spans);
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stopTracing = await startTracing('test', {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    const collector = new Collector(server, stopTracing);
    return collector;
  }

  close(): void {
    this.server.close();
  }
}
