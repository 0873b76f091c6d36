import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  SYSTEM_FOLDER,
  allowPassage,
  postgresCanReach,
  startPostgres,
} from '@spyhop/platform/embedded/postgres';
import { type Login, ownDatabaseVariable, roleOf } from '@spyhop/platform/own-database';
import pg from 'pg';
import { isDiskFull } from '../failures';
import { StackFault } from './fault';
import type { Secrets } from './secrets';
import type { Running, Unit } from './supervisor';

export interface PostgresUnitOptions {
  dataDir: string;
  port: number;
  secrets: Secrets;
  onLine: (line: string) => void;
  say: (line: string) => void;
}

const APP = 'spyhop';

/** The address at which who owns the embedded database migrates it. */
export const embeddedDatabaseUrl = (port: number, secrets: Secrets): string =>
  addressOf(APP, secrets.postgresAppPassword, port);

/** The addresses at which the processes reach the embedded PostgreSQL, each domain with logins of its own. */
export const ownDatabaseUrls = (port: number, secrets: Secrets): Record<string, string> =>
  Object.fromEntries(
    loginPasswords(secrets).map(([login, password]) => [
      ownDatabaseVariable(login),
      addressOf(roleOf(login), password, port),
    ]),
  );

const loginPasswords = (secrets: Secrets): [Login, string][] => [
  ['market', secrets.postgresMarketPassword],
  ['analytics', secrets.postgresAnalyticsPassword],
  ['users', secrets.postgresUsersPassword],
  ['users_system', secrets.postgresUsersSystemPassword],
  ['whales', secrets.postgresWhalesPassword],
  ['whales_system', secrets.postgresWhalesSystemPassword],
];

const addressOf = (login: string, password: string, port: number): string =>
  `postgresql://${login}:${password}@127.0.0.1:${port}/${APP}`;

/** The embedded PostgreSQL with a database for the product, its owner, and logins for each domain. */
export function postgresUnit(options: PostgresUnitOptions): Unit {
  return {
    name: 'PostgreSQL',
    start: async (): Promise<Running> => {
      const server = await startPostgres({
        dataDir: await clusterFolder(options),
        port: options.port,
        superuserPassword: options.secrets.postgresSuperuserPassword,
        durable: true,
        onLine: options.onLine,
      });
      try {
        await ensureAppDatabase(options);
      } catch (err) {
        await server.stop();
        throw err;
      }
      const exited = server.exited.then(({ reason, lastWords }) => ({
        reason,
        lastWords,
        final: isDiskFull(lastWords),
      }));
      return { exited, stop: () => server.stop() };
    },
  };
}

/** In the data folder, or where root keeps it if the user that runs PostgreSQL cannot get there. */
async function clusterFolder({ dataDir, secrets, say }: PostgresUnitOptions): Promise<string> {
  await allowPassage(dataDir);
  if (await postgresCanReach(dataDir)) return join(dataDir, 'postgres');
  const elsewhere = join(SYSTEM_FOLDER, secrets.clusterId);
  say(`database: kept in ${elsewhere}, as the user that runs PostgreSQL cannot enter ${dataDir}`);
  await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  return join(elsewhere, 'postgres');
}

async function ensureAppDatabase({ port, secrets, dataDir }: PostgresUnitOptions): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: secrets.postgresSuperuserPassword,
    database: 'postgres',
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ roles: string[]; database: boolean }>(
      `SELECT ARRAY(SELECT rolname::text FROM pg_roles) AS roles,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database`,
      [APP],
    );
    const known = new Set(rows[0]?.roles);
    const addLogin = async (role: string, password: string): Promise<void> => {
      await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    };
    if (!known.has(APP)) await addLogin(APP, secrets.postgresAppPassword);
    for (const [login, password] of loginPasswords(secrets)) {
      const role = roleOf(login);
      if (known.has(role)) continue;
      await addLogin(role, password);
      await client.query(`GRANT ${role} TO ${APP}`);
    }
    if (!rows[0]?.database) await client.query(`CREATE DATABASE ${APP} OWNER ${APP}`);
  } catch (err) {
    if ((err as { code?: string }).code !== WRONG_PASSWORD) throw err;
    throw new StackFault(
      `the passwords in ${join(dataDir, 'secrets.json')} are not those of the data beside it: restore the file, or delete ${dataDir} to start afresh`,
      { cause: err },
    );
  } finally {
    await client.end();
  }
}

const WRONG_PASSWORD = '28P01';
