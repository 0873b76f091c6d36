import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@spyhop/platform/config';
import { systemClock } from '@spyhop/platform/clock';
import { prepareDatabase } from './prepare-database';
import { prepareLogins } from './prepare-logins';
import { describeFailure, exitCodeOf } from './failures';

/**
 * `node scripts/dist/prepare.js [folder]`: migrates and seeds the database that DATABASE_URL names. With a folder the
 * processes can log in there with the passwords in its files, which have the names of the logins.
 */
async function main(folder: string | undefined): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new ConfigError(['DATABASE_URL: must name the database to prepare']);
  await prepareDatabase(databaseUrl, systemClock(), (line) => process.stdout.write(`${line}\n`));
  if (folder === undefined) return;
  await prepareLogins(databaseUrl, async (login) =>
    (await readFile(join(folder, login), 'utf8')).trim(),
  );
}

main(process.argv[2]).catch((err: unknown) => {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exitCode = exitCodeOf(err);
});
