import { pino } from 'pino';
import { BinanceSource } from '../feeds/binance/client';
import type { FeedCount } from '../feeds/binance/counts';
import type { BinanceOptions } from '../feeds/binance/settings';
import { BinanceExchange, type Connection, type ExchangeLimits } from './binance-exchange';
import { RecordingSink } from './recording-sink';
import { TestTimers } from './test-timers';
import { until } from './until';

interface LogLine {
  msg: string;
  [field: string]: unknown;
}

/** A live source on a made-up exchange, both on one clock that the test moves. */
export interface Rig {
  exchange: BinanceExchange;
  timers: TestTimers;
  sink: RecordingSink;
  logs: LogLine[];
  counts: FeedCount[];
  /** Texts of the frames handed to `onFrame`. */
  frames: string[];
  running: Promise<void>;
  /** Everything is subscribed; returns the newest connection. */
  subscribed(connections?: number): Promise<Connection>;
  /** Moves time in small steps, with a pause for the network in between, until something holds. */
  advanceUntil(what: string, holds: () => boolean, stepMs?: number): Promise<void>;
  countOf(what: FeedCount): number;
  stop(): Promise<void>;
}

export interface RigOptions {
  pairs?: readonly string[];
  limits?: Partial<ExchangeLimits>;
  source?: Partial<BinanceOptions>;
  /** Called before the source starts. */
  prepare?: (exchange: BinanceExchange) => void;
  hosts?: (exchange: BinanceExchange) => Pick<BinanceOptions, 'streamHosts' | 'restHosts'>;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const timers = new TestTimers();
  const exchange = await BinanceExchange.open({ timers, limits: options.limits });
  const pairs = options.pairs ?? ['BTCUSDT', 'ETHUSDT'];
  pairs.forEach((pair) => exchange.list(pair, '100'));
  options.prepare?.(exchange);
  const sink = new RecordingSink();
  const logs: LogLine[] = [];
  const counts: FeedCount[] = [];
  const frames: string[] = [];
  const source = new BinanceSource({
    assets: pairs.map((pair) => ({
      symbol: pair.replace(/USDT$/, ''),
      pair,
      coingeckoId: null,
    })),
    log: pino({ level: 'debug' }, { write: (line) => void logs.push(JSON.parse(line) as LogLine) }),
    random: () => 0.5,
    timers,
    streamHosts: [exchange.streamHost],
    restHosts: [exchange.restHost],
    history: [],
    count: (what) => counts.push(what),
    onFrame: (_, text) => frames.push(text),
    ...options.hosts?.(exchange),
    ...options.source,
  });
  const end = new AbortController();
  const running = source.run(sink, end.signal);
  running.catch(() => undefined);
  const advanceUntil: Rig['advanceUntil'] = async (what, holds, stepMs = 100) => {
    await until(what, () => {
      if (!holds()) timers.advance(stepMs);
      return holds();
    });
  };
  return {
    exchange,
    timers,
    sink,
    logs,
    counts,
    frames,
    running,
    advanceUntil,
    async subscribed(connections = 1) {
      await advanceUntil('the source is subscribed', () => sink.states.at(-1) === 'connected', 10);
      await until('the connections are open', () => exchange.openConnections.length >= connections);
      return exchange.connections.at(-1) as Connection;
    },
    countOf: (what) => counts.filter((count) => count === what).length,
    async stop() {
      end.abort();
      await running.catch(() => undefined);
      await exchange.close();
    },
  };
}
