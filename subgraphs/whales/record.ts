import type { OnFrame, Recorded } from '@spyhop/platform/frame-file';
import { createLog } from '@spyhop/platform/log';
import { type Output, recordCommand, untilInterrupted } from '@spyhop/platform/record-command';
import type { ExchangePrint } from '@spyhop/platform/topics';
import { type WhaleFeedConfig, readWhaleFeedConfig } from './feeds/config';
import { noMemory } from './feeds/memory';
import { liveOutside } from './feeds/outside';
import { followedOf, recordable } from './feeds/recording/followed';
import { recordedOutside } from './feeds/recording/recorder';
import { livePrints, liveSources } from './feeds/sources';
import { stampsOf } from './feeds/stamps';

const USAGE = `usage: npm run whales:record -- --out FILE [--seconds N]
Records what the configured sources of whales say, with the answers to what they are asked, until
Ctrl-C, or for N seconds. A name that ends in .gz is compressed. WHALE_SOURCE=replay
REPLAY_PATH=FILE plays it.`;

/** Whatever is shown, live sources are recorded; and nothing is handed over to Redis. */
const RECORDING = { WHALE_SOURCE: 'live', REDIS_URL: 'redis://localhost' };

/** Runs the record command until the signal aborts; rejects with a message for people. */
export function recordWhales(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: Output,
  signal: AbortSignal,
): Promise<Recorded> {
  return recordCommand(
    {
      ...{ args, usage: USAGE, output },
      prepare: () => {
        const config = recordable(readWhaleFeedConfig({ ...env, ...RECORDING }));
        return (onFrame, ending) => listen(config, onFrame, ending);
      },
    },
    signal,
  );
}

const nothing = (): void => undefined;

/** Only what is said counts, not what it tells of; but whoever sees a whale has to follow it up. */
const IGNORING = {
  ...{ connected: nothing, disconnected: nothing },
  seen: async () => true,
};

/** Follows what is configured as a live feed does, from nothing remembered on. */
async function listen(
  config: WhaleFeedConfig,
  onFrame: OnFrame,
  signal: AbortSignal,
): Promise<void> {
  const prices = new Map<string, string>();
  const outside = recordedOutside(liveOutside, followedOf(config), onFrame);
  const parts = {
    // Of what has no price yet, what is configured counts as large.
    priceAt: (symbol: string) => prices.get(symbol) ?? null,
    ...{ outside, log: createLog({ name: 'record', level: 'warn', pretty: true }) },
    stamp: stampsOf(liveOutside.clock),
    ...{ blocksOf: () => noMemory, watched: noMemory, reached: noMemory },
  };
  const running = liveSources(config, parts).map((source) => source.run(IGNORING, signal));
  const printed = async ({ symbol, price }: ExchangePrint): Promise<void> =>
    void prices.set(symbol, price);
  await Promise.all([...running, livePrints(config, parts)?.run({ ...IGNORING, printed }, signal)]);
}

if (require.main === module) {
  untilInterrupted((signal) =>
    recordWhales(process.argv.slice(2), process.env, process.stdout, signal),
  );
}
