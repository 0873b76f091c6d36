import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { type Gzip, constants, createGzip } from 'node:zlib';

/** Takes a frame and when it was received, epoch ms. */
export type OnFrame = (receivedAt: number, text: string) => void;

export interface Recorded {
  frames: number;
  /** Size of the text before compression. */
  bytes: number;
}

export interface RecordParts {
  /** Listens until the signal aborts, and hands over what it hears. */
  listen: (onFrame: OnFrame, signal: AbortSignal) => Promise<void>;
  /** The file to write; it must not exist. Compressed where its name ends in .gz. */
  path: string;
  onProgress: (recorded: Recorded) => void;
}

/** What was written so long ago survives even a crash, in ms. */
const FLUSH_EVERY_MS = 1_000;
/** More than that waits only for a disk that has stopped taking anything, in bytes. */
const MOST_WAITING = 256 * 1024 * 1024;
const NS_PER_MS = 1_000_000n;

/** A line may begin with a time in s (and a fraction), ms, µs or ns, and perhaps a colon. */
const STAMP = /^(\d{10}|\d{13}|\d{16}|\d{19})(\.\d+)?:? (?=[[{])/;
const MS_DIGITS = 13;

/** Splits a recorded line into the time of its receipt, epoch ms with a fraction, and its frame; null where it is none. */
export function splitStamp(line: string): { at: number; text: string } | null {
  const found = STAMP.exec(line);
  if (found === null) return null;
  const [prefix, digits = '', fraction = ''] = found;
  const all = (digits + fraction.slice(1)).padEnd(MS_DIGITS, '0');
  // Read in ms from the beginning: a number of ns is too large to be exact.
  const at = Number(`${all.slice(0, MS_DIGITS)}.${all.slice(MS_DIGITS)}`);
  return { at, text: line.slice(prefix.length) };
}

/** Records frames until the signal aborts or nobody listens any more; what was received by then is on disk. */
export async function recordFrames(parts: RecordParts, signal: AbortSignal): Promise<Recorded> {
  const file = await openNew(parts.path);
  const recording = new FrameFile(file, /\.gz$/i.test(parts.path));
  const ending = AbortSignal.any([signal, recording.failed]);
  const timer = setInterval(() => {
    recording.flush();
    parts.onProgress(recording.recorded);
  }, FLUSH_EVERY_MS);
  try {
    await parts.listen((receivedAt, text) => recording.write(receivedAt, text), ending);
  } finally {
    clearInterval(timer);
    await recording.close();
  }
  return recording.recorded;
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (err) {
    const exists = (err as NodeJS.ErrnoException).code === 'EEXIST';
    throw exists ? new Error(`${path} exists already: name another file`) : err;
  }
}

/** A file of `<ns> <frame>` lines, which is what a replay reads. */
class FrameFile {
  readonly recorded: Recorded = { frames: 0, bytes: 0 };
  private readonly gzip: Gzip | null;
  private readonly input: Writable;
  private readonly failure = new AbortController();
  private readonly written: Promise<void>;

  constructor(file: FileHandle, isPacked: boolean) {
    const output = file.createWriteStream();
    this.gzip = isPacked ? createGzip() : null;
    this.input = this.gzip ?? output;
    this.written = this.gzip === null ? finished(output) : pipeline(this.gzip, output);
    this.written.catch((err: unknown) => this.failure.abort(err));
  }

  /** Aborts when the file cannot be written. */
  get failed(): AbortSignal {
    return this.failure.signal;
  }

  write(receivedAt: number, text: string): void {
    if (this.input.destroyed) return;
    const line = `${BigInt(receivedAt) * NS_PER_MS} ${text}\n`;
    this.recorded.frames += 1;
    this.recorded.bytes += Buffer.byteLength(line);
    this.input.write(line);
    if (this.input.writableLength > MOST_WAITING) {
      this.input.destroy(new Error('the disk does not keep up with the frames'));
    }
  }

  flush(): void {
    if (this.gzip?.destroyed === false) this.gzip.flush(constants.Z_SYNC_FLUSH);
  }

  /** Rejects with what went wrong with the file, if anything did. */
  async close(): Promise<void> {
    if (!this.input.destroyed) this.input.end();
    await this.written;
  }
}
