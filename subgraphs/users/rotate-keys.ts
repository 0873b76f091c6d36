import { SecretBox } from '@spyhop/platform/secret-box';
import { createSystemPrisma } from '@spyhop/prisma/client';
import { readUsersConfig } from './config';
import { SigningKeyStore } from './store/signing-keys';

/** Makes the next key of access tokens, which signs in an hour, when everyone knows it. */
export async function rotateSigningKeys(env: NodeJS.ProcessEnv, now: number): Promise<void> {
  const { databaseUrl, secretKeys } = readUsersConfig(env);
  const prisma = createSystemPrisma(databaseUrl);
  try {
    await new SigningKeyStore(prisma, new SecretBox(secretKeys)).rotate(now);
  } finally {
    await prisma.$disconnect();
  }
}
