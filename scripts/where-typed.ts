import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** npm runs us in the project's folder; paths mean the folder that the user is in. */
export function fromWhereTyped(argument: string): string {
  const path = resolve(process.env.INIT_CWD ?? '.', argument);
  return existsSync(path) ? path : argument;
}
