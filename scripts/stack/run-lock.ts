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
  const file = join(dataDir, 'launcher.pid');
  const previous = Number(await readFile(file, 'utf8').catch(() => ''));
  if (previous && previous !== process.pid && isLauncher(previous)) {
    throw new StackFault(
      `a stack is running on ${dataDir} already (process ${previous}): stop it, or set PORT to start another`,
    );
  }
  await writeFile(file, String(process.pid));
  return { afterCrash: Boolean(previous), release: () => rm(file, { force: true }) };
}

/** The number may have been given to another program since. */
function isLauncher(pid: number): boolean {
  try {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return /start\.mjs|launch\.js/.test(command);
  } catch {
    return false;
  }
}
