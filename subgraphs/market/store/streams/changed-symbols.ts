import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import { priceTicked } from '@spyhop/platform/topics';
import { follow } from './follow';
import { type Outbox, PushedStream } from '@spyhop/platform/pushed-stream';

/** Least time between two events of one stream, in ms: at most 4 a second. */
const PACE_MS = 250;

/** Collects symbols and hands them out together, no more often than the pace allows. */
class PacedSymbols implements Outbox<string[]> {
  private readonly changed = new Set<string>();
  private sentAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly onDue: () => void,
    private readonly onClose: () => void,
  ) {}

  add(symbols: readonly string[]): void {
    for (const symbol of symbols) this.changed.add(symbol);
  }

  take(): string[] | undefined {
    if (this.changed.size === 0 || this.timer !== null) return undefined;
    const waitMs = this.sentAt + PACE_MS - this.clock();
    if (waitMs > 0) {
      this.wakeIn(waitMs);
      return undefined;
    }
    const symbols = [...this.changed];
    this.changed.clear();
    this.sentAt = this.clock();
    return symbols;
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.onClose();
  }

  private wakeIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      this.onDue();
    }, ms);
  }
}

/**
 * The symbols whose price changed since the event before, at most 4 events a second.
 * The first event, and the first after Redis was away, names all of them.
 */
export async function streamChangedSymbols(
  live: LiveEvents,
  clock: Clock,
  symbols: readonly string[],
): Promise<AsyncIterableIterator<string[]>> {
  let end = (): void => undefined;
  const changed = new PacedSymbols(
    clock,
    () => out.notify(),
    () => end(),
  );
  const out = new PushedStream(changed);
  const add = (some: readonly string[]): void => {
    changed.add(some);
    out.notify();
  };
  end = await follow(live, priceTicked, symbols, 'newest-per-key', {
    onEvent: (tick) => add([tick.symbol]),
    catchUp: async () => add(symbols),
  });
  return out;
}
