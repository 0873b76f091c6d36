import { parseArgs } from 'node:util';
import { createLog } from '@spyhop/platform/log';
import { BinanceSource } from './feeds/binance/client';
import { systemTimers } from './feeds/timers';
import { readExchangeConfig } from './feeds/config';
import { type Recorded, recordFrames } from './jobs/record';

const USAGE = `usage: npm run record -- --out FILE [--seconds N]
Records the exchange's live frames of the tracked assets (MARKET_SYMBOLS) until Ctrl-C, or for N
seconds. A name that ends in .gz is compressed. MARKET_SOURCE=replay REPLAY_PATH=FILE plays it.`;

/** Where the command writes. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Runs the record command until the signal aborts; rejects with a message for people. */
export async function recordCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: Output,
  signal: AbortSignal,
): Promise<Recorded> {
  const { path, seconds } = readArguments(args);
  const { assets, binance } = readExchangeConfig(env);
  const ending = new AbortController();
  const cancel =
    seconds === null ? null : systemTimers.after(seconds * 1_000, () => ending.abort());
  const recorded = await recordFrames(
    {
      path,
      source: (onFrame) =>
        new BinanceSource({
          ...binance,
          assets,
          // History is no frame.
          history: [],
          log: createLog({ name: 'record', level: 'warn', pretty: true }),
          random: Math.random,
          onFrame,
        }),
      onProgress: (progress) => {
        if (output.isTTY) output.write(`\r\x1b[K${amountOf(progress)}`);
      },
    },
    AbortSignal.any([signal, ending.signal]),
  ).finally(() => cancel?.());
  output.write(`${output.isTTY ? '\r\x1b[K' : ''}${amountOf(recorded)} in ${path}\n`);
  return recorded;
}

function readArguments(args: readonly string[]): { path: string; seconds: number | null } {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: 'string' }, seconds: { type: 'string' } },
  });
  const seconds = values.seconds === undefined ? null : Number(values.seconds);
  const isWrong = seconds !== null && !(seconds > 0 && Number.isFinite(seconds));
  if (values.out === undefined || isWrong) throw new Error(USAGE);
  return { path: values.out, seconds };
}

const amountOf = ({ frames, bytes }: Recorded): string =>
  `${frames.toLocaleString('en-US')} frames, ${(bytes / 1e6).toFixed(1)} MB`;

async function main(): Promise<void> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await recordCommand(process.argv.slice(2), process.env, process.stdout, ending.signal);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
