import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../failures';
import { isLogEntry } from './console-log';
import { type Exit, type Running, StartFailure, type Unit } from './supervisor';

export interface ProcessOptions {
  name: string;
  /** Arguments of the pinned Node: script and what it takes. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Takes every line of its output; until it is up, its plain words are those of a failing start. */
  onLine: (line: string, isUp: boolean) => void;
  startTimeoutMs?: number;
  stopTimeoutMs?: number;
}

interface Spawned {
  child: ChildProcess;
  isUp: boolean;
  exited: Promise<Exit>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const LAST_WORDS = 8;

/** One of our own processes, which says when it does its work and stops when asked to. */
export class ProcessUnit implements Unit {
  readonly name: string;
  private loaded: Spawned | undefined;
  private current: ChildProcess | undefined;

  constructor(private readonly options: ProcessOptions) {
    this.name = options.name;
  }

  /** Loads the program while other things start; it waits for `start`. */
  preload(): void {
    this.loaded ??= this.spawn();
  }

  async start(): Promise<Running> {
    const spawned = this.loaded ?? this.spawn();
    this.loaded = undefined;
    const { child, exited } = spawned;
    const ready = new Promise<void>((resolve) => child.once('message', () => resolve()));
    child.send({ start: true }, () => undefined);
    const timeout = new AbortController();
    const { startTimeoutMs = START_TIMEOUT_MS } = this.options;
    const late = sleep(startTimeoutMs, 'late' as const, { signal: timeout.signal });
    late.catch(() => undefined);
    const outcome = await Promise.race([ready, exited, late]);
    timeout.abort();
    if (outcome === 'late') {
      child.kill('SIGKILL');
      throw new StartFailure({
        reason: `not ready after ${startTimeoutMs / 1000} s`,
        final: false,
      });
    }
    if (outcome) throw new StartFailure(outcome);
    spawned.isUp = true;
    return { exited, stop: () => this.stop(spawned) };
  }

  /** Ends a program that was loaded and never started. */
  async discard(): Promise<void> {
    if (this.loaded) await this.stop(this.loaded);
    this.loaded = undefined;
  }

  /** Ends it this instant. */
  kill(): void {
    this.current?.kill('SIGKILL');
  }

  private spawn(): Spawned {
    const child = spawn(process.execPath, [...this.options.args], {
      env: { ...this.options.env, SPYHOP_HOLD: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own, so that the terminal's Ctrl-C reaches us alone and the order is ours.
      detached: true,
    });
    this.current = child;
    const lastWords: string[] = [];
    const exited = new Promise<Exit>((resolve) => {
      child.once('error', (err) => resolve({ reason: err.message, final: false }));
      child.once('close', (code, signal) =>
        resolve({
          reason: signal ?? `code ${code}`,
          lastWords: lastWords.join('\n'),
          final: isFinal(code),
        }),
      );
    });
    const spawned: Spawned = { child, isUp: false, exited };
    const read = (line: string): void => {
      if (line.trim() !== '' && !isLogEntry(line)) lastWords.push(line.trim());
      if (lastWords.length > LAST_WORDS) lastWords.shift();
      this.options.onLine(line, spawned.isUp);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', read);
    }
    return spawned;
  }

  private async stop({ child, exited }: Spawned): Promise<void> {
    child.kill('SIGTERM');
    const force = setTimeout(
      () => child.kill('SIGKILL'),
      this.options.stopTimeoutMs ?? STOP_TIMEOUT_MS,
    );
    await exited;
    clearTimeout(force);
  }
}
