import type { WebSocket } from 'ws';
import { pause } from './pause';
import type { Sink } from './source';

const LONGEST_RETRY_MS = 60_000;

interface Connection {
  /** Resolves to why it ended. */
  run(signal: AbortSignal): Promise<string>;
}

/**
 * One connection after the other until the signal aborts. The pause between them, `retryMs` at first, doubles up to
 * a minute until one is connected.
 */
export async function keepConnected(
  sink: Sink,
  retryMs: number,
  signal: AbortSignal,
  connect: (sink: Sink) => Connection,
): Promise<void> {
  for (let waitMs = retryMs; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
    const connection = connect({
      ...sink,
      connected: (message) => {
        waitMs = retryMs;
        sink.connected(message);
      },
    });
    const reason = await connection.run(signal);
    if (signal.aborted) return;
    sink.disconnected(reason);
    await pause(waitMs, signal);
  }
}

/** Resolves when the socket is closed, by the signal too; until then `watch` is called every so many ms. */
export async function untilClosed(
  socket: WebSocket,
  { watch, everyMs }: { watch: () => void; everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  const end = (): void => socket.terminate();
  signal.addEventListener('abort', end, { once: true });
  const watching = setInterval(watch, everyMs);
  if (signal.aborted) end();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearInterval(watching);
  signal.removeEventListener('abort', end);
}
