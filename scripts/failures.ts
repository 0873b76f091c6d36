import { ConfigError } from '@spyhop/platform/config';

/** Exit codes that tell the supervisor why a process ended. */
const EXIT = { failed: 1, config: 78, portTaken: 69, diskFull: 74 } as const;

/** True for an exit that no restart mends. */
export const isFinal = (code: number | null): boolean =>
  code === EXIT.config || code === EXIT.diskFull;

export function exitCodeOf(err: unknown): number {
  if (isConfigError(err)) return EXIT.config;
  if (codeOf(err) === 'EADDRINUSE') return EXIT.portTaken;
  if (isDiskFull(err)) return EXIT.diskFull;
  return EXIT.failed;
}

/** What to tell a person: a clear line for what they can mend, the whole error for a fault of ours. */
export function describeFailure(err: unknown): string {
  if (isConfigError(err)) return err.message;
  if (codeOf(err) === 'EADDRINUSE') {
    const { port } = err as { port?: number };
    return `port ${port} is taken: stop what uses it, or set PORT to move the whole stack`;
  }
  if (isDiskFull(err)) return 'disk full: free some space, or set DATA_DIR to another disk';
  return err instanceof Error ? (err.stack ?? err.message) : String(err);
}

/** Ends a command that people type: what went wrong is said in the error's message, which is for them. */
export function failCommand(err: unknown): void {
  process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
  process.exitCode = EXIT.failed;
}

/** PostgreSQL says 53100, the file system ENOSPC, programs say it in words. */
export const isDiskFull = (err: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', '53100'].includes(codeOf(err) ?? '') ||
  /no space left on device/i.test(err instanceof Error ? err.message : String(err));

// By name: a package may have been loaded twice.
const isConfigError = (err: unknown): err is ConfigError =>
  err instanceof ConfigError || (err instanceof Error && err.name === 'ConfigError');

const codeOf = (err: unknown): string | undefined =>
  typeof err === 'object' && err !== null && 'code' in err ? String(err.code) : undefined;
