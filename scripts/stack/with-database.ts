import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '@spyhop/prisma/migrate';
import { NEEDED_TO_START_MIB, requireSpace } from './disk';
import { type StackConfig, portsOf, readStackConfig } from './config';
import { LogFile } from './log-file';
import { requirePorts } from './ports';
import { embeddedDatabaseUrl, postgresUnit } from './postgres-unit';
import { isRunning, lockRun } from './run-lock';
import { loadSecrets } from './secrets';

/** Does something with the stack's database: the user's own, the running stack's, or one started for it. */
export async function withDatabase(
  env: NodeJS.ProcessEnv,
  readers: Parameters<typeof readStackConfig>[1],
  say: (line: string) => void,
  work: (databaseUrl: string) => Promise<void>,
): Promise<void> {
  const config = readStackConfig(env, readers);
  if (config.databaseUrl) return work(config.databaseUrl);
  await mkdir(config.dataDir, { recursive: true });
  const port = portsOf(config).get('PostgreSQL') ?? 0;
  const url = embeddedDatabaseUrl(port, await loadSecrets(config.dataDir));
  if (await isRunning(config.dataDir)) {
    say(`database: of the stack that runs on port ${config.port}`);
    return work(url);
  }
  say(
    `database: no stack runs on port ${config.port}, so that in ${config.dataDir} is started for this`,
  );
  await withEmbedded(config, port, say, async () => {
    // Nobody may have started the stack yet, or not since it has other tables.
    await migrate(url);
    await work(url);
  });
}

async function withEmbedded(
  { dataDir }: StackConfig,
  port: number,
  say: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  await requireSpace(dataDir, NEEDED_TO_START_MIB);
  const lock = await lockRun(dataDir);
  const log = new LogFile(join(dataDir, 'logs', 'postgres.log'));
  try {
    await requirePorts(new Map([['PostgreSQL', port]]), 0);
    const secrets = await loadSecrets(dataDir);
    const onLine = (line: string): void => log.write(line);
    const postgres = await postgresUnit({ dataDir, port, secrets, onLine, say }).start();
    await work().finally(() => postgres.stop());
  } finally {
    log.close();
    await lock.release();
  }
}
