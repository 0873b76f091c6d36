import { parseArgs } from 'node:util';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { createPrisma } from '@spyhop/prisma/client';
import { type ChainHead, headIn, writeHead } from './rules/audit-chain';
import { verifyLog } from './store/audit-verification';

const USAGE = `usage: npm run audit -- verify [--noted <entry>:<hash>]
Follows the audit log's chain of hashes from its first entry to its last, and names the first one that was
changed or is missing. --noted takes what an earlier run has printed, and finds out also whether the end of
the log was cut off since then.`;

/** Where a command writes. */
export interface Output {
  write(text: string): unknown;
}

/** Runs the audit command on a database. Resolves to the exit code; rejects with a message for people. */
export async function auditCommand(
  args: readonly string[],
  databaseUrl: string,
  output: Output,
): Promise<number> {
  const noted = readArguments(args);
  const prisma = createPrisma(databaseUrlAs('users_system', databaseUrl));
  const say = (line: string): void => void output.write(`${line}\n`);
  try {
    const { head, broken } = await verifyLog(prisma, noted, ({ sequence }) =>
      say(`… ${sequence.toLocaleString('en-US')} entries`),
    );
    if (broken) {
      say(
        `entry ${broken.sequence} ${FAULTS[broken.fault]}; those before it are as they were written`,
      );
      return 1;
    }
    say(
      `${head.sequence.toLocaleString('en-US')} entries, all as they were written; note down: ${writeHead(head)}`,
    );
    return 0;
  } finally {
    await prisma.$disconnect();
  }
}

const FAULTS = { MISSING: 'is missing', CHANGED: 'was changed' } as const;

function readArguments(args: readonly string[]): ChainHead | null {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { noted: { type: 'string' } },
  });
  const noted = values.noted === undefined ? null : headIn(values.noted);
  const isUsable = values.noted === undefined || noted !== null;
  if (positionals.length !== 1 || positionals[0] !== 'verify' || !isUsable) throw new Error(USAGE);
  return noted;
}
