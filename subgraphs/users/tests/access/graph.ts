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
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { start as startRouter } from '@spyhop/router/main';
import { start as startWhales } from '@spyhop/whales/main';
import { FeedBoard } from '@spyhop/whales/store/feed-board';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { API_KEYS_PATH } from '../../api-key-endpoint';
import { startUsers } from '../../main';
import { POLICIES_PATH } from '../../policy-endpoint';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '../../rules/access-token';
import { scopesOfRoles } from '../../rules/roles';
import { SigningKeyStore } from '../../store/signing-keys';
import { API_KEYS_SECRET, CHEAP, PUBLIC_URL } from '../kit';
import { dataOf } from './ask';
import { type Belongings, WHALE, giveBelongings, giveEntries, giveSession } from './belongings';

const ROOT = join(__dirname, '../../../..');

/** Those as whom the graph is asked; `owner` is the one whose the things are that are asked for. */
export const PERSONAS = ['anonymous', 'owner', 'other', 'key', 'unscoped', 'admin'] as const;
export type Persona = (typeof PERSONAS)[number];

/** The router with all subgraphs behind it, and people. */
export interface WholeGraph {
  url: string;
  databaseUrl: string;
  /** For the header Authorization; undefined for nobody. */
  authorization: Record<Persona, string | undefined>;
  /** What administrators do is done to `target`. */
  ids: Record<'owner' | 'other' | 'admin' | 'target', string>;
  belongings: Belongings;
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
    PUBLIC_URL,
    IDENTITY_KEYS_URL: keysAt('router admin'),
    ROUTER_SUPERGRAPH_FILE: join(ROOT, 'supergraph.graphql'),
    ROUTER_SUPERGRAPH_URLS: subgraphs
      .map((name) => `${name}=http://127.0.0.1:${at(name)}/graphql`)
      .join(','),
    ROUTER_CONFIG: join(ROOT, 'deploy/router.yaml'),
    // What is refused on the way would be the newest of the audit log that is asked for.
    ROUTER_DENIALS_TELL: 'false',
    ROUTER_IDENTITY_JWKS_URL: keysAt('users admin'),
    ROUTER_IDENTITY_API_KEYS_URL: `http://127.0.0.1:${at('users admin')}${API_KEYS_PATH}`,
    ROUTER_IDENTITY_API_KEYS_SECRET: API_KEYS_SECRET,
    ROUTER_AUTHORISATION_POLICIES_URL: `http://127.0.0.1:${at('users admin')}${POLICIES_PATH}`,
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
  const system = createPrisma(database.url);
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
  const inSession = async (sub: string, roles: string[]): Promise<string> => {
    const sid = await giveSession(system, sub);
    const token = await new SignJWT({
      ...{ sub, sid, roles, scope: scopesOfRoles(roles).join(' '), amr: ['pwd'] },
      auth_time: Math.floor(systemClock() / 1_000),
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(key.privateKey);
    return `Bearer ${token}`;
  };
  const url = `http://127.0.0.1:${at('router')}/graphql`;
  const owner = await inSession(ids.owner, ['USER']);
  const { keys, ...belongings } = await giveBelongings(system, ids.owner, (query, variables) =>
    dataOf(url, owner, query, variables),
  );
  const authorization = {
    ...{ anonymous: undefined, owner, key: `ApiKey ${keys.key}` },
    unscoped: `ApiKey ${keys.unscoped}`,
    other: await inSession(ids.other, ['USER']),
    admin: await inSession(ids.admin, ['USER', 'ADMIN']),
  };
  await useKeys(system, (key) => dataOf(url, key, '{ me { id } }'), [
    authorization.key,
    authorization.unscoped,
  ]);
  await giveEntries(system, ids.owner);
  return {
    url,
    databaseUrl: database.url,
    ids,
    belongings,
    authorization,
    stop: () => stopAll(stops),
  };
}

/** Asks with keys for the first time, which their owner learns of. */
async function useKeys(
  system: PrismaClient,
  ask: (key: string) => Promise<unknown>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await ask(key);
  const kind = 'API_KEY_USED_FROM_NEW_ADDRESS';
  await until(async () => (await system.auditEntry.count({ where: { kind } })) === keys.length);
  await until(async () => (await system.apiKey.count({ where: { lastUsedAt: null } })) === 0);
}

/** A large transaction of bitcoin, and a feed that has told of it. */
async function moveWhale(space: RedisSpace): Promise<void> {
  const now = systemClock();
  const log = createLog({ name: 'test', level: 'silent' });
  const { chain, hash, address } = WHALE;
  const party = { address, owner: null } as const;
  await new DurableEvents(space, log).append(whaleTransactionSeen, {
    ...{ dataset: { kind: 'SIMULATED', begun: now }, chain, hash, time: now },
    source: 'simulated',
    legs: [
      {
        ...{ symbol: 'BTC', kind: 'TRANSFER', baseUnits: '1', decimals: 8, usd: '1' },
        coinsSince: now - 60_000,
        ...{ usdBasis: 'CANDLES', from: [{ ...party, ownerKind: 'UNKNOWN' }] },
        to: [{ ...party, ownerKind: 'UNKNOWN' }],
      },
    ],
  });
  await new FeedBoard(space).write({
    ...{ kind: 'SIMULATED', state: 'RUNNING', message: 'A test.', reportedAt: now, begun: now },
    ...{ newestAt: now, newestTime: now },
    sources: [
      {
        ...{ name: 'simulated', kind: 'SIMULATED', isConnected: true, message: '' },
        ...{ hindrance: null, newestAt: now, quietAfterMs: null },
      },
    ],
  });
}
