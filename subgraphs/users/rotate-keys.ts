import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment } from '@spyhop/platform/environment';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import { KEEP_MS } from '@spyhop/platform/jwks';
import { createLog } from '@spyhop/platform/log';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { connectRedis } from '@spyhop/platform/redis';
import { SecretBox, keyRing } from '@spyhop/platform/secret-box';
import { createPrisma } from '@spyhop/prisma/client';
import { z } from 'zod';
import { eventBy } from './rules/security-event';
import type { Also } from './store/also';
import { createSecurityLedger } from './store/security-ledger';
import { SigningKeyStore } from './store/signing-keys';

const Environment = z.object({
  DATABASE_URL: commonEnvironment.DATABASE_URL,
  SECRET_KEYS: keyRing,
});

/** For so long routers are told of withdrawn keys: none keeps keys longer that cannot fetch others, milliseconds. */
const TOLD_MS = 2 * KEEP_MS;

/** How keys are rotated. */
export interface Rotation {
  /** Epoch ms. */
  now: number;
  atOnce: boolean;
  /** Where routers hear of what is withdrawn; null where none can be running. */
  redis: { url: string; prefix: string } | null;
}

/**
 * Makes the next key of access tokens, which signs in an hour, when everyone knows it; `atOnce` now, and what was signed
 * before counts no more. Throws ConfigError that names every fault; where routers cannot be told nothing changes.
 */
export async function rotateSigningKeys(
  env: NodeJS.ProcessEnv,
  { now, atOnce, redis }: Rotation,
): Promise<void> {
  const read = readConfig(Environment, withOwnDatabase(env, 'users_system'));
  const log = createLog({ name: 'users', level: 'silent' });
  const prisma = createPrisma(read.DATABASE_URL);
  const routers = redis && connectRedis({ ...redis, log });
  try {
    const ledger = createSecurityLedger(prisma, log);
    const keys = new SigningKeyStore(prisma, new SecretBox(read.SECRET_KEYS));
    const event = eventBy(
      { address: '', userAgent: 'npm run rotate-signing-keys' },
      {
        ...{ kind: 'SIGNING_KEYS_ROTATED', at: now, userId: null, sessionId: null },
        details: { atOnce: String(atOnce) },
      },
    );
    const also: Also = (tx) => ledger.recordWithin(tx, event);
    if (!atOnce) return await keys.rotate(now, undefined, also);
    const tell = async (signers: readonly string[]): Promise<void> => {
      const until = now + TOLD_MS;
      if (routers) await revokeIdentities(routers, { signers: [...signers], at: now, until });
    };
    const withdrawn = await keys.replace(now, async (tx, signers) => {
      await also(tx);
      // Before it is done: a key that is taken out of the database and told to nobody would count for who keeps it.
      await tell(signers);
    });
    // Once more for who signs, and has read the keys as they were until now.
    await tell(withdrawn);
  } finally {
    await routers?.close();
    await prisma.$disconnect();
  }
}
