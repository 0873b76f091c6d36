import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '@spyhop/platform/clock';
import type { Revocation } from '@spyhop/platform/identity-revocation';
import { type AnswerPost, createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { LiveEvents } from '@spyhop/platform/live-events';
import { createLog } from '@spyhop/platform/log';
import { connectRedis } from '@spyhop/platform/redis';
import { RevocationListener } from '@spyhop/platform/revocation-listener';
import { Revoked } from '@spyhop/platform/revoked';
import { SecretBox } from '@spyhop/platform/secret-box';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { readIdentityWithKeysAt } from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { createPool, prismaOn } from '@spyhop/prisma/client';
import { runSqlOn } from '@spyhop/prisma/direct-sql';
import { createOwnersPrisma } from '@spyhop/prisma/row-owner';
import { API_KEYS_PATH, answerApiKeys } from './api-key-endpoint';
import { type UsersConfig, readUsersConfig, routersKeysOf } from './config';
import { createContext } from './graphql/context';
import { buildUsersSchema } from './graphql/schema';
import { startDeletingAccounts } from './jobs/delete-accounts';
import { startEndingKeys } from './jobs/end-keys';
import { startErrands } from './jobs/errands';
import { keepSigningKeys } from './jobs/keep-signing-keys';
import { startRecordingDenials } from './jobs/record-denials';
import { startPruning } from './jobs/prune';
import { createMailer } from './jobs/mailer';
import { SEED_BYTES } from './rules/totp';
import { startAuditSealing } from './jobs/seal-audit';
import { POLICIES_PATH, answerPolicies } from './policy-endpoint';
import { createServices } from './services';
import { AccessTokens } from './store/access-tokens';
import { EndedKeys } from './store/ended-keys';
import { ExpiredRows } from './store/expired-rows';
import { type PasswordCost, RFC_9106_COST } from './store/passwords';
import { AuditUpkeep } from './store/audit-upkeep';
import { createSecurityLedger } from './store/security-ledger';
import { SigningKeyStore } from './store/signing-keys';

/** What a test may have otherwise than the product. */
export interface UsersParts {
  clock: Clock;
  passwordCost: PasswordCost;
  /** 20 random bytes. */
  newTotpSeed: () => Uint8Array;
  /** How often it is looked for accounts that are to be deleted, milliseconds. */
  deleteEveryMs: number;
  createLedger: typeof createSecurityLedger;
  startErrands: typeof startErrands;
}

/** What the product has. */
const PARTS: UsersParts = {
  clock: systemClock,
  passwordCost: RFC_9106_COST,
  newTotpSeed: () => randomBytes(SEED_BYTES),
  deleteEveryMs: 60_000,
  createLedger: createSecurityLedger,
  startErrands,
};

/** Serves the users subgraph: accounts, sessions, and the tokens of both. */
export const start = (env: NodeJS.ProcessEnv): Promise<Stop> => startUsers(env, {});

/** Where access tokens' public keys are, on the admin port (RFC 7517). */
const KEYS_PATH = '/.well-known/jwks.json';

/** `start` with some other parts. */
export async function startUsers(
  env: NodeJS.ProcessEnv,
  others: Partial<UsersParts>,
): Promise<Stop> {
  const parts = { ...PARTS, ...others };
  const { port, adminPort, host, publicUrl, ...config } = readUsersConfig(env);
  const { clock, passwordCost } = parts;
  const log = createLog({ name: 'users', ...config.log });
  const identity = readIdentityWithKeysAt(routersKeysOf(config), { subgraph: 'users', log });
  const { schema } = await buildUsersSchema();
  const redis = connectRedis({ ...config.redis, log });
  const live = new LiveEvents(redis, log);
  const counting = redis.client.duplicate({ enableAutoPipelining: true });
  counting.on('error', (err) => log.warn({ err }, 'redis connection'));
  const prisma = createOwnersPrisma(config.databaseUrl, config.systemDatabaseUrl);
  const pool = createPool(config.systemDatabaseUrl);
  const system = prismaOn(pool);
  const box = new SecretBox(config.secretKeys);
  const accessTokens = new AccessTokens(new SigningKeyStore(system, box), clock);
  const mailer = createMailer({ ...config.mail, clock, log });
  const errands = parts.startErrands(log);
  // Of their own: however long a mail server takes, nothing else waits for it.
  const mails = parts.startErrands(log);
  const durable = new DurableEvents(redis, log);
  const ledger = parts.createLedger(system, log);
  const services = createServices({
    newTotpSeed: parts.newTotpSeed,
    ...{ prisma, system, redis, live, box, accessTokens, publicUrl, passwordCost, clock, log },
    recentAuthenticationMs: config.recentAuthenticationMs,
    deletionGraceMs: config.deletionGraceMs,
    runSql: runSqlOn(pool),
    durable,
    counting,
    later: errands.later,
    laterMail: mails.later,
    sendMail: mailer.send,
    ledger,
  });
  const upkeep = new AuditUpkeep({
    ...{ system, live, publicUrl, log, outgoing: services.outgoing },
    later: errands.later,
  });
  const ready = async (): Promise<Record<string, boolean>> => ({
    redis: redis.client.status === 'ready',
  });
  const revoked = new Revoked(clock);
  /** Or we would sign with a key that was withdrawn until it is time. */
  const readAnew = (): void =>
    void accessTokens
      .refresh()
      .catch((err: unknown) => log.warn({ err }, 'signing keys were not read again'));
  const stop = await startAll(
    [
      async () => () => prisma.$disconnect(),
      async () => () => system.$disconnect(),
      async () => () => redis.close(),
      async () => async () => counting.disconnect(),
      async () => () => live.close(),
      async () => {
        const all = (each: readonly Revocation[]): void => {
          each.forEach((one) => revoked.add(one));
          if (each.some(({ signers }) => signers.length > 0)) readAnew();
        };
        const listener = new RevocationListener(redis, all, { clock, log });
        return async () => listener.close();
      },
      async () => mailer.stop,
      async () => mails.stop,
      async () => errands.stop,
      () => keepSigningKeys(accessTokens, log),
      () => startDeletingAccounts({ ...services, clock, log, everyMs: parts.deleteEveryMs }),
      async () => startAuditSealing(() => upkeep.run(), log),
      () => startRecordingDenials(durable, ledger.recordNow, config.consumer),
      () => startEndingKeys(new EndedKeys(system, redis), { clock, log }),
      () => startPruning(new ExpiredRows(system), { clock, log }),
      () =>
        startSubgraph({
          ...{ port, host, schema, identity, log },
          // The router refuses them too; one that has not heard yet is not believed.
          context: (who, exchange) =>
            createContext(services, who && !revoked.has(who) ? who : null, exchange),
        }),
      () =>
        startAdmin({
          port: adminPort,
          host,
          metrics: createMetrics('users'),
          ready,
          documents: { [KEYS_PATH]: () => accessTokens.publicKeys() },
          posts: postsOf(config, services),
        }),
    ],
    log,
  );
  log.info({ port }, 'the users subgraph listens');
  return stop;
}

const postsOf = (
  { apiKeysSecret }: Pick<UsersConfig, 'apiKeysSecret'>,
  { keyVerification, users }: ReturnType<typeof createServices>,
): Readonly<Record<string, AnswerPost>> =>
  apiKeysSecret === undefined
    ? {}
    : {
        [API_KEYS_PATH]: answerApiKeys(keyVerification, apiKeysSecret),
        [POLICIES_PATH]: answerPolicies(users, apiKeysSecret),
      };
