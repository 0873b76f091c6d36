import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A way to install a program of the operating system's. */
export interface Installer {
  /** Commands to run one after the other. */
  commands: readonly (readonly string[])[];
  /** The same for a person to type. */
  typed: string;
  /** True if they ask nothing: we may install right now. */
  needsNoQuestions: boolean;
}

/** What decides how to install; handed in so that tests can be any machine. */
export interface Machine {
  isRoot: boolean;
  has: (program: string) => boolean;
  hasPasswordlessSudo: () => boolean;
}

export const thisMachine = (env: NodeJS.ProcessEnv): Machine => ({
  isRoot: process.getuid?.() === 0,
  has: (program) => findProgram(program, env.PATH) !== undefined,
  hasPasswordlessSudo: () => spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0,
});

/** The package's name with each manager. */
export type PackageNames = Readonly<Record<Manager, string>>;
type Manager = (typeof MANAGERS)[number];

const MANAGERS = ['apt-get', 'dnf', 'apk', 'pacman', 'zypper', 'brew'] as const;

const INSTALL: Readonly<Record<Manager, readonly (readonly string[])[]>> = {
  'apt-get': [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'],
  ],
  dnf: [['dnf', 'install', '-y', '-q']],
  apk: [['apk', 'add', '--no-cache', '-q']],
  pacman: [['pacman', '-S', '--noconfirm', '--needed']],
  zypper: [['zypper', '--non-interactive', 'install']],
  brew: [['brew', 'install', '--quiet']],
};

/** How this machine installs a package; undefined where it has no package manager we know. */
export function installerFor(packages: PackageNames, machine: Machine): Installer | undefined {
  const manager = MANAGERS.find((name) => machine.has(name));
  if (!manager) return undefined;
  const prefix = manager === 'brew' || machine.isRoot ? [] : ['sudo'];
  const steps = INSTALL[manager];
  const withPackage = steps.map((step, index) =>
    index === steps.length - 1 ? [...step, packages[manager]] : step,
  );
  const needsNoQuestions =
    prefix.length === 0 || (machine.has('sudo') && machine.hasPasswordlessSudo());
  const silent = prefix.length === 0 ? [] : ['sudo', '-n'];
  return {
    commands: withPackage.map((step) => [...silent, ...step]),
    typed: [...prefix, ...(withPackage.at(-1) ?? [])].filter((word) => word !== '-qq').join(' '),
    needsNoQuestions,
  };
}

/** Runs the installer; a failed first step (a package list that cannot be refreshed) is not the end. */
export function runInstaller({ commands }: Installer): boolean {
  const results = commands.map(
    ([program = '', ...args]) =>
      spawnSync(program, args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status,
  );
  return results.at(-1) === 0;
}

/** The path of a program on the search path. */
export function findProgram(name: string, searchPath: string | undefined): string | undefined {
  return (searchPath ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
