/** Takes items in and hands them on in slices, so that no single task of the page grows long. */
export interface Slices<T> {
  /** Adds items; one that still waits under the same key is replaced by the newer. */
  add(items: readonly T[]): void;
  stop(): void;
}

/** Hands on at most `size` items at a time, each slice in a task of its own. */
export function createSlices<T>(
  size: number,
  keyOf: (item: T) => string,
  handOn: (slice: T[]) => void,
): Slices<T> {
  const waiting = new Map<string, T>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    const slice = [...waiting.values()].slice(0, size);
    for (const item of slice) waiting.delete(keyOf(item));
    timer = waiting.size > 0 ? setTimeout(next) : undefined;
    handOn(slice);
  };
  return {
    add: (items) => {
      for (const item of items) waiting.set(keyOf(item), item);
      if (waiting.size > 0) timer ??= setTimeout(next);
    },
    stop: () => {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
