import { seedAssets } from '@spyhop/market/seed';
import { migrate } from '@spyhop/prisma/migrate';

/** Brings a database to what the code expects, and says what that took. */
export async function prepareDatabase(
  databaseUrl: string,
  now: number,
  say: (line: string) => void,
): Promise<void> {
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`database: ${applied.length} migration(s) applied`);
  const added = await seedAssets(databaseUrl, now);
  if (added > 0) say(`database: ${added} assets added`);
}
