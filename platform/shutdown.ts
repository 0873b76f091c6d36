import type { Log } from './log';

/** Ends what was started and resolves when nothing of it runs any more. */
export type Stop = () => Promise<void>;

const STOP_TIMEOUT_MS = 8_000;

/** Stops in reverse order of starting; one that fails or hangs does not keep the others from stopping. */
export async function stopAll(stops: readonly Stop[], log?: Log): Promise<void> {
  for (const stop of [...stops].reverse()) {
    await withTimeout(stop(), STOP_TIMEOUT_MS).catch((err: unknown) =>
      log?.error({ err }, 'a part did not stop cleanly'),
    );
  }
}

/** Starts parts one after the other; if one fails, those already running are stopped before the error goes on. */
export async function startAll(parts: readonly (() => Promise<Stop>)[], log?: Log): Promise<Stop> {
  const stops: Stop[] = [];
  for (const part of parts) {
    try {
      stops.push(await part());
    } catch (err) {
      await stopAll(stops, log);
      throw err;
    }
  }
  return () => stopAll(stops, log);
}

async function withTimeout(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${ms} ms`)), ms);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
