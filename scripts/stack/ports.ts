import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackFault } from './fault';

const RETRY_MS = 200;
const HIGHEST_PORT = 65_535;
const STEP = 100;

/**
 * Fails with one line that names every port that is taken and what to do.
 * `patienceMs` waits for the processes of a run that did not end cleanly.
 */
export async function requirePorts(
  ports: ReadonlyMap<string, number>,
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let taken = await takenPorts(ports);
  while (taken.length > 0 && performance.now() < deadline) {
    await sleep(RETRY_MS);
    taken = await takenPorts(ports);
  }
  if (taken.length === 0) return;
  const list = taken.map(([name, port]) => `${port} (${name})`).join(', ');
  const elsewhere = await freeBase(ports);
  throw new StackFault(
    `port ${list} ${taken.length === 1 ? 'is' : 'are'} taken: stop what uses ${taken.length === 1 ? 'it' : 'them'}, or move the whole stack with PORT=${elsewhere} npm start`,
  );
}

async function takenPorts(ports: ReadonlyMap<string, number>): Promise<[string, number][]> {
  const checked = await Promise.all(
    [...ports].map(async ([name, port]) => ({ name, port, free: await isFree(port) })),
  );
  return checked.filter(({ free }) => !free).map(({ name, port }) => [name, port]);
}

/** True if nothing listens on the port, on whichever address. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (err: NodeJS.ErrnoException) => {
      if (err.code === 'EADDRINUSE') resolve(false);
      else if (err.code === 'EACCES')
        reject(new StackFault(`port ${port} needs root: set PORT to 1024 or more`));
      else reject(err);
    });
    probe.listen({ port, host: '0.0.0.0', exclusive: true }, () =>
      probe.close(() => resolve(true)),
    );
  });
}

/** The next PORT, in steps of a hundred, with which every port of the stack is free. */
async function freeBase(ports: ReadonlyMap<string, number>): Promise<number> {
  const all = [...ports.values()];
  const base = Math.min(...all);
  for (let shift = STEP; Math.max(...all) + shift <= HIGHEST_PORT; shift += STEP) {
    const free = await Promise.all(all.map((port) => isFree(port + shift)));
    if (free.every(Boolean)) return base + shift;
  }
  return base + STEP;
}
