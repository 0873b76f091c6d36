import type { Log } from '@spyhop/platform/log';
import { BulkFileError } from '../bulk/file';
import { type OpenedFile, filesAt, openBulkFiles } from '../bulk/open';
import { type Recording, openRecording } from '../recording/read';

/** What is to be replayed: transactions that are listed, and recordings of what sources have heard. */
export interface Replayed {
  files: readonly OpenedFile[];
  recordings: readonly Recording[];
}

/** Throws BulkFileError where there is nothing to replay. */
export async function openReplayed(path: string, log: Log): Promise<Replayed> {
  const recordings: Recording[] = [];
  for (const file of await filesAt(path)) {
    const recording = await openRecording(file);
    if (recording !== null) recordings.push(recording);
  }
  const isOther = new Set(recordings.map((recording) => recording.path));
  const { files, skipped } = await openBulkFiles([path], isOther).catch((err: unknown) => {
    if (recordings.length === 0 || !(err instanceof BulkFileError)) throw err;
    return { files: [], skipped: [] };
  });
  for (const file of skipped) log.info({ file }, 'not replayed');
  return { files, recordings: recordings.sort((a, b) => a.firstAt - b.firstAt) };
}
