import { parseArgs } from 'node:util';
import { systemClock } from '@spyhop/platform/clock';
import { readConfig } from '@spyhop/platform/config';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import { createLog } from '@spyhop/platform/log';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { connectRedis } from '@spyhop/platform/redis';
import { SecretBox, keyRing } from '@spyhop/platform/secret-box';
import { createPrisma } from '@spyhop/prisma/client';
import { z } from 'zod';
import type { Output } from './audit';
import { tokensEndBy } from './rules/access-token';
import { type EmailAddress, readEmail } from './rules/email';
import { eventBy } from './rules/security-event';
import { grantAdmin } from './store/account-administration';
import { endSessions } from './store/ending-sessions';
import { Resealing } from './store/resealing';
import { createSecurityLedger } from './store/security-ledger';

const USAGE = `usage: npm run users -- grant-admin <email>
       npm run users -- reseal
       npm run users -- end-sessions <email> | --all
grant-admin makes the account with that e-mail address, which must exist already, an administrator. There is no
other way to the first one: nobody becomes it by registering first.
reseal seals anew, with the first key of SECRET_KEYS, what the others have sealed, so that they can be taken off.
end-sessions signs one person out everywhere, or everybody: their tokens count no more, and they sign in again.`;

/** What the users command works on. */
export interface UsersCommandParts {
  databaseUrl: string;
  /** SECRET_KEYS, where it is asked for. */
  secretKeys: () => Promise<string>;
  /** Where routers hear of what is revoked; null where none can be running. */
  redis: () => Promise<{ url: string; prefix: string } | null>;
  output: Output;
}

/** Runs the users command on a database. Resolves to the exit code; rejects with a message for people. */
export async function usersCommand(
  args: readonly string[],
  parts: UsersCommandParts,
): Promise<number> {
  const { databaseUrl, secretKeys, output } = parts;
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const [command, address, ...more] = positionals;
  if (command === 'end-sessions' && more.length === 0 && values.all === (address === undefined)) {
    return signOut(address === undefined ? null : readEmail(address), parts);
  }
  if (values.all) throw new Error(USAGE);
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
  const system = createPrisma(databaseUrlAs('users_system', databaseUrl));
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

/** Of everybody where no address is given. */
async function signOut(
  email: EmailAddress | null,
  { databaseUrl, redis, output }: UsersCommandParts,
): Promise<number> {
  const system = createPrisma(databaseUrlAs('users_system', databaseUrl));
  const log = createLog({ name: 'users', level: 'silent' });
  const routers = await redis();
  const told = routers && connectRedis({ ...routers, log });
  try {
    const select = { id: true };
    const user =
      email && (await system.user.findUnique({ where: { emailKey: email.key }, select }));
    if (email && !user) {
      output.write(`There is no account with the address ${email.address}.\n`);
      return 1;
    }
    const now = systemClock();
    const ledger = createSecurityLedger(system, log);
    let count = 0;
    for await (const sessions of endSessions(system, ledger, user?.id ?? null, now)) {
      count += sessions.length;
      if (told) await revokeIdentities(told, { sessions, at: now, until: tokensEndBy(now) });
    }
    output.write(`${count.toLocaleString('en-US')} sessions were ended\n`);
    return 0;
  } finally {
    await told?.close();
    await system.$disconnect();
  }
}

async function grant(email: EmailAddress, databaseUrl: string, output: Output): Promise<number> {
  const system = createPrisma(databaseUrlAs('users_system', databaseUrl));
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
