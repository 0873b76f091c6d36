import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withSystemDatabase } from '@spyhop/platform/own-database';
import { keyRing } from '@spyhop/platform/secret-box';
import { z } from 'zod';
import { RECENT_MINUTES } from './rules/recent-authentication';

/** In place of IDENTITY_KEYS_URL: whoever reaches the port is answered, with whatever address they claim. */
const STANDS_ALONE = 'none';

const Environment = z.object({
  ...commonEnvironment,
  /** For what works in no user's name; DATABASE_URL unless set. */
  USERS_SYSTEM_DATABASE_URL: commonEnvironment.DATABASE_URL,
  /** Where the router publishes the keys it signs identities with: it alone is answered. */
  IDENTITY_KEYS_URL: z
    .union(
      [z.literal(STANDS_ALONE), z.url({ protocol: /^https?$/ })],
      'must be an address like http://host:port/path, or none to answer everybody',
    )
    .optional(),
  /** PORT + 3 unless set. */
  USERS_PORT: portNumber.optional(),
  /** PORT + 14 unless set. */
  USERS_ADMIN_PORT: portNumber.optional(),
  /** Where people reach the product; links in mails lead there. http://localhost:PORT unless set. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://spyhop.example.org' })
    .optional(),
  /** Who takes mails; without it they are written into DATA_DIR/outbox. */
  SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'must be an address like smtps://user:password@mail.example.org',
    })
    .optional(),
  MAIL_FROM: z.string().default('Spyhop <spyhop@localhost>'),
  /** How long ago somebody who changes what guards their account may have proved who they are. */
  RECENT_AUTHENTICATION_MINUTES: z.coerce
    .number('must be a number of minutes')
    .positive('must be more than 0')
    .default(RECENT_MINUTES),
  /** Proves to us that it is a router who asks whose an API key is; without it no key is. */
  API_KEYS_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** For how many days the deletion of an account can be cancelled. */
  ACCOUNT_DELETION_GRACE_DAYS: z.coerce
    .number('must be a number of days')
    .min(0, 'must be 0 to 365')
    .max(365, 'must be 0 to 365')
    .default(14),
  DATA_DIR: z.string().optional(),
  /** Seals secrets at rest: `id:base64` with 32 bytes each, the one that seals first. */
  SECRET_KEYS: keyRing,
});

/** The address of the router's keys; undefined to answer everybody, which has to be said. Throws without either. */
export function routersKeysOf({
  identityKeysUrl,
}: Pick<UsersConfig, 'identityKeysUrl'>): string | undefined {
  if (identityKeysUrl === STANDS_ALONE) return undefined;
  if (identityKeysUrl !== undefined) return identityKeysUrl;
  throw new Error(
    'IDENTITY_KEYS_URL: must name the keys of the router, or be none to answer everybody',
  );
}

export type UsersConfig = ReturnType<typeof readUsersConfig>;

/** Throws ConfigError that names every fault. */
export function readUsersConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withSystemDatabase(env, 'users'));
  const dataDir = resolve(read.DATA_DIR ?? `.spyhop/${read.PORT}`);
  return {
    port: read.USERS_PORT ?? read.PORT + 3,
    adminPort: read.USERS_ADMIN_PORT ?? read.PORT + 14,
    host: read.HOST,
    publicUrl: read.PUBLIC_URL ?? `http://localhost:${read.PORT}`,
    mail: { smtpUrl: read.SMTP_URL, from: read.MAIL_FROM, outbox: join(dataDir, 'outbox') },
    recentAuthenticationMs: read.RECENT_AUTHENTICATION_MINUTES * 60_000,
    deletionGraceMs: read.ACCOUNT_DELETION_GRACE_DAYS * 86_400_000,
    apiKeysSecret: read.API_KEYS_SECRET,
    secretKeys: read.SECRET_KEYS,
    identityKeysUrl: read.IDENTITY_KEYS_URL,
    consumer: `${hostname()}:${read.USERS_PORT ?? read.PORT + 3}`,
    databaseUrl: read.DATABASE_URL,
    systemDatabaseUrl: read.USERS_SYSTEM_DATABASE_URL,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
