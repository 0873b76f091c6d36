import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { fixture, nodeArguments } from './fixtures/sources';

interface Run {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
  says: (text: string) => Promise<void>;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function run(mains: string[], env: NodeJS.ProcessEnv = {}, supervised = false): Run {
  const child = spawn(process.execPath, nodeArguments('run.ts', ...mains), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(supervised ? (['ipc'] as const) : [])],
  });
  running.push(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (output.includes(text)) resolve();
      };
      listeners.add(check);
      check();
      void exit.then(() => reject(new Error(`ended without "${text}": ${output}`)));
    });
  return { child, output: () => output, exit, says };
}

describe('a process of mains', () => {
  it('starts them and stops them the other way round on SIGTERM', async () => {
    const { child, says, exit, output } = run([fixture('main-that-runs'), fixture('second-main')]);
    await says('second started');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(output().match(/(first|second) (started|stopped)/g)).toEqual([
      'first started',
      'second started',
      'second stopped',
      'first stopped',
    ]);
  });

  it('under the launcher waits to be told, says when it is ready, and ends with the launcher', async () => {
    const { child, says } = run([fixture('main-that-runs')], { SPYHOP_HOLD: '1' }, true);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const ready = new Promise((resolve) => child.once('message', resolve));
    child.send({ start: true });
    expect(await ready).toEqual({ ready: true });
    await says('first started');
    child.disconnect();
    await says('first stopped');
    expect(await exit).toBe(0);
  });

  it('with a wrong configuration names every fault and exits with 78', async () => {
    const { exit, output } = run([fixture('main-that-fails')], { FAILURE: 'config' });
    expect(await exit).toBe(78);
    expect(output()).toMatch(/2 fault\(s\):\n {2}TICK_HZ: .*\n {2}SYMBOLS: .*\n$/);
  });

  it('whose port is taken says which in one line and exits with 69', async () => {
    const port = await freePort();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const env = { FAILURE: 'port', TAKEN_PORT: String(port) };
    const { exit, output } = run([fixture('main-that-fails')], env);
    expect(await exit).toBe(69);
    expect(output()).toBe(
      `port ${port} is taken: stop what uses it, or set PORT to move the whole stack\n`,
    );
    holder.close();
  });

  it('that finds the disk full says so in one line and exits with 74', async () => {
    const { exit, output } = run([fixture('main-that-fails')], { FAILURE: 'disk' });
    expect(await exit).toBe(74);
    expect(output()).toBe('disk full: free some space, or set DATA_DIR to another disk\n');
  });

  it.each(['start', 'later'])('that breaks (%s) shows where and exits with 1', async (failure) => {
    const { exit, output } = run([fixture('main-that-fails')], { FAILURE: failure });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/Error: broke while \w+\n\s+at .*main-that-fails/);
  });

  it('that is no main says what is missing', async () => {
    const { exit, output } = run([fixture('sources')]);
    expect(await exit).toBe(1);
    expect(output()).toContain('exports no start(env)');
  });
});
