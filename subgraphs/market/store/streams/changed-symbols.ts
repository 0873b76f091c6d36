import type { LiveEvents } from '@spyhop/platform/live-events';
import { type Outbox, PushedStream } from '@spyhop/platform/pushed-stream';
import { priceTicked } from '@spyhop/platform/topics';
import { follow } from './follow';

/** Collects symbols while the reader is busy and hands them out together. */
class ChangedSymbols implements Outbox<string[]> {
  private readonly changed = new Set<string>();

  constructor(readonly close: () => void) {}

  add(symbols: readonly string[]): void {
    for (const symbol of symbols) this.changed.add(symbol);
  }

  take(): string[] | undefined {
    if (this.changed.size === 0) return undefined;
    const symbols = [...this.changed];
    this.changed.clear();
    return symbols;
  }
}

/**
 * The symbols whose price changed since the event before, as soon as the reader is ready for them: how
 * often viewers get them is the router's to say, who brings all their symbols together (`maxHz`).
 * The first event, and the first after Redis was away, names all of them.
 */
export async function streamChangedSymbols(
  live: LiveEvents,
  symbols: readonly string[],
): Promise<AsyncIterableIterator<string[]>> {
  let end = (): void => undefined;
  const changed = new ChangedSymbols(() => end());
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
