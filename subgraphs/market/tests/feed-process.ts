import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const HOOK = join(__dirname, '../../../platform/testkit/register-typescript.cjs');
const MAIN = join(__dirname, '../feeds/main.ts');

/** A feed in a process of its own, which can be killed. */
export class FeedProcess {
  private readonly child: ChildProcess;

  constructor(env: Readonly<Record<string, string>>) {
    const code = `require(${JSON.stringify(MAIN)}).start(process.env)`;
    this.child = spawn(process.execPath, ['--require', HOOK, '-e', code], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** How many shards the feed with that admin port leads. */
export async function shardsLed(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const [, count] = /^market_feed_leading(?:{.*})? (\d+)$/m.exec(await response.text()) ?? [];
  if (count === undefined) throw new Error('the feed does not say how many shards it leads');
  return Number(count);
}
