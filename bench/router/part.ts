import { type ChildProcess, fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isReply } from './calls.ts';

const PROBE = pathToFileURL(join(import.meta.dirname, 'probe.ts')).href;

interface PartOptions {
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  nodeOptions?: readonly string[];
  /** A file that takes what the process writes; the bench's own output unless given. */
  output?: string;
}

/** A process of a bench: a contestant, what stands behind it, or who loads it. */
export class Part {
  private readonly waiting = new Map<number, (value: unknown) => void>();
  private readonly child: ChildProcess;
  private calls = 0;
  private isWanted = true;
  /** Rejects when the process ends by itself. */
  readonly failure: Promise<never>;

  constructor(file: string, { args = [], env = {}, nodeOptions = [], output }: PartOptions = {}) {
    const stream = output === undefined ? 'inherit' : openSync(output, 'a');
    this.child = fork(file, args, {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      execArgv: ['--expose-gc', '--import', PROBE, ...nodeOptions],
      stdio: ['ignore', stream, stream, 'ipc'],
    });
    this.child.on('message', (message) => {
      if (!isReply(message)) return;
      this.waiting.get(message.reply)?.(message.value);
      this.waiting.delete(message.reply);
    });
    this.failure = new Promise((_, reject) => {
      this.child.once('exit', (code, signal) => {
        if (this.isWanted) reject(new Error(`${file} ended by ${signal ?? `code ${code}`}`));
      });
    });
  }

  /** Starts a part of this folder that tells the port it listens on. */
  static async listening(
    name: string,
    options: PartOptions = {},
  ): Promise<Part & { port: number }> {
    const part = new Part(join(import.meta.dirname, `${name}.ts`), options);
    return Object.assign(part, { port: await part.call<number>('port') });
  }

  call<Result>(name: string, argument?: unknown): Promise<Result> {
    const call = (this.calls += 1);
    this.child.send({ call, name, argument });
    const reply = new Promise<Result>((resolve) =>
      this.waiting.set(call, resolve as (value: unknown) => void),
    );
    return Promise.race([reply, this.failure]);
  }

  /** Microseconds of CPU so far. */
  async cpuMicros(): Promise<number> {
    const { user, system } = await this.call<NodeJS.CpuUsage>('cpu');
    return user + system;
  }

  /** After a full collection. */
  memory(): Promise<NodeJS.MemoryUsage> {
    return this.call('memory');
  }

  stop(): Promise<void> {
    this.isWanted = false;
    return new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.disconnect();
    });
  }
}
