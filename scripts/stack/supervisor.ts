import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from '../failures';
import { StackFault } from './fault';

/** Why something that ran does so no more. */
export interface Exit {
  /** A signal or a code. */
  reason: string;
  /** What it said last, for a person who has to mend it. */
  lastWords?: string;
  /** True when starting it again cannot help: a wrong configuration, a full disk. */
  final: boolean;
}

/** Something that runs and may die. */
export interface Running {
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
}

/** What the supervisor keeps alive. */
export interface Unit {
  readonly name: string;
  /** Resolves when it does its work; rejects with the reason if it does not come up. */
  start(): Promise<Running>;
}

export interface SupervisorOptions {
  say: (line: string) => void;
  /** Called once, when something cannot be kept alive. */
  giveUp: (fault: StackFault) => void;
  /** Wait before each restart, in ms; the last value repeats. */
  backOffMs?: readonly number[];
  /** So many deaths within the window are a crash loop. */
  maxDeaths?: number;
  windowMs?: number;
}

const BACK_OFF_MS = [100, 500, 1_000, 2_000, 5_000];
const MAX_DEATHS = 8;
const WINDOW_MS = 60_000;

interface Supervised {
  unit: Unit;
  /** Higher ones stand on lower ones, and stop before them. */
  layer: number;
  /** Settles when the unit is up, or will not be. */
  start: Promise<Running>;
  running: Running | undefined;
  deaths: number[];
}

/** Keeps units alive: starts again what dies, with back-off, and gives up on what keeps dying. */
export class Supervisor {
  private readonly supervised: Supervised[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly options: SupervisorOptions) {}

  /** Starts a unit for the first time; a failure here is the caller's. */
  async add(unit: Unit, layer: number): Promise<void> {
    const entry: Supervised = { unit, layer, start: unit.start(), running: undefined, deaths: [] };
    this.supervised.push(entry);
    const running = await entry.start.catch((err: unknown) => {
      throw err instanceof StackFault ? err : asFault(unit.name, exitOf(err), err);
    });
    this.watch(entry, running);
  }

  /** Stops everything, layer by layer from the top; what is just starting is stopped once it is up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const layers = [...new Set(this.supervised.map(({ layer }) => layer))].sort((a, b) => b - a);
    for (const layer of layers) {
      await Promise.all(this.supervised.filter((entry) => entry.layer === layer).map(stopEntry));
    }
  }

  private watch(entry: Supervised, running: Running): void {
    entry.running = running;
    void running.exited.then((exit) => this.onExit(entry, exit));
  }

  private async onExit(entry: Supervised, exit: Exit): Promise<void> {
    entry.running = undefined;
    if (this.stopping.signal.aborted) return;
    const died = performance.now();
    const { windowMs = WINDOW_MS, maxDeaths = MAX_DEATHS, say, giveUp } = this.options;
    entry.deaths = [...entry.deaths.filter((at) => died - at < windowMs), died];
    const { name } = entry.unit;
    if (exit.final) return giveUp(asFault(name, exit));
    if (entry.deaths.length >= maxDeaths) {
      return giveUp(
        new StackFault(
          `${name} died ${maxDeaths} times within ${windowMs / 1000} s, last: ${explain(exit)}`,
        ),
      );
    }
    const wait = this.waitAfter(entry.deaths.length);
    say(
      `${name} stopped (${exit.reason}): starting it again${wait >= 1_000 ? ` in ${wait / 1000} s` : ''}`,
    );
    await this.restart(entry, wait);
  }

  private async restart(entry: Supervised, waitMs: number): Promise<void> {
    try {
      await sleep(waitMs, undefined, { signal: this.stopping.signal });
      entry.start = entry.unit.start();
      this.watch(entry, await entry.start);
      if (!this.stopping.signal.aborted) this.options.say(`${entry.unit.name} is back`);
    } catch (err) {
      if (this.stopping.signal.aborted) return;
      await this.onExit(entry, exitOf(err));
    }
  }

  private waitAfter(deaths: number): number {
    const { backOffMs = BACK_OFF_MS } = this.options;
    return backOffMs[Math.min(deaths, backOffMs.length) - 1] ?? 0;
  }
}

const asFault = (name: string, exit: Exit, cause?: unknown): StackFault =>
  new StackFault(
    isDiskFull(explain(exit))
      ? `${name}: disk full: free some space, or set DATA_DIR to another disk`
      : `${name}: ${explain(exit)}`,
    { cause },
  );

const explain = ({ reason, lastWords }: Exit): string => lastWords || reason;

async function stopEntry(entry: Supervised): Promise<void> {
  await entry.start.catch(() => undefined);
  await entry.running?.stop();
}

/** A unit that ended before it did its work. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  constructor(readonly exit: Exit) {
    super(explain(exit));
  }
}

const exitOf = (err: unknown): Exit =>
  err instanceof StartFailure
    ? err.exit
    : { reason: err instanceof Error ? err.message : String(err), final: false };
