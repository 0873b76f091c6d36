import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { readConfig } from '@spyhop/platform/config';
import { createLog } from '@spyhop/platform/log';
import { SecretBox, keyRing } from '@spyhop/platform/secret-box';
import { createSystemPrisma } from '@spyhop/prisma/client';
import { z } from 'zod';
import type { Output } from './audit';
import { type EmailAddress, readEmail } from './rules/email';
import { eventBy } from './rules/security-event';
import { grantAdmin } from './store/account-administration';
import { Resealing } from './store/resealing';
import { createSecurityLedger } from './store/security-ledger';

const USAGE = `usage: npm run users -- grant-admin <email>
       npm run users -- reseal
grant-admin makes the account with that e-mail address, which must exist already, an administrator. There is no
other way to the first one: nobody becomes it by registering first.
reseal seals anew, with the first key of SECRET_KEYS, what the others have sealed, so that they can be taken off.`;

/** What the users command works on. */
export interface UsersCommandParts {
  databaseUrl: string;
  /** SECRET_KEYS, where it is asked for. */
  secretKeys: () => Promise<string>;
  output: Output;
}

/** Runs the users command on a database. Resolves to the exit code; rejects with a message for people. */
export async function usersCommand(
  args: readonly string[],
  { databaseUrl, secretKeys, output }: UsersCommandParts,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [command, address, ...more] = positionals;
  if (command === 'reseal' && address === undefined) {
    const ring = readConfig(z.object({ SECRET_KEYS: keyRing }), {
      SECRET_KEYS: await secretKeys(),
    });
    return reseal(databaseUrl, new SecretBox(ring.SECRET_KEYS), output);
  }
  if (command === 'grant-admin' && address !== undefined && more.length === 0) {
    return grant(readEmail(address), databaseUrl, output);
  }
  throw new Error(USAGE);
}

async function reseal(databaseUrl: string, box: SecretBox, output: Output): Promise<number> {
  const system = createSystemPrisma(databaseUrl);
  const ledger = createSecurityLedger(system, createLog({ name: 'users', level: 'silent' }));
  const event = eventBy(
    { address: '', userAgent: 'npm run users' },
    { kind: 'SECRETS_RESEALED', at: systemClock(), userId: null, sessionId: null },
  );
  const say = (line: string): void => void output.write(`${line}\n`);
  try {
    // Before, since it may be broken off.
    await ledger.recordNow(event);
    const done = await new Resealing(system, box).run((column, count) =>
      say(`… ${column}: ${count.toLocaleString('en-US')}`),
    );
    const lost = done.filter(({ unreadable }) => unreadable > 0);
    for (const { column, unreadable } of lost) {
      say(`${column}: ${unreadable.toLocaleString('en-US')} that no key of SECRET_KEYS opens`);
    }
    const count = done.reduce((sum, each) => sum + each.count, 0);
    say(
      `${count.toLocaleString('en-US')} sealed anew${lost.length > 0 ? '' : '; no other key is needed'}`,
    );
    return lost.length > 0 ? 1 : 0;
  } finally {
    await system.$disconnect();
  }
}

async function grant(email: EmailAddress, databaseUrl: string, output: Output): Promise<number> {
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
