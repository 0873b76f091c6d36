import { createServer } from 'node:net';

/**
 * Below those that systems give to outgoing connections (from 32768 on, or 49152) or to who asks for any:
 * what is free here stays free until the test takes it.
 */
const FIRST_PORT = 10_000;
const WORKERS = 4;
const PORTS_PER_WORKER = 2_500;

/** Each of Jest's workers has ports of its own; it begins anywhere among them, as other runs may be under way. */
const own = FIRST_PORT + (Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS) * PORTS_PER_WORKER;
let next = Math.floor(Math.random() * PORTS_PER_WORKER);

/** A port of the loopback that nobody listens on now, and that nobody else is given soon. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_WORKER; tries += 1) {
    const port = own + (next++ % PORTS_PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error('there is no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
