import { parseArgs } from 'node:util';
import { type RecordParts, type Recorded, recordFrames } from './frame-file';

/** Where a command writes. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

export interface RecordCommand {
  args: readonly string[];
  /** Said where the arguments are none: `--out FILE [--seconds N]`. */
  usage: string;
  output: Output;
  /** Called once the arguments are known to be right, before there is a file; may throw. */
  prepare: () => RecordParts['listen'];
}

/** Records into a file until the signal aborts or the time is over; rejects with a message for people. */
export async function recordCommand(
  { args, usage, output, prepare }: RecordCommand,
  signal: AbortSignal,
): Promise<Recorded> {
  const { path, seconds } = readArguments(args, usage);
  const listen = prepare();
  const ending = new AbortController();
  const timer =
    seconds === null ? undefined : setTimeout(() => ending.abort(), Math.ceil(seconds * 1_000));
  const onProgress = (progress: Recorded): void => {
    if (output.isTTY) output.write(`\r\x1b[K${amountOf(progress)}`);
  };
  const recorded = await recordFrames(
    { path, listen, onProgress },
    AbortSignal.any([signal, ending.signal]),
  ).finally(() => clearTimeout(timer));
  output.write(`${output.isTTY ? '\r\x1b[K' : ''}${amountOf(recorded)} in ${path}\n`);
  return recorded;
}

/** Runs a command of the shell until Ctrl-C. */
export function untilInterrupted(command: (signal: AbortSignal) => Promise<unknown>): void {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  command(ending.signal).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

function readArguments(
  args: readonly string[],
  usage: string,
): { path: string; seconds: number | null } {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: 'string' }, seconds: { type: 'string' } },
  });
  const seconds = values.seconds === undefined ? null : Number(values.seconds);
  const isWrong = seconds !== null && !(seconds > 0 && Number.isFinite(seconds));
  if (values.out === undefined || isWrong) throw new Error(usage);
  return { path: values.out, seconds };
}

const amountOf = ({ frames, bytes }: Recorded): string =>
  `${frames.toLocaleString('en-US')} frames, ${(bytes / 1e6).toFixed(1)} MB`;
