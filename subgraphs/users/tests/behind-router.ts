import { resolve } from 'node:path';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { start as startRouter } from '@spyhop/router/main';
import { exportJWK, generateKeyPair } from 'jose';
import { API_KEYS_SECRET, type UsersRig, startUsersRig } from './kit';

const ROOT = resolve(__dirname, '../../..');

/** The users subgraph behind a router that is configured as the product's. */
export interface RoutedRig {
  rig: UsersRig;
  url: string;
  /** One request; what is not given is left out. */
  ask(asked: Asked): Promise<Answered>;
  stop: Stop;
}

export interface Asked {
  query: string;
  variables?: Record<string, unknown>;
  token?: string | undefined;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Headers;
  data: Record<string, unknown> | null;
  /** `extensions.code` of each error. */
  codes: unknown[];
}

export async function startRouted(): Promise<RoutedRig> {
  const stops: Stop[] = [];
  const [port, adminPort] = [await freePort(), await freePort()];
  const identityKeysUrl = `http://127.0.0.1:${adminPort}/.well-known/jwks.json`;
  const rig = await startUsersRig({ env: { IDENTITY_KEYS_URL: identityKeysUrl } });
  stops.push(() => rig.stop());
  // Routers go by the real time; tokens are made by the rig's.
  rig.now = Date.now();
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const nobody = `http://127.0.0.1:${await freePort()}/graphql`;
  const users = `http://127.0.0.1:${rig.port}/graphql`;
  stops.push(
    await startRouter({
      ROUTER_CONFIG: resolve(ROOT, 'deploy/router.yaml'),
      ROUTER_SUPERGRAPH_FILE: resolve(ROOT, 'supergraph.graphql'),
      ROUTER_SUPERGRAPH_URLS: `market=${nobody},analytics=${nobody},whales=${nobody},users=${users}`,
      ROUTER_IDENTITY_JWKS_URL: `http://127.0.0.1:${rig.adminPort}/.well-known/jwks.json`,
      ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
      ROUTER_AUTHORISATION_POLICIES_URL: `http://127.0.0.1:${rig.adminPort}/policies`,
      ROUTER_AUTHORISATION_POLICIES_SECRET: API_KEYS_SECRET,
      REDIS_URL: process.env['TEST_REDIS_URL'],
      REDIS_PREFIX: rig.space.prefix,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      LOG_LEVEL: 'silent',
    }),
  );
  const url = `http://127.0.0.1:${port}/graphql`;
  return { rig, url, ask: (asked) => ask(url, asked), stop: () => stopAll(stops) };
}

async function ask(url: string, { query, variables = {}, token, headers }: Asked) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { extensions?: { code?: unknown } }[];
  };
  const codes = errors.map(({ extensions }) => extensions?.code);
  return { status: response.status, headers: response.headers, data, codes };
}
