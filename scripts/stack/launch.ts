import { performance } from 'node:perf_hooks';
import { describeFailure } from '../failures';
import { ConfigError } from '@spyhop/platform/config';
import { StackFault } from './fault';
import { Stack } from './stack';

/** Two signals this close are one Ctrl-C: npm passes on what the terminal sent us already. */
const SAME_SIGNAL_MS = 700;
const PARENT_CHECK_MS = 1_000;
const FORCED = 130;

/** `npm start`: brings the stack up, says where to look, and takes it down when asked to. */
async function main(): Promise<void> {
  const stack = new Stack(process.env, say, startedAt());
  onStopRequest(
    () => stack.requestStop(),
    () => {
      stack.kill();
      process.exit(FORCED);
    },
  );
  process.exitCode = await stack.run();
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Epoch ms at which the user's command began. */
const startedAt = (): number => Number(process.env.SPYHOP_STARTED_AT) || performance.timeOrigin;

function onStopRequest(stop: () => void, force: () => void): void {
  let first = 0;
  const request = (): void => {
    if (first === 0) {
      first = performance.now();
      stop();
    } else if (performance.now() - first > SAME_SIGNAL_MS) force();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  if (process.env.npm_lifecycle_event) stopWithoutParent(stop);
}

/** npm may be killed without a chance to pass it on. */
function stopWithoutParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

// Nobody reads what we say any more: that must not keep us from stopping in order.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

main().catch((err: unknown) => {
  const expected = err instanceof StackFault || err instanceof ConfigError;
  process.stderr.write(`spyhop: ${expected ? err.message : describeFailure(err)}\n`);
  process.exit(1);
});
