import type { FeedMessage } from '../binance/parse';

/** What a recording can play: the rest of an exchange's messages is not shown. */
export type PlayableMessage = Extract<FeedMessage, { kind: 'trade' | 'minute' | 'dayStats' }>;

/** One message of a recording. */
export interface Recorded {
  /** When it was received, epoch ms with a fraction; in bulk files the time of the event itself. */
  at: number;
  message: PlayableMessage;
  /** The kind of trade stream a trade is from: a market recorded in two kinds is played from one. */
  isAggregate: boolean;
}

/** Takes what is wrong in a file; lines are numbered from 1. */
export type OnFault = (line: number, fault: string) => void;

/** A file that can be played. */
export interface RecordedFile {
  readonly path: string;
  /** When its first message was received, epoch ms. */
  readonly firstAt: number;
  /** What it holds of the tracked assets. */
  readonly holds: ReadonlySet<PlayableMessage['kind']>;
  /** Its messages in order. A fault costs its line, or the rest of a damaged file. */
  read(onFault: OnFault): AsyncGenerator<Recorded>;
}

/** A recording that cannot be played; one line for people. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
