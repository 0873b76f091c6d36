import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment } from '@spyhop/platform/environment';
import { createLog } from '@spyhop/platform/log';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { SecretBox, keyRing } from '@spyhop/platform/secret-box';
import { createSystemPrisma } from '@spyhop/prisma/client';
import { z } from 'zod';
import { eventBy } from './rules/security-event';
import type { Also } from './store/also';
import { createSecurityLedger } from './store/security-ledger';
import { SigningKeyStore } from './store/signing-keys';

const Environment = z.object({
  DATABASE_URL: commonEnvironment.DATABASE_URL,
  SECRET_KEYS: keyRing,
});

/**
 * Makes the next key of access tokens, which signs in an hour, when everyone knows it; `atOnce` now, and what was signed
 * before counts no more. Throws ConfigError that names every fault.
 */
export async function rotateSigningKeys(
  env: NodeJS.ProcessEnv,
  { now, atOnce }: { now: number; atOnce: boolean },
): Promise<void> {
  const read = readConfig(Environment, withOwnDatabase(env, 'users'));
  const prisma = createSystemPrisma(read.DATABASE_URL);
  try {
    const ledger = createSecurityLedger(prisma, createLog({ name: 'users', level: 'silent' }));
    const keys = new SigningKeyStore(prisma, new SecretBox(read.SECRET_KEYS));
    const event = eventBy(
      { address: '', userAgent: 'npm run rotate-signing-keys' },
      {
        ...{ kind: 'SIGNING_KEYS_ROTATED', at: now, userId: null, sessionId: null },
        details: { atOnce: String(atOnce) },
      },
    );
    const also: Also = (tx) => ledger.recordWithin(tx, event);
    await (atOnce ? keys.replace(now, also) : keys.rotate(now, undefined, also));
  } finally {
    await prisma.$disconnect();
  }
}
