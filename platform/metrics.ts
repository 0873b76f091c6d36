import fastify from 'fastify';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { Stop } from './shutdown';

export type Metrics = Registry;

/** A registry of its own per process, with Node's default figures. */
export function createMetrics(process: string): Metrics {
  const metrics = new Registry();
  metrics.setDefaultLabels({ process });
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

/** Named checks; every one must be true for the process to take traffic. */
export type Readiness = () => Promise<Record<string, boolean>>;

/** Answers a JSON body that was posted; `body` is not yet checked. */
export type AnswerPost = (request: {
  body: unknown;
  headers: Readonly<Record<string, unknown>>;
}) => Promise<{ status: number; body?: object }>;

/**
 * Serves /health/live, /health/ready and /metrics on the loopback unless `host` says otherwise,
 * JSON documents by their paths, of one that changes what it is now, and answers to what is posted, by theirs.
 */
export async function startAdmin(options: {
  port: number;
  host?: string;
  metrics: Metrics;
  ready: Readiness;
  documents?: Readonly<Record<string, object | (() => object)>>;
  posts?: Readonly<Record<string, AnswerPost>>;
}): Promise<Stop> {
  const server = fastify();
  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_, reply) => {
    const checks = await options.ready();
    const ready = Object.values(checks).every(Boolean);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks });
  });
  server.get('/metrics', async (_, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  for (const [path, document] of Object.entries(options.documents ?? {})) {
    server.get(path, () => (typeof document === 'function' ? document() : document));
  }
  for (const [path, answer] of Object.entries(options.posts ?? {})) {
    server.post(path, async ({ body, headers }, reply) => {
      const answered = await answer({ body, headers });
      return reply.code(answered.status).send(answered.body ?? {});
    });
  }
  await server.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  return () => server.close();
}
