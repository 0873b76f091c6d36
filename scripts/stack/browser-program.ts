import { existsSync } from 'node:fs';
import { StackFault } from './fault';
import {
  type PackageNames,
  findProgram,
  installerFor,
  runInstaller,
  thisMachine,
} from './system-packages';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const PACKAGES: PackageNames = {
  'apt-get': 'chromium',
  dnf: 'chromium',
  apk: 'chromium',
  pacman: 'chromium',
  zypper: 'chromium',
  brew: 'chromium',
};

/** A Chromium for the tests in a real browser, installed now if it must and can be. */
export function provideChromium(env: NodeJS.ProcessEnv, say: (line: string) => void): string {
  const found = findChromium(env);
  if (found !== undefined) return found;
  const installer = installerFor(PACKAGES, thisMachine(env));
  const missing = `The tests in a real browser need Chromium. Install it${installer ? ` with: ${installer.typed}` : ''}, or name one with CHROMIUM_PATH`;
  if (!installer?.needsNoQuestions) throw new StackFault(missing);
  say(`Chromium is missing: installing it with ${installer.typed}`);
  const installed = runInstaller(installer) ? findChromium(env) : undefined;
  if (installed === undefined) throw new StackFault(missing);
  return installed;
}

function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new StackFault(`CHROMIUM_PATH names no program: ${named}`);
  }
  return (
    PROGRAMS.map((name) => findProgram(name, env.PATH)).find((path) => path !== undefined) ??
    (existsSync(MAC_CHROME) ? MAC_CHROME : undefined)
  );
}
