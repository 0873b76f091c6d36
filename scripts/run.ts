import 'reflect-metadata';
import { createRequire } from 'node:module';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { startTracing } from '@spyhop/platform/tracing';
import { describeFailure, exitCodeOf } from './failures';

/** What every main module exports. */
interface Main {
  start(env: NodeJS.ProcessEnv): Promise<Stop>;
}

const requireMain = createRequire(__filename);
const STOP_TIMEOUT_MS = 15_000;

/**
 * A process is a list of mains: `node scripts/dist/run.js <main> [<main> …]`.
 * Under the launcher it loads them at once, starts them when told to, and ends with the launcher.
 */
async function run(names: readonly string[]): Promise<void> {
  if (names.length === 0) throw new Error('usage: node scripts/dist/run.js <main> [<main> …]');
  const mains = names.map(load);
  const stops: Stop[] = [];
  stopWhenAsked(stops);
  if (process.env.SPYHOP_HOLD) await toldToStart();
  stops.push(await startTracing(nameOf(names), process.env));
  await Promise.all(
    mains.map(async (main) => {
      stops.push(await main.start(process.env));
    }),
  );
  process.send?.({ ready: true });
}

/** @spyhop/market/main is the market. */
const nameOf = (names: readonly string[]): string =>
  names.map((name) => name.replace(/^@spyhop\//, '').replace(/\/main$/, '')).join('-');

function load(name: string): Main {
  const main = requireMain(name) as Partial<Main>;
  if (typeof main.start !== 'function') throw new Error(`${name} exports no start(env)`);
  return main as Main;
}

const toldToStart = (): Promise<void> =>
  new Promise((resolve) => process.once('message', () => resolve()));

function stopWhenAsked(stops: readonly Stop[]): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    void stopAll(stops).finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The launcher is gone, however it ended.
  if (process.send) process.on('disconnect', stop);
}

function fail(err: unknown): void {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exit(exitCodeOf(err));
}

process.on('uncaughtException', fail);
run(process.argv.slice(2)).catch(fail);
