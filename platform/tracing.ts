import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import type { Stop } from './shutdown';

const tracer = trace.getTracer('spyhop');
/** Spans that nobody looks at are not made. */
let isTracing = false;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Sends this process's traces where OTEL_EXPORTER_OTLP_ENDPOINT says (OTLP over HTTP,
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/); without it nothing is traced.
 */
export async function startTracing(name: string, env: NodeJS.ProcessEnv): Promise<Stop> {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return () => Promise.resolve();
  // Most processes trace nothing and are spared the weight.
  const [{ OTLPTraceExporter }, resources, sdk] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-node'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': env['OTEL_SERVICE_NAME'] ?? `spyhop-${name}`,
    }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  isTracing = true;
  return () => provider.shutdown();
}

/** Does something on behalf of whoever sent the request, by its W3C trace headers. */
export const onBehalfOf = <T>(headers: Headers, work: () => T): T =>
  isTracing ? context.with(propagation.extract(context.active(), headers), work) : work();

/** The W3C trace headers that lead to the span that is active now; none without tracing. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!isTracing) return headers;
  propagation.inject(context.active(), headers);
  return headers;
}

interface SpanOptions {
  kind: 'server' | 'client' | 'internal';
  /** Begins a trace of its own, whatever this was called on behalf of. */
  root?: boolean;
  attributes: Readonly<Record<string, string | number>>;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/** Does something within a span of that name, which ends with it and says whether it failed. */
export function traced<T>(
  name: string,
  { kind, root = false, attributes }: SpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing) return work();
  const options = { kind: KINDS[kind], root, attributes };
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work();
    } catch (err) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw err;
    } finally {
      span.end();
    }
  });
}

/** Begins something that goes on for long within a span of that name, which says when it began and what it led to. */
export function tracedStart<T>(name: string, { kind, attributes }: SpanOptions, work: () => T): T {
  if (!isTracing) return work();
  return tracer.startActiveSpan(name, { kind: KINDS[kind], attributes }, (span) => {
    try {
      return work();
    } finally {
      span.end();
    }
  });
}
