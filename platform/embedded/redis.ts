import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type EmbeddedServer, startGuarded } from './guarded';

export interface RedisOptions {
  /** The server program, as found by `findRedisProgram`. */
  program: string;
  dataDir: string;
  port: number;
  password: string;
  /** True keeps every write (append-only file); false keeps nothing: tests only. */
  durable: boolean;
  onLine?: (line: string) => void;
}

const PROGRAMS = ['redis-server', 'valkey-server'] as const;

/** The first Redis (or Valkey) server on the search path. */
export function findRedisProgram(searchPath: string | undefined): string | undefined {
  const folders = (searchPath ?? '').split(delimiter).filter(Boolean);
  return PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a Redis server on the loopback, with its password in a file only we can read. */
export async function startRedis(options: RedisOptions): Promise<EmbeddedServer> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const configFile = join(options.dataDir, 'redis.conf');
  await writeFile(configFile, configOf(options), { mode: 0o600 });
  return startGuarded({
    command: [options.program, configFile],
    port: options.port,
    stopSignal: 'TERM',
    readyLine: /Ready to accept connections/i,
    onLine: options.onLine,
  });
}

const configOf = (options: RedisOptions): string =>
  [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `requirepass ${options.password}`,
    `dir "${options.dataDir}"`,
    'save ""',
    `appendonly ${options.durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'daemonize no',
    '',
  ].join('\n');
