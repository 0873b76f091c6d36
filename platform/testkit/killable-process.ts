import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const HOOK = join(__dirname, 'register-typescript.cjs');

/** A main.ts of ours in a process of its own, which can be killed. */
export class KillableProcess {
  private readonly child: ChildProcess;

  constructor(main: string, env: Readonly<Record<string, string>>) {
    const code = `require(${JSON.stringify(main)}).start(process.env)`;
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
