import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * npm runs us in the project's folder; paths mean the folder that the user is in. What follows one of the options
 * `written` is the path of a file that need not exist yet.
 */
export const fromWhereTyped = (
  args: readonly string[],
  written: readonly string[] = [],
): string[] =>
  args.map((argument, at) => {
    const path = resolve(process.env.INIT_CWD ?? '.', argument);
    return existsSync(path) || written.includes(args[at - 1] ?? '') ? path : argument;
  });
