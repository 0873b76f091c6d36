import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StackFault } from './fault';

export interface RunLock {
  /** True if the last run on this data did not end in order: its processes may still be ending. */
  readonly afterCrash: boolean;
  release(): Promise<void>;
}

/** One launcher at a time per data folder. */
export async function lockRun(dataDir: string): Promise<RunLock> {
  const file = lockFile(dataDir);
  const previous = await holderOf(dataDir);
  if (await isRunning(dataDir)) {
    throw new StackFault(
      `a stack is running on ${dataDir} already (process ${previous}): stop it, or set PORT to start another`,
    );
  }
  await writeFile(file, String(process.pid));
  return { afterCrash: previous !== 0, release: () => rm(file, { force: true }) };
}

/** True while another process of ours works on the data folder. */
export async function isRunning(dataDir: string): Promise<boolean> {
  const pid = await holderOf(dataDir);
  return pid !== 0 && pid !== process.pid && isOurs(pid);
}

const lockFile = (dataDir: string): string => join(dataDir, 'launcher.pid');

/** The process that holds or held the folder; 0 for none. */
const holderOf = async (dataDir: string): Promise<number> =>
  Number(await readFile(lockFile(dataDir), 'utf8').catch(() => '')) || 0;

/** The number may have been given to another program since. */
function isOurs(pid: number): boolean {
  try {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return /start\.mjs|launch\.js|scripts\/dist\/import\.js/.test(command);
  } catch {
    return false;
  }
}
