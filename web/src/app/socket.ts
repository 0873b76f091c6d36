import { createClient, type Client } from 'graphql-ws';
import type { Session } from '../features/users/session/session';
import type { ConnectionStore } from '../ui/connection';
import { retryDelay } from '../ui/retry-delay';

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

const credentials = (token: string) => ({ authorization: `Bearer ${token}` });

/**
 * Opens the live socket; it reconnects for as long as the page is open. Whoever signs in goes on with the same
 * connection: a ping that carries the token makes it theirs, and renews it later. It is opened anew when it is
 * nobody's any more, or somebody else's.
 */
export function createSocket(url: string, connection: ConnectionStore, session: Session): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let open: WebSocket | null = null;
  /** What the connection was told last. */
  let told: { token: string; userId: string } | null = null;
  let reopening = false;

  const current = () => {
    const state = session.get();
    const token = session.token();
    return state.status === 'signed-in' && token ? { token, userId: state.userId } : null;
  };
  const reopen = () => {
    reopening = true;
    socket.terminate();
  };
  const tell = () => {
    const now = current();
    if (!open || now?.token === told?.token) return;
    if (told && now?.userId !== told.userId) return reopen();
    if (!now) return;
    told = now;
    open.send(JSON.stringify({ type: 'ping', payload: credentials(now.token) }));
  };
  session.subscribe(tell);

  const socket: Client = createClient({
    url,
    keepAlive: PING_EVERY_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (attempt) => {
      const wait = reopening ? 0 : retryDelay(attempt, Math.random);
      reopening = false;
      return new Promise((resolve) => setTimeout(resolve, wait));
    },
    connectionParams: () => {
      told = current();
      return told ? credentials(told.token) : undefined;
    },
    on: {
      connected: (opened) => {
        open = opened as WebSocket;
        connection.socketOpened();
        if (told) connection.tokenTaken();
        tell();
      },
      closed: () => {
        clearTimeout(pongTimer);
        open = null;
        connection.socketLost();
      },
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (_, payload) => {
        clearTimeout(pongTimer);
        if (payload && 'errors' in payload) reopen();
        else if (payload && 'expiresAt' in payload) connection.tokenTaken();
      },
    },
  });
  return socket;
}
