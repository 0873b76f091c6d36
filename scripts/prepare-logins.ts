import { LOGINS, type Login, roleOf } from '@spyhop/platform/own-database';
import { Client } from 'pg';

/** Lets the processes log in as the roles that migrations have made, each with its password. */
export async function prepareLogins(
  databaseUrl: string,
  passwordOf: (login: Login) => Promise<string>,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const login of LOGINS) {
      const password = client.escapeLiteral(await passwordOf(login));
      await client.query(`ALTER ROLE ${roleOf(login)} LOGIN PASSWORD ${password}`);
    }
  } finally {
    await client.end();
  }
}
