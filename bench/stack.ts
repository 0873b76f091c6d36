import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { JWK } from 'jose';
import { z } from 'zod';

export const ROOT = resolve(import.meta.dirname, '..');

/** PORT of the stacks; they take some above it too. */
const PORT = Number(process.env.BENCH_PORT ?? 4_800);
const START_WITHIN_MS = 180_000;

/** What `npm start` runs, in a data folder of its own. */
export interface RunningStack {
  port: number;
  url: string;
  dataDir: string;
  /** As the market's login. */
  databaseUrl: string;
  redisUrl: string;
  /** With which the router tells subgraphs who asks: they answer nobody else. */
  signingKey: JWK;
  /** The launcher and everything below it. */
  processes(): Process[];
  stop(): Promise<void>;
}

export interface StackOptions {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Its output line by line. */
  onLine?: (line: string) => void;
}

/** Starts the product; resolves when a line of its output matches. */
export async function startStack(options: StackOptions, until: RegExp): Promise<RunningStack> {
  const { dataDir, env, onLine } = options;
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(PORT), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  const url = `http://127.0.0.1:${PORT}/graphql`;
  const running = {
    port: PORT,
    url,
    dataDir,
    processes: () => descendants(child.pid ?? 0),
    stop: () => stop(child),
  };
  try {
    await lineMatching(child, until, onLine);
  } catch (err) {
    await running.stop();
    throw err;
  }
  return { ...running, ...addressesOf(dataDir) };
}

const POSTGRES_OFFSET = 20;
const REDIS_OFFSET = 21;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function lineMatching(
  child: ChildProcess,
  pattern: RegExp,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  return new Promise((found, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the stack did not say ${pattern}`)),
      START_WITHIN_MS,
    );
    child.once('exit', (code) => reject(new Error(`the stack ended with code ${code}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      if (!pattern.test(line)) return;
      clearTimeout(late);
      found();
    });
  });
}

const Secrets = z.object({
  postgresMarketPassword: z.string(),
  redisPassword: z.string(),
  routerSigningKey: z.string(),
});

function addressesOf(
  dataDir: string,
): Pick<RunningStack, 'databaseUrl' | 'redisUrl' | 'signingKey'> {
  const secrets = Secrets.parse(JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')));
  const postgres = `127.0.0.1:${PORT + POSTGRES_OFFSET}`;
  return {
    databaseUrl: `postgresql://spyhop_market:${secrets.postgresMarketPassword}@${postgres}/spyhop`,
    redisUrl: `redis://:${secrets.redisPassword}@127.0.0.1:${PORT + REDIS_OFFSET}`,
    signingKey: JSON.parse(secrets.routerSigningKey) as JWK,
  };
}

/** A folder below the system's temporary one, which is removed when the work is done. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'spyhop-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process as Linux sees it. */
export interface Process {
  pid: number;
  command: string;
  /** MB in memory, what it shares with others included. */
  rss: number;
  /** MB in memory, of what it shares with others its part. */
  pss: number;
}

function descendants(root: number): Process[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter(isPid)
      .map((pid) => [pid, parentOf(pid)]),
  );
  const all = [String(root)];
  for (const pid of all) {
    for (const [child, parent] of parents) if (parent === pid) all.push(child);
  }
  return all.flatMap((pid) => describe(Number(pid)) ?? []);
}

const isPid = (name: string): boolean => /^\d+$/.test(name);

function parentOf(pid: string): string | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')')).split(' ')[2];
}

/** Undefined for a process that has just ended. */
export function describe(pid: number): Process | undefined {
  const memory = readOrNothing(`/proc/${pid}/smaps_rollup`);
  if (memory === '') return undefined;
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) / 1024;
  const command = readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return { pid, command, rss: mb('Rss'), pss: mb('Pss') };
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
