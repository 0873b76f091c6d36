import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree } from '@spyhop/platform/testkit/ports';
import { PORT_OFFSETS } from '@spyhop/scripts/stack/config';

const ROOT = resolve(__dirname, '..');
/** On a busy machine of two slow cores the first start has taken a minute and a half. */
const START_TIMEOUT_MS = 300_000;
/** The launcher uses the ports behind PORT too. These lie below those that systems give to outgoing connections. */
const PORTS_PER_STACK = 50;
let nextPort = 20_000 + (process.pid % 200) * PORTS_PER_STACK;

/** A port on which a stack finds all of its ports free: whatever else this machine runs has its own. */
async function portOfStack(): Promise<number> {
  const port = nextPort;
  nextPort += PORTS_PER_STACK;
  for (const offset of Object.values(PORT_OFFSETS)) {
    if (!(await isFree(port + offset))) return portOfStack();
  }
  return port;
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** A running `npm start` with a data folder and ports of its own. */
export class Stack {
  output = '';
  /** Resolves when the launcher has ended and its last words are in `output`. */
  private readonly closed: Promise<unknown>;

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    private readonly child: ChildProcess,
  ) {
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.closed = once(child, 'close');
  }

  /** Starts the stack as a user would, and resolves once all of it runs and its API answers with a price. */
  static async start(env: Record<string, string>): Promise<Stack> {
    const stack = await Stack.spawn(env);
    try {
      // The launcher gives up when something fails before: faults that tests make come after.
      await stack.until('the start', async () => stack.output.includes('Spyhop is up.'));
      await stack.until('the first tick', async () => {
        const { data } = await stack.query('{ feedStatus { newestTickAt } }');
        return (data?.['feedStatus'] as { newestTickAt: string | null }).newestTickAt !== null;
      });
      return stack;
    } catch (err) {
      await stack.stop();
      throw err;
    }
  }

  /** Starts the stack without waiting for anything. */
  static async spawn(env: Record<string, string>): Promise<Stack> {
    const port = await portOfStack();
    const dataDir = env['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'spyhop-e2e-')));
    const child = spawn('node', ['scripts/start.mjs'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Stack(Number(env['PORT'] ?? port), dataDir, child);
  }

  /** Of the launcher. */
  get pid(): number {
    return this.child.pid ?? -1;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The address of a page, by the name that passkeys and cookies are for. */
  at(path: string): string {
    return `http://localhost:${this.port}${path}`;
  }

  async query(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  /** Polls a condition; errors count as "not yet". Fails with the launcher's output when it takes too long. */
  async until(
    what: string,
    condition: () => Promise<boolean>,
    timeoutMs = START_TIMEOUT_MS,
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition().catch(() => false))) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${what} did not come:\n${this.output}`);
      }
      await sleep(100);
    }
  }

  /** Resolves to the launcher's exit code. */
  async exited(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  /** Ctrl-C; resolves when everything has ended. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGINT');
    await this.exited();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
