import { randomBytes } from 'node:crypto';
import { SecretBox, keyRing, newKeyRingText } from '@spyhop/platform/secret-box';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { freePort } from '@spyhop/platform/testkit/ports';
import { testRedis } from '@spyhop/platform/testkit/redis';
import type { RedisSpace } from '@spyhop/platform/redis';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { createOwnersPrisma } from '@spyhop/prisma/row-owner';
import { type JSONWebKeySet, decodeJwt } from 'jose';
import type { UsersCommandParts } from '../administer';
import { startErrands } from '../jobs/errands';
import { type UsersParts, startUsers } from '../main';
import { SigningKeyStore } from '../store/signing-keys';
import type { SecurityEvent } from '../rules/security-event';
import { createSecurityLedger } from '../store/security-ledger';
import { type Browser, createBrowser } from './browser';
import { Mailbox } from './mailbox';
import { RouterSigner } from '@spyhop/platform/testkit/router-signer';

export const NOW = Date.parse('2026-05-01T12:00:00Z');
export const PUBLIC_URL = 'https://spyhop.example.org';
/** With which a router asks whose a key is. */
export const API_KEYS_SECRET = 'between-the-router-and-the-users-subgraph';
export const PASSWORD = 'otter-quarry-lantern-71';
/** As quick as Argon2id gets: what it costs is measured elsewhere. */
export const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** The users subgraph on services of its own, with a clock that stands until it is moved. */
export interface UsersRig {
  /** Epoch ms; assign to move it. */
  now: number;
  mailbox: Mailbox;
  /** In the order in which they happened. */
  securityEvents: SecurityEvent[];
  /** Of the owner, whom row-level security does not hold. */
  databaseUrl: string;
  prisma: PrismaClient;
  /** One like the subgraph's own for requests of users; who asks for it disconnects it. */
  ownersPrisma(): PrismaClient;
  space: RedisSpace;
  port: number;
  adminPort: number;
  router: RouterSigner;
  /** A client of its own, with its own cookies, behind the router. */
  browser(about?: Parameters<typeof createBrowser>[1]): Browser;
  /** Registers, follows the link and signs in, with tokens in the body. */
  signUp(email: string, password?: string): Promise<SignedUp>;
  /** Of access tokens. */
  publicKeys(): Promise<JSONWebKeySet>;
  /** Those of access tokens with their private parts, which only tests hand out. */
  signingKeyStore: SigningKeyStore;
  /** What `npm run users` works on; what it says is dropped. */
  command: UsersCommandParts;
  /** Once nothing is left to be done after answers, such as mails; what has failed may be tried again later. */
  errandsDone(): Promise<void>;
  /** Ends the subgraph and starts it again, with some of its environment otherwise. */
  restart(env: NodeJS.ProcessEnv): Promise<void>;
  stop: Stop;
}

/** Somebody who is signed in. */
export interface SignedUp {
  browser: Browser;
  userId: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
}

