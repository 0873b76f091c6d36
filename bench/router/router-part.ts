import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../platform/testkit/ports.ts';
import { ROOT } from '../stack.ts';
import { Part } from './part.ts';

/** The command that is measured; BENCH_ROUTER names that of another build, to compare. */
const ROUTER = resolve(process.env.BENCH_ROUTER ?? `${ROOT}/router/dist/cli.js`);
/** A folder for CPU profiles of it, which are written when it ends. */
const PROFILES = process.env.BENCH_PROFILES;
const READY_WITHIN_MS = 30_000;

export interface RouterOptions {
  supergraph: string;
  /** Its YAML file, where it has one. */
  config?: string;
  /** Where its log goes: it is written, as in production. */
  log: string;
  /** ROUTER unless given. */
  command?: string | undefined;
}

export type RouterPart = Part & { port: number; adminPort: number };

/** The router as its command starts it, once it is ready. */
export async function startRouter(options: RouterOptions): Promise<RouterPart> {
  const { supergraph, config, log, command = ROUTER } = options;
  const [port, adminPort] = [await freePort(), await freePort()];
  const withConfig = config === undefined ? [] : ['--config', config];
  const part = new Part(command, {
    args: ['--supergraph', supergraph, '--port', String(port), ...withConfig],
    env: { ROUTER_ADMIN_PORT: String(adminPort) },
    nodeOptions: PROFILES === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', PROFILES],
    output: log,
  });
  await Promise.race([untilReady(`http://127.0.0.1:${adminPort}/health/ready`), part.failure]);
  return Object.assign(part, { port, adminPort });
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} was not ready in time; see the router's log`);
}

/** Sum of a counter or gauge over all its labels. */
export async function metric({ adminPort }: RouterPart, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
