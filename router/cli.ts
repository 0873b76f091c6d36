#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError } from '@spyhop/platform/config';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { startTracing } from '@spyhop/platform/tracing';
import { start } from './main';

const USAGE =
  'usage: router --supergraph FILE [--config FILE] [--port N] [--subgraph-url name=url]... [--static DIR]';

/** `npm run router -- --supergraph FILE --port N`: arguments stand above the environment, which stands above the file. */
async function main(): Promise<void> {
  const stopTracing = await startTracing('router', process.env);
  const stop = await start({ ...process.env, ...environmentOf(process.argv.slice(2)) });
  stopOnSignal(() => stopAll([stopTracing, stop]));
}

function environmentOf(args: string[]): NodeJS.ProcessEnv {
  const { values } = parseArgs({
    args,
    options: {
      supergraph: { type: 'string' },
      config: { type: 'string' },
      port: { type: 'string' },
      'subgraph-url': { type: 'string', multiple: true },
      static: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const given = {
    ROUTER_SUPERGRAPH_FILE: values.supergraph,
    ROUTER_CONFIG: values.config,
    PORT: values.port,
    ROUTER_SUPERGRAPH_URLS: values['subgraph-url']?.join(','),
    ROUTER_WEB_FOLDER: values.static,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function stopOnSignal(stop: Stop): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    void stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

main().catch((err: unknown) => {
  process.stderr.write(`router: ${explain(err)}\n`);
  process.exit(1);
});

function explain(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  if (err instanceof ConfigError) return err.message;
  const { code, port } = err as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken: choose another with --port`;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${err.message}\n${USAGE}`;
  return err.stack ?? err.message;
}
