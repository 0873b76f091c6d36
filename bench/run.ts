/* Runs the benches that are named, or all of them, one after the other, and sums up what they found. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type Finding, lineOf } from './report.ts';

/** In the order of the table in docs/benchmarks.md. */
const BENCHES = [
  'feed-parse',
  'latency',
  'fan-out',
  'candles',
  'memory',
  'warm-start',
  'web-load',
  'web-ticks',
];

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !BENCHES.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no bench ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`);
  }
  const findings: Finding[] = [];
  for (const name of names.length > 0 ? names : BENCHES) {
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    findings.push(...(await runBench(name)));
  }
  console.log(`\n${findings.map(lineOf).join('\n')}`);
}

function runBench(name: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const child = fork(join(import.meta.dirname, `${name}.ts`), [], {
    env: { ...process.env, BENCH_RUNNER: '1' },
    execArgv: [],
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

await main(process.argv.slice(2));
