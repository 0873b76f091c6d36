import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';

/** State of this browser's live connection. */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting';

export interface Connection {
  state: ConnectionState;
  /** How often the socket was opened: a rise after the first means that events may be missing. */
  opened: number;
}

export interface ConnectionStore {
  get(): Connection;
  subscribe(listener: () => void): () => void;
  socketOpened(): void;
  socketLost(): void;
}

/** Holds what the socket last said, for components to follow. */
export function createConnectionStore(): ConnectionStore {
  let connection: Connection = { state: 'connecting', opened: 0 };
  const listeners = new Set<() => void>();
  const change = (next: Connection) => {
    connection = next;
    listeners.forEach((listener) => listener());
  };
  return {
    get: () => connection,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    socketOpened: () => change({ state: 'open', opened: connection.opened + 1 }),
    socketLost: () => change({ ...connection, state: 'reconnecting' }),
  };
}

/** The connection of the page; a page without one counts as never connected. */
export const ConnectionContext = createContext<ConnectionStore>(createConnectionStore());

/** What the socket last said; re-renders when it changes. */
export function useConnection(): Connection {
  const store = useContext(ConnectionContext);
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Calls `onReturn` each time the connection comes back after a loss, because events were missed. */
export function useReconnected(onReturn: () => void): void {
  const { opened } = useConnection();
  const seen = useRef(opened);
  useEffect(() => {
    const returned = seen.current > 0 && opened > seen.current;
    seen.current = opened;
    if (returned) onReturn();
  }, [opened, onReturn]);
}
