import type WebSocket from 'ws';

/** Far more often than the router asks who is still there. */
const EVERY_MS = 500;

/**
 * Has a client read nothing more until it is resumed. It goes on to say that it is there (RFC 6455, section 5.5.3), as
 * it does not hear that it is asked: else it would be taken for gone on a machine that takes long over what follows.
 */
export function stopReading(socket: WebSocket): void {
  socket.pause();
  const saying = setInterval(() => {
    if (socket.isPaused) socket.pong();
    else clearInterval(saying);
  }, EVERY_MS);
  socket.once('close', () => clearInterval(saying));
}
