import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type Finding, lineOf } from './report.ts';

/** Where benches lie, and their names in the order of docs/benchmarks.md. */
export interface Suite {
  folder: string;
  benches: readonly string[];
}

/**
 * Runs the benches that are named, or all of them, one after the other, and sums up what they found.
 * Arguments from the first option on go to the benches.
 */
export async function runBenches(suite: Suite, args: readonly string[]): Promise<void> {
  const { benches } = suite;
  const options = args.findIndex((arg) => arg.startsWith('--'));
  const names = options < 0 ? args : args.slice(0, options);
  const unknown = names.filter((name) => !benches.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no bench ${unknown.join(', ')}; there are ${benches.join(', ')}`);
  }
  const findings: Finding[] = [];
  for (const name of names.length > 0 ? names : benches) {
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    findings.push(...(await runBench(suite, name, args.slice(names.length))));
  }
  console.log(`\n${findings.map(lineOf).join('\n')}`);
}

function runBench({ folder }: Suite, name: string, options: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const child = fork(join(folder, `${name}.ts`), options, {
    env: { ...process.env, BENCH_RUNNER: '1' },
    // Packages of servers are CommonJS; some of their test kit is read as it is written.
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
  });
  child.on('message', ({ finding }: { finding: Finding }) => findings.push(finding));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      if (code !== 0) {
        process.exitCode = 1;
        findings.push({ what: name, target: 'to end', measured: `code ${code}`, met: false });
      }
      resolve(findings);
    }),
  );
}