export async function startUsersRig(
  settings: { env?: NodeJS.ProcessEnv; parts?: Partial<UsersParts>; now?: number } = {},
): Promise<UsersRig> {
  const stops: Stop[] = [];
  const database = await testDatabase(migrate);
  stops.push(() => database.drop());
  const redis = testRedis();
  stops.push(() => redis.close());
  const prisma = createPrisma(database.url);
  stops.push(() => prisma.$disconnect());
  const mailbox = await Mailbox.start();
  stops.push(() => mailbox.stop());
  const router = await RouterSigner.start('users');
  stops.push(() => router.stop());
  const [port, adminPort] = [await freePort(), await freePort()];
  const securityEvents: SecurityEvent[] = [];
  const secretKeys = newKeyRingText('test');
  const errands = new Set<Promise<void>>();
  const signingKeyStore = new SigningKeyStore(prisma, new SecretBox(keyRing.parse(secretKeys)));
  const rig: UsersRig = {
    now: settings.now ?? NOW,
    mailbox,
    securityEvents,
    prisma,
    databaseUrl: database.url,
    ownersPrisma: () =>
      createOwnersPrisma(
        databaseUrlAs('users', database.url),
        databaseUrlAs('users_system', database.url),
      ),
    space: redis.space,
    port,
    adminPort,
    router,
    signingKeyStore,
    command: {
      databaseUrl: database.url,
      secretKeys: async () => secretKeys,
      redis: async () => ({ url: redis.url, prefix: redis.prefix }),
      output: { write: () => true },
    },
    errandsDone: async () => {
      while (errands.size > 0) await Promise.all(errands);
    },
    restart: async (others) => {
      await stops.pop()?.();
      stops.push(await startUsers({ ...env, ...others }, { clock: () => rig.now, ...parts }));
    },
    browser: (about) => createBrowser(rig, about),
    signUp: (email, password = PASSWORD) => signUp(rig, email, password),
    publicKeys: async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/.well-known/jwks.json`);
      return (await response.json()) as JSONWebKeySet;
    },
    stop: () => stopAll(stops),
  };
  const createLedger: UsersParts['createLedger'] = (system, log) => {
    const ledger = createSecurityLedger(system, log);
    return {
      record: (event) => (securityEvents.push(event), ledger.record(event)),
      recordNow: (event) => (securityEvents.push(event), ledger.recordNow(event)),
      recordSql: (event, forEach) => (securityEvents.push(event), ledger.recordSql(event, forEach)),
      recordWithin: (tx, ...events) => (
        securityEvents.push(...events),
        ledger.recordWithin(tx, ...events)
      ),
    };
  };
  const env = {
    USERS_PORT: String(port),
    USERS_ADMIN_PORT: String(adminPort),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    IDENTITY_KEYS_URL: router.keysUrl,
    SMTP_URL: mailbox.url,
    SECRET_KEYS: secretKeys,
    API_KEYS_SECRET,
    PUBLIC_URL,
    LOG_LEVEL: 'silent',
    ...settings.env,
  };
  const parts = {
    passwordCost: CHEAP,
    createLedger,
    startErrands: startNotedErrands(errands),
    newTotpSeed: () => randomBytes(20),
    deleteEveryMs: 20,
    ...settings.parts,
  };
  stops.push(await startUsers(env, { clock: () => rig.now, ...parts }));
  return rig;
}

/** Those under way are in `noted`. */
const startNotedErrands =
  (noted: Set<Promise<void>>): typeof startErrands =>
  (log) => {
    const { later, stop } = startErrands(log);
    return {
      later: (name, work) => {
        const done = new Promise<void>((resolve) =>
          later(name, () => work().finally(resolve)),
        ).finally(() => noted.delete(done));
        noted.add(done);
      },
      stop,
    };
  };

let newcomers = 0;

/** More people register in a test than one network may. */
const networkOfItsOwn = (): string => `10.0.${(newcomers += 1) >> 8}.${newcomers & 255}`;

async function signUp(rig: UsersRig, email: string, password: string): Promise<SignedUp> {
  const newcomer = rig.browser({ address: networkOfItsOwn() });
  await newcomer.data(REGISTER, { input: { email, password, displayName: 'Ann' } });
  const { token } = await rig.mailbox.next(email);
  await newcomer.data(VERIFY_EMAIL, { token, password });
  const browser = rig.browser();
  const { signIn } = await browser.data<{ signIn: { accessToken: string; refreshToken: string } }>(
    SIGN_IN,
    { input: { email, password, delivery: 'BODY' } },
  );
  const claims = decodeJwt(signIn.accessToken);
  browser.actAs(claims);
  return { browser, userId: claims.sub ?? '', sessionId: String(claims['sid']), ...signIn };
}

export const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) }`;
/** For who has registered with PASSWORD unless given. */
export const VERIFY_EMAIL = `mutation ($token: String!, $password: String = "${PASSWORD}") {
  verifyEmail(token: $token, password: $password)
}`;
export const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignedIn { accessToken expiresAt refreshToken user { id email emailVerified displayName roles createdAt } }
  }
}`;
export const REFRESH = `mutation ($refreshToken: String) {
  refreshSession(refreshToken: $refreshToken) { accessToken expiresAt refreshToken user { id } }
}`;
export const SIGN_OUT = `mutation { signOut }`;
export const ME = `{ me { id email emailVerified displayName roles createdAt } }`;
