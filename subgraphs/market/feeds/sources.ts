import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { FeedMetrics } from '../jobs/feed-metrics';
import type { Instrument } from '../rules/instrument';
import type { LastPrice } from '../store/live-market';
import { BinanceSource } from './binance/client';
import { systemTimers } from './timers';
import type { Choice } from './choose-source';
import type { FeedConfig } from './config';
import { RecordingError } from './replay/recorded';
import { type Recording, openRecording } from './replay/recording';
import { createReplaySource } from './replay/replay-source';
import { createSimulatedSource } from './simulated/simulated-source';

export interface SourceParts {
  config: FeedConfig;
  /** What a replay plays; null where none was chosen. */
  recording: Recording | null;
  /** Where an earlier run has left a symbol's price; asked when a simulation starts. */
  priceLeft: (symbol: string) => LastPrice | null;
  /** Until when a simulation has to make up a symbol's past, epoch ms; asked when it starts. */
  pastUntil: (symbol: string) => number | null;
  onInstruments: (instruments: readonly Instrument[]) => void;
  log: Log;
  metrics: Pick<FeedMetrics, 'source'>;
}

/** One attempt of `auto` to reach the exchange, in ms, before it pauses. */
const START_WITHIN_MS = 10_000;

/** Opens what is to be replayed, if that was chosen; rejects with a ConfigError where nothing can be played. */
export async function chosenRecording(config: FeedConfig): Promise<Recording | null> {
  const { source, replay, assets } = config;
  if (source !== 'replay') return null;
  const symbols = new Map(assets.map(({ pair, symbol }) => [pair, symbol]));
  return openRecording(replay.path, symbols).catch((err: unknown) => {
    throw err instanceof RecordingError ? new ConfigError([`REPLAY_PATH: ${err.message}`]) : err;
  });
}

/** The sources there are; add a new one here. */
export function createSources(parts: SourceParts): Choice['sources'] {
  const { config, recording, log, metrics } = parts;
  const { assets, binance, simulation, replay } = config;
  return {
    live: () =>
      new BinanceSource({
        ...binance,
        assets,
        log,
        random: Math.random,
        count: (event) => metrics.source.inc({ event }),
        startWithinMs: config.source === 'auto' ? START_WITHIN_MS : null,
        onInstruments: parts.onInstruments,
      }),
    simulated: () =>
      createSimulatedSource({
        assets,
        seed: simulation.seed,
        timers: systemTimers,
        resumeFrom: parts.priceLeft,
        pastUntil: parts.pastUntil,
      }),
    replay: () => {
      if (recording === null) throw new Error('a replay needs a recording');
      return createReplaySource({ ...replay, recording, timers: systemTimers, log });
    },
  };
}
