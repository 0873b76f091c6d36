import { type Clock, systemClock } from '@spyhop/platform/clock';
import { type Dispatcher, request } from 'undici';
import { WebSocket } from 'ws';
import { pause } from './pause';

export type Cancel = () => void;

/** What of a WebSocket of `ws` a source uses. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  ping(): void;
  close(): void;
  terminate(): void;
  on(event: 'open' | 'pong' | 'close' | 'error', listener: () => void): unknown;
  on(event: 'message', listener: (data: { toString(): string }) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface ConnectOptions {
  largestFrameBytes: number;
  /** Whether frames may come compressed; they may unless it says otherwise. */
  isDeflated?: boolean;
}

export interface Question {
  /** e.g. https://mempool.space */
  host: string;
  /** What is asked, from the slash on. */
  path: string;
  dispatcher: Dispatcher;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  text: string;
}

/** Time as a source sees it. */
export interface Timers {
  readonly clock: Clock;
  /** Resolves after `ms`, or as soon as the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  after(ms: number, run: () => void): Cancel;
  every(ms: number, run: () => void): Cancel;
}

/**
 * All that a source knows of the world, so that a recording can stand in for it. Connections and questions go by the
 * name of the source, never by an address, which may have a key in it.
 */
export interface Outside extends Timers {
  connect(source: string, url: string, options: ConnectOptions): Socket;
  /** Asks once; rejects where there is no answer. */
  get(source: string, question: Question): Promise<Answer>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The world as it is. */
export const liveOutside: Outside = {
  clock: systemClock,
  pause,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  connect: (_, url, { largestFrameBytes, isDeflated = true }) =>
    new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: largestFrameBytes,
      perMessageDeflate: isDeflated,
    }),
  get: async (_, { host, path, dispatcher, signal }) => {
    const { statusCode, body } = await request(`${host}${path}`, { dispatcher, signal });
    return { status: statusCode, text: await body.text() };
  },
};
