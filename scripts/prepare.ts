import { ConfigError } from '@spyhop/platform/config';
import { systemClock } from '@spyhop/platform/clock';
import { prepareDatabase } from './prepare-database';
import { describeFailure, exitCodeOf } from './failures';

/** `node scripts/dist/prepare.js`: migrates and seeds the database that DATABASE_URL names. */
async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new ConfigError(['DATABASE_URL: must name the database to prepare']);
  await prepareDatabase(databaseUrl, systemClock(), (line) => process.stdout.write(`${line}\n`));
}

main().catch((err: unknown) => {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exitCode = exitCodeOf(err);
});
