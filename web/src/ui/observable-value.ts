/** A value that changes, and that others follow. */
export interface ObservableValue<T> {
  get(): T;
  /** Tells all listeners, also where the value is the same. */
  set(next: T): void;
  /** Calls back after each change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

/** Holds one value for whoever follows it. */
export function createObservableValue<T>(initial: T): ObservableValue<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      listeners.forEach((listener) => listener());
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
