import { join } from 'node:path';
import { start as startMarket } from '@spyhop/market/main';
import { seedAssets } from '@spyhop/market/seed';
import { systemClock } from '@spyhop/platform/clock';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { requiredUrl } from '@spyhop/platform/testkit/redis';
import { start as startRouter } from '@spyhop/router/main';
import { API_KEYS_PATH } from '@spyhop/users/api-key-endpoint';
import { API_KEYS_SECRET, type UsersRig, startUsersRig } from '@spyhop/users/tests/kit';

const ROOT = join(__dirname, '../..');

/** Accounts and the market behind two routers, as `npm start` puts them together. */
export interface AccountsStack {
  users: UsersRig;
  /** Ports of the API. */
  routers: readonly [number, number];
  stop: Stop;
}

export async function startAccountsStack(): Promise<AccountsStack> {
  const stops: Stop[] = [];
  const users = await startUsersRig({ parts: { clock: systemClock } });
  stops.push(() => users.stop());
  await seedAssets(users.databaseUrl, systemClock());
  const common = {
    DATABASE_URL: users.databaseUrl,
    REDIS_URL: requiredUrl('TEST_REDIS_URL'),
    REDIS_PREFIX: users.space.prefix,
    LOG_LEVEL: 'silent',
  };
  const marketPort = await freePort();
  stops.push(
    await startMarket({
      ...common,
      MARKET_PORT: String(marketPort),
      MARKET_ADMIN_PORT: String(await freePort()),
      MARKET_SOURCE: 'simulated',
      IDENTITY_KEYS_URL: users.router.keysUrl,
    }),
  );
  const admin = `http://127.0.0.1:${users.adminPort}`;
  const { DATABASE_URL: _none, ...forRouters } = common;
  const addRouter = async (): Promise<number> => {
    const port = await freePort();
    const stop = await startRouter({
      ...forRouters,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(await freePort()),
      ROUTER_CONFIG: join(ROOT, 'deploy/router.yaml'),
      ROUTER_SUPERGRAPH_FILE: join(ROOT, 'supergraph.graphql'),
      ROUTER_SUPERGRAPH_URLS: `market=http://127.0.0.1:${marketPort}/graphql,users=http://127.0.0.1:${users.port}/graphql`,
      ROUTER_IDENTITY_JWKS_URL: `${admin}/.well-known/jwks.json`,
      ROUTER_IDENTITY_API_KEYS_URL: `${admin}${API_KEYS_PATH}`,
      ROUTER_IDENTITY_API_KEYS_SECRET: API_KEYS_SECRET,
      ROUTER_AUTHORISATION_POLICIES_URL: `http://127.0.0.1:${users.adminPort}/policies`,
      ROUTER_AUTHORISATION_POLICIES_SECRET: API_KEYS_SECRET,
      ROUTER_IDENTITY_SIGNING_KEY: await users.router.key(),
    });
    stops.push(stop);
    return port;
  };
  return { users, routers: [await addRouter(), await addRouter()], stop: () => stopAll(stops) };
}
