import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { createObservableValue } from './observable-value';

/** State of this browser's live connection. */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting';

export interface Connection {
  state: ConnectionState;
  /** How often the socket was opened: a rise after the first means that events may be missing. */
  opened: number;
  /** How often the server took a token for it: after a rise, what was refused before may be granted. */
  identified: number;
}

export interface ConnectionStore {
  get(): Connection;
  subscribe(listener: () => void): () => void;
  socketOpened(): void;
  socketLost(): void;
  tokenTaken(): void;
}

/** Holds what the socket last said, for components to follow. */
export function createConnectionStore(): ConnectionStore {
  const { get, set, subscribe } = createObservableValue<Connection>({
    state: 'connecting',
    opened: 0,
    identified: 0,
  });
  const change = (next: Partial<Connection>) => set({ ...get(), ...next });
  return {
    get,
    subscribe,
    socketOpened: () => change({ state: 'open', opened: get().opened + 1 }),
    socketLost: () => change({ state: 'reconnecting' }),
    tokenTaken: () => change({ identified: get().identified + 1 }),
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
