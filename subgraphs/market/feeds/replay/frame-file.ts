import { splitStamp } from '@spyhop/platform/frame-file';
import { type FeedMessage, type SymbolsByPair, readFrame } from '../binance/parse';
import { BadBytes, unpackedBytes } from '../bulk/bytes';
import { lines } from '../bulk/rows';
import type { OnFault, PlayableMessage, Recorded, RecordedFile } from './recorded';

/** How much of a file is looked at to know what it holds. */
const LOOK_AHEAD_MS = 60_000;
const LOOK_AHEAD_LINES = 20_000;

const IGNORE_BYTES = (): void => undefined;

/** Most frames of a recording may be of the order book; reading them only to ignore them is slow. */
const OF_THE_BOOK = /^\{"stream":"[^"]*@(depth|bookTicker)/;

/** Whether one of a file's first lines is a recorded frame; some recorders write a header. */
export async function holdsFrames(path: string): Promise<boolean> {
  let number = 0;
  for await (const line of lines(unpackedBytes(path, IGNORE_BYTES))) {
    number += 1;
    if (splitStamp(line) !== null) return true;
    if (number === 3) break;
  }
  return false;
}

/** Opens a file of recorded frames; null where its beginning holds nothing of the tracked assets. */
export async function openFrameFile(
  path: string,
  symbols: SymbolsByPair,
): Promise<RecordedFile | null> {
  const holds = new Set<PlayableMessage['kind']>();
  let firstAt: number | null = null;
  let seen = 0;
  for await (const { at, text } of stampedLines(path, () => undefined)) {
    firstAt ??= at;
    const message = readFrame(text, symbols);
    if (isPlayable(message)) holds.add(message.kind);
    seen += 1;
    if (holds.has('minute') || at - firstAt > LOOK_AHEAD_MS || seen > LOOK_AHEAD_LINES) break;
  }
  if (firstAt === null || holds.size === 0) return null;
  return { path, firstAt, holds, read: (onFault) => readFrames(path, symbols, onFault) };
}

async function* readFrames(
  path: string,
  symbols: SymbolsByPair,
  onFault: OnFault,
): AsyncGenerator<Recorded> {
  for await (const { at, text, number } of stampedLines(path, onFault)) {
    const message = readFrame(text, symbols);
    if (message.kind === 'malformed') onFault(number, message.fault);
    if (isPlayable(message)) yield { at, message, isAggregate: text.includes('"e":"aggTrade"') };
  }
}

interface StampedLine {
  at: number;
  text: string;
  number: number;
}

async function* stampedLines(path: string, onFault: OnFault): AsyncGenerator<StampedLine> {
  let number = 0;
  try {
    for await (const line of lines(unpackedBytes(path, IGNORE_BYTES))) {
      number += 1;
      const stamped = splitStamp(line);
      if (stamped === null) {
        if (number > 1 && line !== '') onFault(number, 'it does not begin with a time and a frame');
      } else if (!OF_THE_BOOK.test(stamped.text)) yield { ...stamped, number };
    }
  } catch (err) {
    if (!(err instanceof BadBytes)) throw err;
    onFault(number + 1, `${err.message}; the rest of this file is lost`);
  }
}

const isPlayable = (message: FeedMessage): message is PlayableMessage =>
  message.kind === 'trade' ||
  message.kind === 'minute' ||
  (message.kind === 'dayStats' && message.stats.length > 0);
