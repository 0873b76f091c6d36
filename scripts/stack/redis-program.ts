import { findRedisProgram } from '@spyhop/platform/embedded/redis';
import { StackFault } from './fault';
import {
  type Installer,
  type Machine,
  type PackageNames,
  installerFor,
  runInstaller,
  thisMachine,
} from './system-packages';

const PACKAGES: PackageNames = {
  'apt-get': 'redis-server',
  dnf: 'valkey',
  apk: 'redis',
  pacman: 'valkey',
  zypper: 'redis',
  brew: 'redis',
};

/** Where Redis will come from when REDIS_URL does not say. */
export type RedisOrigin =
  | { kind: 'program'; path: string }
  | { kind: 'install'; installer: Installer }
  | { kind: 'ask'; message: string };

/** A server on the search path, else one that can be installed unasked, else what to tell the user. */
export function originOfRedis(searchPath: string | undefined, machine: Machine): RedisOrigin {
  const path = findRedisProgram(searchPath);
  if (path !== undefined) return { kind: 'program', path };
  const installer = installerFor(PACKAGES, machine);
  if (installer?.needsNoQuestions) return { kind: 'install', installer };
  return { kind: 'ask', message: howToGetRedis(installer) };
}

const howToGetRedis = (installer: Installer | undefined): string =>
  installer
    ? `Redis is missing. Install it with: ${installer.typed} (or set REDIS_URL to a server of yours)`
    : 'Redis is missing, and so is a package manager known here: install redis-server or valkey-server, or set REDIS_URL to a server of yours';

/** The Redis server program, installed now if it must and can be. */
export function provideRedis(env: NodeJS.ProcessEnv, say: (line: string) => void): string {
  const origin = originOfRedis(env.PATH, thisMachine(env));
  if (origin.kind === 'program') return origin.path;
  if (origin.kind === 'ask') throw new StackFault(origin.message);
  say(`Redis is missing: installing it with ${origin.installer.typed}`);
  const installed = runInstaller(origin.installer) ? findRedisProgram(env.PATH) : undefined;
  if (installed !== undefined) return installed;
  throw new StackFault(howToGetRedis(origin.installer));
}
