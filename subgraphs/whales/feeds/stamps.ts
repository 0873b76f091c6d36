import type { Clock } from '@spyhop/platform/clock';

/** Times of the clock, epoch ms, each later than the one before: of two things learned it says which came last. */
export function stampsOf(clock: Clock): () => number {
  let last = 0;
  return () => (last = Math.max(clock(), last + 1));
}
