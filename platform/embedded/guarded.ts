import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

/** How a server program ended. */
export interface ServerExit {
  /** A signal, or an exit code. */
  reason: string;
  /** The end of its output; empty lines left out. */
  lastWords: string;
}

/** A server program of ours that runs as its own process and ends when we do. */
export interface EmbeddedServer {
  readonly port: number;
  /** Resolves when the program is gone. */
  readonly exited: Promise<ServerExit>;
  /** Asks it to end and write everything down; resolves when it has. */
  stop(): Promise<void>;
}

/** Rights that a program drops to; empty unless we are root. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

export interface GuardedProgram {
  command: readonly string[];
  port: number;
  /** What makes the program finish its work and end in order. */
  stopSignal: 'INT' | 'TERM';
  /** The line of its output that says it takes connections. */
  readyLine: RegExp;
  runAs?: RunAs;
  env?: Record<string, string>;
  onLine?: (line: string) => void;
}

// The shell ends the server as soon as its own input closes, which happens however our process
// ends, kill -9 included: no orphan keeps the port and the data.
const GUARD = `exec 3<&0
signal=$1; shift
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill -"$signal" "$server") >/dev/null 2>&1 &
watch=$!
wait "$server"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

const STOP_TIMEOUT_MS = 10_000;
const KEPT_LINES = 15;

/** Starts a server program; rejects with its last words if it ends before it takes connections. */
export async function startGuarded(program: GuardedProgram): Promise<EmbeddedServer> {
  const name = program.command[0]?.split('/').at(-1) ?? 'server';
  const child = spawn('/bin/sh', ['-c', GUARD, name, program.stopSignal, ...program.command], {
    ...program.runAs,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', ...program.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  const lastLines: string[] = [];
  const ready = new Promise<void>((resolve) => {
    const read = (line: string): void => {
      if (line.trim() !== '') lastLines.push(line.trim());
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      if (program.readyLine.test(line)) resolve();
      program.onLine?.(line);
    };
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stderr }).on('line', read);
  });
  const exited = new Promise<ServerExit>((resolve) => {
    const end = (reason: string): void =>
      resolve({ reason, lastWords: lastLines.slice(-3).join(' / ') });
    child.once('error', (err) => end(err.message));
    child.once('close', (code, signal) => end(signal ?? describeCode(code ?? 0)));
  });
  await Promise.race([
    ready,
    exited.then(({ reason, lastWords }) =>
      Promise.reject(new Error(`${name} did not start (${reason}): ${lastWords}`)),
    ),
  ]);

  const stop = async (): Promise<void> => {
    child.stdin.end();
    const force = setTimeout(() => killGroup(child.pid), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(force);
  };
  return { port: program.port, exited, stop };
}

/** Shells report a program that a signal ended as 128 + its number. */
function describeCode(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return signal ? signal[0] : `code ${code}`;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
