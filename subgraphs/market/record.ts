import type { Recorded } from '@spyhop/platform/frame-file';
import { createLog } from '@spyhop/platform/log';
import { type Output, recordCommand, untilInterrupted } from '@spyhop/platform/record-command';
import { BinanceSource } from './feeds/binance/client';
import { readExchangeConfig } from './feeds/config';
import type { Sink } from './feeds/source';

const USAGE = `usage: npm run record -- --out FILE [--seconds N]
Records the exchange's live frames of the tracked assets (MARKET_SYMBOLS) until Ctrl-C, or for N
seconds. A name that ends in .gz is compressed. MARKET_SOURCE=replay REPLAY_PATH=FILE plays it.`;

const nothing = (): void => undefined;

/** Only the frames count, not what they say. */
const IGNORING: Sink = {
  trade: nothing,
  minute: nothing,
  dayStats: nothing,
  backfill: async () => undefined,
  disconnected: nothing,
  connected: nothing,
  ended: nothing,
};

/** Runs the record command until the signal aborts; rejects with a message for people. */
export function recordMarket(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: Output,
  signal: AbortSignal,
): Promise<Recorded> {
  return recordCommand(
    {
      ...{ args, usage: USAGE, output },
      prepare: () => {
        const { assets, binance } = readExchangeConfig(env);
        return (onFrame, ending) => {
          const source = new BinanceSource({
            ...binance,
            assets,
            // History is no frame.
            history: [],
            log: createLog({ name: 'record', level: 'warn', pretty: true }),
            random: Math.random,
            onFrame,
          });
          return source.run(IGNORING, ending);
        };
      },
    },
    signal,
  );
}

if (require.main === module) {
  untilInterrupted((signal) =>
    recordMarket(process.argv.slice(2), process.env, process.stdout, signal),
  );
}
