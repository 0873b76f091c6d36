import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { z } from 'zod';
import type { Sighting } from '../../rules/whale';
import type { Memory } from '../memory';
import { pause } from '../pause';
import type { Sink } from '../source';
import { Refused } from './ask';

/** How far all that the socket has told of is durable. */
export const Reached = z.object({
  /** Of the newest transaction of which there is none before that is not, epoch ms. */
  time: z.number(),
  /** Chains that it has told of, which is what the past is asked for. */
  chains: z.array(z.string()),
});
export type Reached = z.infer<typeof Reached>;

/** What an API tells of once more. */
export interface Past {
  /** How far back it goes, in ms. */
  readonly reachMs: number;
  /** Calls a minute that the key's plan has, and those that were taken so far. */
  readonly callsPerMinute: number;
  calls(): number;
  /** Hands over all that was told from a time on (epoch ms); resolves to what of it cannot be read. Throws Refused. */
  read(
    asked: { since: number; chains: readonly string[] },
    sink: Pick<Sink, 'seen' | 'connected'>,
    signal: AbortSignal,
  ): Promise<string>;
}

export interface CatchUpParts {
  /** Null where the past is not to be asked for. */
  past: Past | null;
  memory: Memory<Reached>;
  clock: Clock;
  log: Log;
}

const KEY = 'reached';
/** Blocks of several chains are not told of in the order of their times. */
const OVERLAP_MS = 900_000;
const RETRY_MS = 30_000;
const MOST_CHAINS = 64;

const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

/**
 * Makes up for what a socket has told of while nobody listened, or of what was not kept before the process ended. What
 * is told of meanwhile does not count as reached until that is done, so that no end of the process leaves a gap.
 */
export class CatchUp {
  private reached: Reached | null = null;
  private isRead = false;
  private isWhole = false;
  /** Of what was told while it was not whole, epoch ms. */
  private newest = 0;

  constructor(private readonly parts: CatchUpParts) {}

  /** From now on something may be missing. */
  interrupted(): void {
    this.isWhole = false;
  }

  /** What the socket has told of is kept for good. */
  async kept({ chain, time }: Pick<Sighting, 'chain' | 'time'>): Promise<void> {
    // Clocks of blocks may be ahead of ours.
    this.newest = Math.max(this.newest, Math.min(time, this.parts.clock()));
    const { time: before, chains } = await this.read();
    const isNew = !chains.includes(chain) && chains.length < MOST_CHAINS;
    const isLater = this.isWhole && this.newest > before;
    if (!isNew && !isLater) return;
    await this.keep({
      time: isLater ? this.newest : before,
      chains: isNew ? [...chains, chain] : chains,
    });
  }

  /** Reads what may be missing; `say` is told how it goes, in sentences for people. */
  async run(sink: Sink, say: (note: string) => void, signal: AbortSignal): Promise<void> {
    const { past, clock } = this.parts;
    const { time, chains } = await this.read();
    if (past === null) {
      say('What was told while it was out of reach is not made up for.');
      return this.whole();
    }
    const begin = Math.max(time - OVERLAP_MS, clock() - past.reachMs);
    const lost = time < begin ? ` What was before ${utc(begin)} is not to be had any more.` : '';
    const reading = `It reads what was missed since ${utc(begin)}.`;
    say(reading);
    const before = past.calls();
    const told = { ...sink, connected: (note?: string) => say(`${reading} ${note ?? ''}`.trim()) };
    while (!signal.aborted) {
      try {
        const faults = await past.read({ since: begin, chains }, told, signal);
        if (signal.aborted) return;
        const cost = `${past.calls() - before} calls of the plan's ${past.callsPerMinute} a minute`;
        say(`All since ${utc(begin)} was made up for, with ${cost}.${lost} ${faults}`.trim());
        return await this.whole();
      } catch (err) {
        if (!(err instanceof Refused)) throw err;
        if (signal.aborted) return;
        if (err.isForGood) {
          say(`What was missed since ${utc(begin)} cannot be made up for. ${err.message}`);
          return await this.whole();
        }
        say(`${reading} ${err.message}`);
        await pause(err.waitMs ?? RETRY_MS, signal);
      }
    }
  }

  private async whole(): Promise<void> {
    this.isWhole = true;
    const { time, chains } = await this.read();
    if (this.newest > time) await this.keep({ time: this.newest, chains });
  }

  /** Where nothing was ever told, nothing is missing before now. */
  private async read(): Promise<Reached> {
    if (!this.isRead) {
      [this.reached = null] = await this.parts.memory.all();
      this.isRead = true;
    }
    if (this.reached === null) await this.keep({ time: this.parts.clock(), chains: [] });
    return this.reached ?? { time: 0, chains: [] };
  }

  /** Where it is not remembered, more is read again than need be. */
  private async keep(reached: Reached): Promise<void> {
    this.reached = reached;
    await this.parts.memory
      .keep(KEY, reached)
      .catch((err: unknown) =>
        this.parts.log.warn({ err }, 'how far alerts are kept is not noted'),
      );
  }
}
