import { statfs } from 'node:fs/promises';
import { StackFault } from './fault';

const MIB = 1024 * 1024;
/** Room that a first start needs: PostgreSQL's data is about 100 MB. */
export const NEEDED_TO_START_MIB = 256;
/** Below this the stack stops in order, while everything can still be written down. */
const NEEDED_TO_RUN_MIB = 48;
const CHECK_MS = 5_000;

type FreeSpace = (folder: string) => Promise<number>;

/** Bytes an unprivileged program may still write. */
const freeSpace: FreeSpace = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Fails with one clear line where the disk has no room. */
export async function requireSpace(
  folder: string,
  neededMib: number,
  measure: FreeSpace = freeSpace,
): Promise<void> {
  const freeMib = Math.floor((await measure(folder)) / MIB);
  if (freeMib >= neededMib) return;
  throw new StackFault(
    `disk full: ${folder} has ${freeMib} MiB left and needs ${neededMib}: free some space, or set DATA_DIR to another disk`,
  );
}

/** Watches the disk; calls back once when it is as good as full. Returns what ends the watch. */
export function watchSpace(
  folder: string,
  onFull: (fault: StackFault) => void,
  measure: FreeSpace = freeSpace,
): () => void {
  const timer = setInterval(() => {
    requireSpace(folder, NEEDED_TO_RUN_MIB, measure).catch((err: unknown) => {
      if (!(err instanceof StackFault)) return;
      clearInterval(timer);
      onFull(err);
    });
  }, CHECK_MS);
  return () => clearInterval(timer);
}
