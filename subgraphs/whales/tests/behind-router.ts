import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { type Answer, Subscribed } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { start as startRouter } from '@spyhop/router/main';
import { type Client, createClient } from 'graphql-ws';
import { type JWTPayload, SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import WebSocket from 'ws';
import { somebody } from './people';
import { type WhalesRig, startWhales } from './rig';

const ROOT = resolve(__dirname, '../../..');

/** The whales subgraph behind a router that is configured as the product's, and people who are signed in. */
export interface RoutedWhales {
  whales: WhalesRig;
  /** An access token of somebody new, with the scopes of all users. */
  signIn(): Promise<string>;
  /** What subgraphs get to know of a key: its owner, who has the token, and its scopes. */
  keyOf(token: string, scope: string): Promise<string>;
  /** Null is nobody. */
  ask<Data = Record<string, unknown>>(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  /** Ended with the rig. */
  follow<Data>(token: string | null, query: string, variables: object): Subscribed<Data>;
  stop: Stop;
}

export async function startRoutedWhales(): Promise<RoutedWhales> {
  const stops: Stop[] = [];
  const [port, adminPort] = [await freePort(), await freePort()];
  const whales = await startWhales({
    IDENTITY_KEYS_URL: `http://127.0.0.1:${adminPort}/.well-known/jwks.json`,
  });
  stops.push(() => whales.stop());
  const issuer = await startIssuer();
  stops.push(issuer.stop);
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const nobody = `http://127.0.0.1:${await freePort()}/graphql`;
  const own = `http://127.0.0.1:${whales.port}/graphql`;
  stops.push(
    await startRouter({
      ...whales.redisEnv,
      ROUTER_CONFIG: resolve(ROOT, 'deploy/router.yaml'),
      ROUTER_SUPERGRAPH_FILE: resolve(ROOT, 'supergraph.graphql'),
      ROUTER_SUPERGRAPH_URLS: `market=${nobody},analytics=${nobody},users=${nobody},whales=${own}`,
      ROUTER_IDENTITY_JWKS_URL: issuer.keysUrl,
      ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
      ROUTER_AUTHORISATION_POLICIES_URL: nobody,
      ROUTER_AUTHORISATION_POLICIES_SECRET: randomUUID(),
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      LOG_LEVEL: 'silent',
    }),
  );
  const url = `http://127.0.0.1:${port}/graphql`;
  const sockets: Client[] = [];
  stops.push(async () => void (await Promise.all(sockets.map(async (socket) => socket.dispose()))));
  return {
    whales,
    signIn: issuer.signIn,
    keyOf: issuer.keyOf,
    ask: async (token, query, variables = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<never>;
    },
    follow: <Data>(token: string | null, query: string, variables: object) => {
      const socket = createClient({
        url: url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...(token !== null && { connectionParams: { authorization: `Bearer ${token}` } }),
      });
      sockets.push(socket);
      const events = socket.iterate<Data>({ query, variables: { ...variables } });
      return new Subscribed<Data>(events as AsyncIterableIterator<Answer<Data>>);
    },
    stop: () => stopAll(stops),
  };
}

/** Signs people in as the users subgraph does, and publishes the key of it. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'tokens', alg: 'EdDSA', use: 'sig' };
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'tokens', typ: 'at+jwt' })
      .setIssuer('spyhop:users')
      .setAudience('spyhop:api')
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(privateKey);
  return {
    keysUrl: `http://127.0.0.1:${port}/`,
    signIn: () => sign(somebody()),
    keyOf: (token: string, scope: string) => sign({ sub: decodeJwt(token).sub, scope }),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
