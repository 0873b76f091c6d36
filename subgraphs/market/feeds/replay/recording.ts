import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SymbolsByPair } from '../binance/parse';
import { BadBytes } from '../bulk/bytes';
import { isBulkFile } from '../bulk/read';
import { openBulkFile } from './bulk-file';
import { holdsFrames, openFrameFile } from './frame-file';
import { type RecordedFile, RecordingError } from './recorded';

/** Files that are played together. */
export interface Recording {
  /** What it is called, for people. */
  readonly title: string;
  readonly files: readonly RecordedFile[];
  /** When its first message was received, epoch ms. */
  readonly firstAt: number;
  /** True where a file has 1m candles: then they are shown, and not what its trades add up to. */
  readonly hasMinutes: boolean;
  /** Files that are not played, and why. */
  readonly leftOut: readonly string[];
}

/**
 * Looks at what is recorded in a file or in the files of a folder: frames (`<time> <frame>` lines,
 * also .gz) or the exchange's bulk files. Throws RecordingError where nothing can be played.
 */
export async function openRecording(path: string, symbols: SymbolsByPair): Promise<Recording> {
  const files: RecordedFile[] = [];
  const leftOut: string[] = [];
  for (const file of await filesAt(path)) {
    try {
      files.push(await openFile(file, symbols));
    } catch (err) {
      leftOut.push(`${file}: ${reasonOf(err)}`);
    }
  }
  if (files.length === 0) throw nothingPlayable(path, leftOut);
  return {
    title: basename(path),
    files,
    leftOut,
    firstAt: Math.min(...files.map(({ firstAt }) => firstAt)),
    hasMinutes: files.some(({ holds }) => holds.has('minute')),
  };
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new RecordingError(`${path} cannot be replayed: it does not exist`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.endsWith('.CHECKSUM'))
    .sort();
}

async function openFile(path: string, symbols: SymbolsByPair): Promise<RecordedFile> {
  if (!/\.zip$/i.test(path) && (await holdsFrames(path))) {
    const file = await openFrameFile(path, symbols);
    if (file !== null) return file;
    throw new RecordingError('its frames hold no trade or 1m candle of a tracked asset');
  }
  if (isBulkFile(path)) return openBulkFile(path, symbols);
  throw new RecordingError("it holds neither recorded frames nor an exchange's bulk rows");
}

function reasonOf(err: unknown): string {
  if (err instanceof RecordingError || err instanceof BadBytes) return err.message;
  throw err;
}

const MOST_REASONS = 3;

function nothingPlayable(path: string, leftOut: readonly string[]): RecordingError {
  const reasons = leftOut.slice(0, MOST_REASONS).join('; ') || 'the folder is empty';
  const more = leftOut.length > MOST_REASONS ? ` (and ${leftOut.length - MOST_REASONS} more)` : '';
  return new RecordingError(`${path} has nothing to replay: ${reasons}${more}`);
}
