import { driftOf, migrate, newMigration } from './migrate';

const USAGE = `usage: npm run migrate -w @spyhop/prisma -- deploy | drift | new <name>
DATABASE_URL names the database; for "new" its role may create databases.`;

/** deploy: apply what is missing; drift: compare database and schema; new: write a migration. */
async function run([command, name]: string[], databaseUrl: string): Promise<string> {
  if (command === 'deploy')
    return `applied: ${(await migrate(databaseUrl)).join(', ') || 'nothing'}`;
  if (command === 'drift') return (await driftOf(databaseUrl)) || 'database and schema agree';
  if (command === 'new' && name !== undefined && /^[a-z0-9_]+$/.test(name)) {
    return (await newMigration(name, databaseUrl, Date.now())) ?? 'nothing changed';
  }
  throw new Error(USAGE);
}

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) throw new Error(USAGE);
  process.stdout.write(`${await run(process.argv.slice(2), databaseUrl)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
