// Runs on whatever Node the machine has, before anything is installed: Node's own modules only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const BIN = join(ROOT, 'node_modules', '.bin');
export const PINNED_NODE = join(BIN, 'node');

const OLDEST_NODE = 18;
const STAMPS = join(ROOT, 'node_modules', '.cache', 'spyhop');
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'generated', 'tests', 'samples', '.vite']);

/** A fault that a person can act on: shown without a stack. */
export class Fault extends Error {}

/** Runs a command of these scripts; a fault ends it with one clear line and exit code 1. */
export function command(work) {
  work().catch((err) => {
    console.error(err instanceof Fault ? `spyhop: ${err.message}` : err);
    process.exitCode = 1;
  });
}

/** What every command needs first: packages as the lock file names them. */
export function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new Fault(
      `Node ${process.version} is too old to install: use Node ${OLDEST_NODE} or newer.`,
    );
  }
  const hash = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(PINNED_NODE) && readStamp('install') === hash) return;
  install();
  writeStamp('install', hash);
}

function install() {
  const fresh = !existsSync(join(ROOT, 'node_modules', '.package-lock.json'));
  // `npm ci` empties node_modules first, which only a fresh clone can afford without a word.
  const args = fresh ? ['ci'] : ['install', '--no-save'];
  const reason = fresh ? 'this is a fresh clone' : 'package-lock.json has changed';
  const note = `${reason}; the first time takes a minute or two`;
  const work = () => runNpm([...args, '--no-audit', '--no-fund', '--loglevel=error']);
  const run = () => step(`install: npm ${args.join(' ')}`, work, note);
  try {
    run();
  } catch {
    console.log('install: failed; trying once more, in case the registry had a bad moment');
    try {
      run();
    } catch {
      throw new Fault(
        `npm ${args.join(' ')} failed twice, see above. Check that ${registry()} can be reached, then try again.`,
      );
    }
  }
  if (!existsSync(PINNED_NODE))
    throw new Fault(`The install left no ${relative(ROOT, PINNED_NODE)}.`);
}

const registry = () =>
  spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout?.trim() ||
  'the npm registry';

/** The npm that runs us, if one does, so that its version and settings stay the same. */
export function runNpm(args, cwd = ROOT) {
  const ownNpm = process.env.npm_execpath;
  const [program, ...first] =
    ownNpm && /npm-cli\.c?js$/.test(ownNpm) ? [process.execPath, ownNpm] : ['npm'];
  runChecked(program, [...first, ...args], {}, cwd);
}

function runChecked(program, args, env = {}, cwd = ROOT) {
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: 'inherit',
    env: { ...pinnedEnvironment(), ...env },
  });
  if (error) throw new Fault(`${program} could not be run: ${error.message}`);
  if (status !== 0) throw new Fault(`${[program, ...args].join(' ')} ended with code ${status}`);
}

/** Everything below node_modules/.bin runs on the pinned Node; colours are for terminals. */
export const pinnedEnvironment = () => ({
  ...process.env,
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  PATH: `${BIN}:${process.env.PATH ?? ''}`,
});

