import { type Server, createServer } from 'node:net';

/**
 * Where the ports of tests are: below those that systems give to outgoing connections (from 32768 on, or
 * 49152) and to who asks for any.
 */
const FIRST_PORT = 10_000;
const BLOCKS = 100;
const PORTS_PER_BLOCK = 100;

/** Held by listening on its first port: whoever else asks, in this process or another, is given another block. */
interface Block {
  first: number;
  lock: Server;
}

let own: Promise<Block> | undefined;
let given = 0;

/** A port of the loopback that nobody listens on now, and that nobody else is given before the test file has ended. */
export async function freePort(): Promise<number> {
  const { first } = await (own ??= takeBlock());
  for (let tries = 1; tries < PORTS_PER_BLOCK; tries += 1) {
    const port = first + 1 + (given++ % (PORTS_PER_BLOCK - 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${first} on are in use`);
}

/** Whether nobody listens on a port of the loopback now. */
export async function isFree(port: number): Promise<boolean> {
  const probe = await listenOn(port);
  if (probe) await closed(probe);
  return probe !== undefined;
}

async function takeBlock(): Promise<Block> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let at = 0; at < BLOCKS; at += 1) {
    const first = FIRST_PORT + ((start + at) % BLOCKS) * PORTS_PER_BLOCK;
    const lock = await listenOn(first);
    if (lock) return { first, lock: lock.unref() };
  }
  throw new Error('too many tests run at a time: all blocks of ports are taken');
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const closed = (server: Server): Promise<unknown> =>
  new Promise((resolve) => server.close(resolve));

/** Jest's, where this is loaded by a test file, which may be one of many in a process. */
const { afterAll } = globalThis as { afterAll?: (hook: () => Promise<unknown>) => void };
afterAll?.(async () => own && closed((await own).lock));
