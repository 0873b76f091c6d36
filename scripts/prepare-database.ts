import { seedAssets } from '@spyhop/market/seed';
import { migrate } from '@spyhop/prisma/migrate';
import { Client } from 'pg';

/** Brings a database to what the code expects, and says what that took. */
export async function prepareDatabase(
  databaseUrl: string,
  now: number,
  say: (line: string) => void,
): Promise<void> {
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`database: ${applied.length} migration(s) applied`);
  if (await hasAssets(databaseUrl)) return;
  const added = await seedAssets(databaseUrl, now);
  say(`database: ${added} assets added`);
}

/** Seeding costs a warm start more than asking; assets that a later version adds come with its feed. */
async function hasAssets(databaseUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rowCount } = await client
    .query('SELECT FROM market.asset LIMIT 1')
    .finally(() => client.end());
  return rowCount === 1;
}
