import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { start as startAnalytics } from '@spyhop/analytics/main';
import { start as startMarket } from '@spyhop/market/main';
import { seedAssets } from '@spyhop/market/seed';
import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { createLog } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import { newKeyRingText, keyRing, SecretBox } from '@spyhop/platform/secret-box';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { freePort } from '@spyhop/platform/testkit/ports';
import { testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import { whaleTransactionSeen } from '@spyhop/platform/topics';
import { type PrismaClient, createSystemPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { start as startRouter } from '@spyhop/router/main';
import { start as startWhales } from '@spyhop/whales/main';
import { FeedBoard } from '@spyhop/whales/store/feed-board';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { startUsers } from '../../main';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '../../rules/access-token';
import { scopesOfRoles } from '../../rules/roles';
import { SigningKeyStore } from '../../store/signing-keys';
import { API_KEYS_SECRET, CHEAP } from '../kit';

const ROOT = join(__dirname, '../../../..');

/** Those as whom the graph is asked; `owner` is the one whose the things are that are asked for. */
export const PERSONAS = ['anonymous', 'owner', 'other', 'key', 'admin'] as const;
export type Persona = (typeof PERSONAS)[number];

/** The scope of the key. */
export const KEY_SCOPE = 'read:market';

/** The router with all subgraphs behind it, and people. */
export interface WholeGraph {
  url: string;
  /** For the header Authorization; undefined for nobody. */
  tokens: Record<Persona, string | undefined>;
  /** What administrators do is done to `target`. */
  ids: Record<'owner' | 'other' | 'admin' | 'target', string>;
  stop: Stop;
}

export async function startWholeGraph(): Promise<WholeGraph> {
  const stops: Stop[] = [];
  const database = await testDatabase(migrate);
  stops.push(() => database.drop());
  const redis = testRedis();
  stops.push(() => redis.close());
  await seedAssets(database.url, systemClock());
  const names = [
    'market',
    'analytics',
    'users',
    'whales',
    'router',
    'market admin',
    'analytics admin',
    'users admin',
    'whales admin',
    'router admin',
  ] as const;
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort());
  const at = (name: (typeof names)[number]): string => String(ports.get(name));
  const keysAt = (name: (typeof names)[number]): string =>
    `http://127.0.0.1:${at(name)}/.well-known/jwks.json`;
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const secretKeys = newKeyRingText('test');
  const subgraphs = ['market', 'analytics', 'users', 'whales'] as const;
  const env = {
    ...{ MARKET_PORT: at('market'), ANALYTICS_PORT: at('analytics'), USERS_PORT: at('users') },
    ...{ MARKET_ADMIN_PORT: at('market admin'), ANALYTICS_ADMIN_PORT: at('analytics admin') },
    ...{ USERS_ADMIN_PORT: at('users admin'), ROUTER_ADMIN_PORT: at('router admin') },
    ...{ WHALES_PORT: at('whales'), WHALES_ADMIN_PORT: at('whales admin') },
    ...{ PORT: at('router'), LOG_LEVEL: 'silent', SECRET_KEYS: secretKeys },
    ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix },
    IDENTITY_KEYS_URL: keysAt('router admin'),
    ROUTER_SUPERGRAPH_FILE: join(ROOT, 'supergraph.graphql'),
    ROUTER_SUPERGRAPH_URLS: subgraphs
      .map((name) => `${name}=http://127.0.0.1:${at(name)}/graphql`)
      .join(','),
    ROUTER_CONFIG: join(ROOT, 'deploy/router.yaml'),
    // What is refused on the way would be the newest of the audit log that is asked for.
    ROUTER_DENIALS_TELL: 'false',
    ROUTER_IDENTITY_JWKS_URL: keysAt('users admin'),
    ROUTER_AUTHORISATION_POLICIES_URL: `http://127.0.0.1:${at('users admin')}/policies`,
    ROUTER_AUTHORISATION_POLICIES_SECRET: API_KEYS_SECRET,
    API_KEYS_SECRET,
    ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
  };
  stops.push(await startMarket(env));
  stops.push(await startAnalytics(env));
  stops.push(await startWhales(env));
  await moveWhale(redis.space);
  const parts = { passwordCost: CHEAP };
  stops.push(await startUsers(env, parts));
  stops.push(await startRouter(env));
  const system = createSystemPrisma(database.url);
  stops.push(() => system.$disconnect());
  const box = new SecretBox(keyRing.parse(secretKeys));
  const [key] = await new SigningKeyStore(system, box).load(systemClock());
  if (!key) throw new Error('the users subgraph has no key to sign with');
  const account = async (name: string, roles: string[]): Promise<string> => {
    const id = randomUUID();
    const email = `${name}@example.org`;
    const now = new Date(systemClock());
    await system.user.create({
      data: {
        ...{ id, email, emailKey: email, displayName: name, passwordHash: '', roles },
        ...{ createdAt: now, passwordAt: now },
      },
    });
    return id;
  };
  const ids = {
    owner: await account('owner', ['USER']),
    other: await account('other', ['USER']),
    admin: await account('admin', ['USER', 'ADMIN']),
    target: await account('target', ['USER']),
  };
  await giveBelongings(system, ids.owner);
  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(key.privateKey);
  const inSession = (sub: string, roles: string[]): Promise<string> =>
    sign({
      ...{ sub, sid: randomUUID(), roles, scope: scopesOfRoles(roles).join(' '), amr: ['pwd'] },
      auth_time: Math.floor(systemClock() / 1_000),
    });
  return {
    url: `http://127.0.0.1:${at('router')}/graphql`,
    ids,
    tokens: {
      anonymous: undefined,
      owner: await inSession(ids.owner, ['USER']),
      other: await inSession(ids.other, ['USER']),
      // As subgraphs get to know a key: no session, no roles, one scope.
      key: await sign({ sub: ids.owner, scope: KEY_SCOPE }),
      admin: await inSession(ids.admin, ['USER', 'ADMIN']),
    },
    stop: () => stopAll(stops),
  };
}

