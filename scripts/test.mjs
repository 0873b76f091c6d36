import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, Fault, ROOT, ensureBuilt, ensureInstalled, pinnedEnvironment } from './bootstrap.mjs';

// `npm test [-- <suite> …]`: everything that must hold, from a fresh clone. The last line sums it up.

const reports = mkdtempSync(join(tmpdir(), 'spyhop-reports-'));

/** What each suite runs; every check counts as one test. */
const SUITES = {
  checks: () => [
    check('prettier', 'prettier', ['--check', '--log-level', 'warn', '.']),
    check('eslint', 'eslint', ['--max-warnings', '0', '.']),
    check('types of servers and tests', 'tsc', ['-p', 'tsconfig.tests.json']),
    check('types of the web', 'tsc', ['-p', 'web']),
    check('schema files agree with the code and compose', 'node', [
      'scripts/dist/schema.js',
      'check',
    ]),
  ],
  servers: () => [
    provided('redis', () => provide('redis-program.js', 'provideRedis')) ?? jest('servers', []),
  ],
  web: () => [vitest()],
  e2e: () => [
    provided('redis', () => provide('redis-program.js', 'provideRedis')) ??
      provided('chromium', () => {
        process.env.CHROMIUM_PATH = provide('browser-program.js', 'provideChromium');
      }) ??
      jest('e2e', ['--config', 'e2e/jest.config.cjs']),
  ],
};

const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const FAILED = { ...NOTHING, failed: 1 };
const PASSED = { ...NOTHING, passed: 1 };

function main() {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    throw new Fault(
      `no suite "${unknown.join('", "')}": choose of ${Object.keys(SUITES).join(', ')}`,
    );
  }
  ensureInstalled();
  const results = [attempt('build', () => ensureBuilt()) ? PASSED : FAILED];
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) {
    console.log(`\n=== ${name} ===`);
    results.push(...SUITES[name]());
  }
  return results.reduce((sum, result) => ({
    passed: sum.passed + result.passed,
    failed: sum.failed + result.failed,
    skipped: sum.skipped + result.skipped,
  }));
}

function attempt(what, work) {
  try {
    work();
    return true;
  } catch (err) {
    console.error(
      `${what}: ${err instanceof Fault || err.name === 'StackFault' ? err.message : err.stack}`,
    );
    return false;
  }
}

/** Runs a tool with its output shown; nothing may wait for somebody to type. */
function run(tool, args) {
  const { status, error } = spawnSync(join(BIN, tool), args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: pinnedEnvironment(),
  });
  if (error) console.error(`${tool}: ${error.message}`);
  return status === 0;
}

function check(title, tool, args) {
  const start = performance.now();
  const ok = run(tool, args);
  console.log(
    `${ok ? 'ok    ' : 'FAILED'} ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  );
  return ok ? PASSED : FAILED;
}

/** A program that tests need; undefined if it is there, a failure if it cannot be had. */
const provided = (what, provideIt) => (attempt(what, provideIt) ? undefined : FAILED);

function jest(name, args) {
  const report = join(reports, `${name}.json`);
  const ok = run('jest', [...args, '--ci', '--json', `--outputFile=${report}`]);
  return summary(name, report, ok);
}

function vitest() {
  const report = join(reports, 'web.json');
  const ok = run('vitest', [
    'run',
    '--root',
    'web',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return summary('web', report, ok);
}

/** Both runners write Jest's report format. A file that could not run at all counts as one failure. */
function summary(name, report, ok) {
  if (!existsSync(report)) {
    console.error(`${name}: the tests did not run`);
    return FAILED;
  }
  const {
    numPassedTests,
    numFailedTests,
    numPendingTests,
    numTodoTests = 0,
    testResults,
  } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = numFailedTests + broken;
  return {
    passed: numPassedTests,
    failed: failed === 0 && !ok ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

function provide(file, name) {
  return compiled(file)[name](process.env, (line) => console.log(line));
}

const require = createRequire(import.meta.url);

/** A module of the launcher, which the build has compiled by now. */
const compiled = (file) => require(join(ROOT, 'scripts/dist/stack', file));

function conclude({ passed, failed, skipped }) {
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

try {
  conclude(main());
} catch (err) {
  console.error(err instanceof Fault ? `spyhop: ${err.message}` : err);
  conclude(FAILED);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
