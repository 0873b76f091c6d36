import { setTimeout } from 'node:timers/promises';

/** How fast clients are sent away, so that they do not all come back at once. */
export interface Spread {
  perSecond: number;
  /** Milliseconds after which all are gone, whatever the rate. */
  mostMs: number;
}

const STEP_MS = 20;

/** Calls `each` for all, evenly over time; a few are done at once. An aborted signal does the rest at once. */
export async function spreadOver<Item>(
  items: readonly Item[],
  { perSecond, mostMs }: Spread,
  each: (item: Item) => void,
  signal?: AbortSignal,
): Promise<void> {
  const steps = Math.max(1, Math.floor(mostMs / STEP_MS));
  const perStep = Math.max(
    1,
    Math.ceil((perSecond * STEP_MS) / 1_000),
    Math.ceil(items.length / steps),
  );
  for (let done = 0; done < items.length;) {
    const next = signal?.aborted ? items.length : done + perStep;
    for (const item of items.slice(done, next)) each(item);
    done = next;
    if (done < items.length)
      await setTimeout(STEP_MS, undefined, { signal }).catch(() => undefined);
  }
}
