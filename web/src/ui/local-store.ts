import { useSyncExternalStore } from 'react';

/** A value kept in this browser and shared by its tabs. */
export interface LocalStore<T> {
  get(): T;
  set(next: T): void;
  subscribe(listener: () => void): () => void;
}

function readRaw(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function writeRaw(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A full or forbidden storage costs persistence, not the session.
  }
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens the value stored under `key`. `parse` turns whatever is found there (undefined when nothing
 * or nothing readable is) into a valid value, so corrupt content never reaches a component.
 */
export function openLocalStore<T>(key: string, parse: (found: unknown) => T): LocalStore<T> {
  let value = parse(parseJson(readRaw(key)));
  const listeners = new Set<() => void>();
  const announce = () => listeners.forEach((listener) => listener());
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return;
    value = parse(parseJson(readRaw(key)));
    announce();
  };
  return {
    get: () => value,
    set: (next) => {
      value = next;
      writeRaw(key, JSON.stringify(next));
      announce();
    },
    subscribe: (listener) => {
      if (listeners.size === 0) window.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.removeEventListener('storage', onStorage);
      };
    },
  };
}

/** The current value of a store; re-renders when it changes. */
export function useLocalStore<T>(store: LocalStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
