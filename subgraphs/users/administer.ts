import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { createLog } from '@spyhop/platform/log';
import { createSystemPrisma } from '@spyhop/prisma/client';
import type { Output } from './audit';
import { readEmail } from './rules/email';
import { grantAdmin } from './store/account-administration';
import { createSecurityLedger } from './store/security-ledger';

const USAGE = `usage: npm run users -- grant-admin <email>
Makes the account with that e-mail address, which must exist already, an administrator. There is no other way
to the first one: nobody becomes it by registering first.`;

/** Runs the users command on a database. Resolves to the exit code; rejects with a message for people. */
export async function usersCommand(
  args: readonly string[],
  databaseUrl: string,
  output: Output,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [command, address] = positionals;
  if (command !== 'grant-admin' || address === undefined || positionals.length > 2) {
    throw new Error(USAGE);
  }
  const email = readEmail(address);
  const system = createSystemPrisma(databaseUrl);
  const ledger = createSecurityLedger(system, createLog({ name: 'users', level: 'silent' }));
  try {
    const granted = await grantAdmin(system, ledger, email, systemClock());
    output.write(
      granted
        ? `${email.address} is an administrator; whoever is signed in there has to sign in again to be it.\n`
        : `There is no account with the address ${email.address}; register it first, and follow the link in the mail.\n`,
    );
    return granted ? 0 : 1;
  } finally {
    await system.$disconnect();
  }
}