/** A large transaction of bitcoin, and a feed that has told of it. */
async function moveWhale(space: RedisSpace): Promise<void> {
  const now = systemClock();
  const log = createLog({ name: 'test', level: 'silent' });
  const party = { address: '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo', owner: null } as const;
  await new DurableEvents(space, log).append(whaleTransactionSeen, {
    ...{ dataset: { kind: 'SIMULATED', begun: now }, chain: 'bitcoin', hash: '4a5e', time: now },
    source: 'simulated',
    legs: [
      {
        ...{ symbol: 'BTC', kind: 'TRANSFER', baseUnits: '1', decimals: 8, usd: '1' },
        ...{ usdBasis: 'CANDLES', from: [{ ...party, ownerKind: 'UNKNOWN' }] },
        to: [{ ...party, ownerKind: 'UNKNOWN' }],
      },
    ],
  });
  await new FeedBoard(space).write({
    ...{ kind: 'SIMULATED', state: 'RUNNING', message: 'A test.', reportedAt: now, begun: now },
    ...{ newestAt: now, newestTime: now },
    sources: [{ name: 'simulated', isConnected: true, message: '' }],
  });
}

/** A session, a security event and an entry of the audit log, so that there is something to get. */
async function giveBelongings(system: PrismaClient, userId: string): Promise<void> {
  const now = new Date(systemClock());
  const client = { address: '192.0.2.1', userAgent: 'Mozilla/5.0' };
  await system.session.create({
    data: {
      ...{ id: randomUUID(), userId, generation: 0, tokenHash: new Uint8Array(32), chainKey: '' },
      ...{ createdAt: now, usedAt: now, authTime: now, amr: ['pwd'], ...client },
      expiresAt: new Date(systemClock() + 86_400_000),
    },
  });
  await system.auditArrival.create({
    data: {
      ...{ at: now, kind: 'TOKEN_REUSED', actor: userId, subject: userId, sessionId: randomUUID() },
      ...{ ...client, details: { reason: 'test' } },
    },
  });
  await until(async () => (await system.auditEntry.count()) > 0);
}