/** The build, each step with its inputs and what it must leave behind. */
const BUILD_STEPS = [
  {
    name: 'prisma',
    inputs: ['prisma', 'prisma.config.ts'],
    extensions: ['.prisma', '.config.ts'],
    outputs: ['prisma/generated/client.ts'],
    run: () =>
      runQuietly('prisma', ['generate', '--config', 'prisma.config.ts'], {
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      }),
  },
  {
    name: 'servers',
    inputs: [
      'platform',
      'prisma',
      'router',
      'subgraphs',
      'scripts',
      'tsconfig.base.json',
      'tsconfig.json',
    ],
    extensions: ['.ts', '.json', '.prisma'],
    outputs: ['scripts/dist/run.js', 'scripts/dist/stack/launch.js'],
    run: () => runQuietly('tsc', ['-b']),
  },
  {
    name: 'schema',
    after: ['servers'],
    inputs: ['supergraph.yaml', 'supergraph.graphql', 'subgraphs'],
    extensions: ['.graphql', '.yaml'],
    outputs: ['supergraph.graphql', 'api.graphql'],
    run: () => runQuietly('node', ['scripts/dist/schema.js', 'check']),
  },
  {
    name: 'web types',
    inputs: ['web', 'codegen.yml', 'api.graphql'],
    extensions: ['.ts', '.tsx', '.yml', '.graphql'],
    outputs: ['web/src/generated/graphql.ts', 'web/src/generated/persisted-operations.json'],
    run: () => {
      runQuietly('graphql-codegen', ['--config', 'codegen.yml']);
      runQuietly('node', ['web/write-manifest.ts']);
    },
  },
  {
    name: 'web',
    after: ['web types'],
    inputs: ['web'],
    extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.html', '.css', '.svg', '.webmanifest'],
    outputs: ['web/dist/index.html'],
    // Whatever the caller's shell says: React's development build is twice the size.
    run: () =>
      runQuietly('vite', ['build', 'web', '--logLevel', 'warn'], { NODE_ENV: 'production' }),
  },
];

/** Builds what is older than its sources; a stack that is up to date costs some milliseconds. */
export function ensureBuilt(names = BUILD_STEPS.map(({ name }) => name)) {
  const rebuilt = new Set();
  for (const { name, after = [], ...build } of BUILD_STEPS.filter(({ name }) =>
    names.includes(name),
  )) {
    const before = fingerprint(build);
    const isCurrent =
      readStamp(name) === before && build.outputs.every((file) => existsSync(join(ROOT, file)));
    if (isCurrent && !after.some((earlier) => rebuilt.has(earlier))) continue;
    step(`build: ${name}`, build.run);
    writeStamp(name, fingerprint(build));
    rebuilt.add(name);
  }
}

function fingerprint({ inputs, extensions }) {
  const hash = createHash('sha256').update(readStamp('install') ?? '');
  for (const input of inputs) addToFingerprint(hash, join(ROOT, input), extensions);
  return hash.digest('hex');
}

function addToFingerprint(hash, path, extensions) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isDirectory()) {
    for (const entry of readdirSync(path).sort()) {
      if (!SKIPPED_FOLDERS.has(entry)) addToFingerprint(hash, join(path, entry), extensions);
    }
  } else if (extensions.some((extension) => path.endsWith(extension))) {
    hash.update(`${relative(ROOT, path)}\0${stat.size}\0${stat.mtimeMs}\n`);
  }
}

function readStamp(name) {
  const file = join(STAMPS, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function writeStamp(name, value) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, name), value);
}

/** Says what is being done and how long it took. */
function step(name, work, note = '') {
  console.log(`${name}${note && ` (${note})`} …`);
  const start = performance.now();
  work();
  console.log(`${name} done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Shows a tool's output only when it fails. */
function runQuietly(tool, args, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(join(BIN, tool), args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...pinnedEnvironment(), ...env },
  });
  if (error) throw new Fault(`${tool} could not be run: ${error.message}`);
  if (status === 0) return;
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  throw new Fault(`${[tool, ...args].join(' ')} failed, see above.`);
}

/** Goes on with a compiled script on the pinned Node: in this process where it is that Node already. */
export async function continueWith(script) {
  if (process.versions.node !== pinnedVersion()) return runPinned(script);
  process.argv[1] = join(ROOT, script);
  await import(process.argv[1]);
}

const pinnedVersion = () =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules/node/package.json'), 'utf8')).version;

/** Runs a compiled script on the pinned Node; ends with its exit code. */
export function runPinned(script, args = []) {
  const child = spawn(PINNED_NODE, [...process.execArgv, join(ROOT, script), ...args], {
    stdio: 'inherit',
    env: pinnedEnvironment(),
  });
  // The child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}
