let waiting: (() => void)[] = [];

/**
 * Sends something over a socket when this turn of the event loop has read all it had to read, back to back with what
 * else is to be sent then. Waking a process that sleeps costs the system as much as the rest of a small write: the first
 * write wakes it, and the others find it awake. `send` must not throw.
 */
export function atEndOfTurn(send: () => void): void {
  if (waiting.length === 0) setImmediate(sendAll);
  waiting.push(send);
}

function sendAll(): void {
  const sends = waiting;
  waiting = [];
  for (const send of sends) send();
}
