import type { Socket, Timers } from './outside';
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
  { sink, retryMs, timers }: { sink: Sink; retryMs: number; timers: Timers },
  signal: AbortSignal,
  connect: (sink: Sink) => Connection,
): Promise<void> {
  for (let waitMs = retryMs; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
    const connection = connect({
      ...sink,
      connected: (note, but) => {
        waitMs = retryMs;
        sink.connected(note, but);
      },
    });
    const reason = await connection.run(signal);
    if (signal.aborted) return;
    sink.disconnected(reason);
    await timers.pause(waitMs, signal);
  }
}

/** Resolves when the socket is closed, by the signal too; until then `watch` is called every so many ms. */
export async function untilClosed(
  socket: Socket,
  { watch, everyMs, timers }: { watch: () => void; everyMs: number; timers: Timers },
  signal: AbortSignal,
): Promise<void> {
  const end = (): void => socket.terminate();
  signal.addEventListener('abort', end, { once: true });
  const stopWatching = timers.every(everyMs, watch);
  if (signal.aborted) end();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  stopWatching();
  signal.removeEventListener('abort', end);
}
