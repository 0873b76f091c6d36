import { createPrisma } from '@spyhop/prisma/client';
import { defaultAssets } from './rules/new-asset';
import { createAssetStore } from './store/assets';

/** Adds the default assets that a migrated database does not have. Resolves to the number added. */
export async function seedAssets(databaseUrl: string, now: number): Promise<number> {
  const prisma = createPrisma(databaseUrl);
  try {
    return await createAssetStore({ prisma }).add(defaultAssets(), now);
  } finally {
    await prisma.$disconnect();
  }
}
