import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '@spyhop/platform/identity';
import { createLog } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import {
  IDENTITY_HEADER,
  ROUTER_KEYS_PATH,
  readIdentityWithKeysAt,
} from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { type JWK, exportJWK } from 'jose';
import WebSocket from 'ws';
import { start } from '../main';
import { Bus } from './bus';
import { AUDIENCE, ISSUER, KeyServer, type TestKey, newKey, tokenBy } from './guard/issuer';
import { type Answer, Subscriber } from './kit';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@authenticated"])
  type Query { me: String @authenticated anybody: String }
  type Subscription { mine: String @authenticated }`;

interface Context {
  identity: Identity | null;
}

const changes = new Bus<string>();
const stops: Stop[] = [];
const clients: Client[] = [];
/** What the router said last to the subgraph over HTTP. */
let captured: string;
let issuer: TestKey;
let signingKey: JWK;
let port: number;
let adminPort: number;
let subgraphPort: number;

beforeAll(async () => {
  const [keys, signing, ports] = await Promise.all([
    KeyServer.start(),
    newKey('s', 'EdDSA'),
    Promise.all([freePort(), freePort(), freePort()]),
  ]);
  [port, adminPort, subgraphPort] = ports;
  issuer = await newKey('i', 'EdDSA');
  keys.keys = [issuer.publicJwk];
  signingKey = { ...(await exportJWK(signing.privateKey)), kid: 's' };
  const folder = await mkdtemp(join(tmpdir(), 'router-signed-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, compose(`http://127.0.0.1:${subgraphPort}/graphql`));
  stops.push(
    () => keys.stop(),
    () => rm(folder, { recursive: true }),
    await serveAccounts(),
    await start({
      ROUTER_SUPERGRAPH_FILE: file,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      ROUTER_IDENTITY_JWKS_URL: keys.url,
      ROUTER_IDENTITY_JWT_ISSUERS: ISSUER,
      ROUTER_IDENTITY_JWT_AUDIENCES: AUDIENCE,
      ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(signingKey),
      LOG_LEVEL: 'silent',
      ROUTER_DEMAND_REPORT: 'false',
    }),
  );
});
afterAll(async () => {
  for (const client of clients) client.terminate();
  await stopAll(stops);
});

function compose(url: string): string {
  const { supergraphSdl } = composeServices([{ name: 'accounts', url, typeDefs: parse(SDL) }]);
  if (!supergraphSdl) throw new Error('the subgraph does not compose');
  return supergraphSdl;
}

function serveAccounts(): Promise<Stop> {
  const log = createLog({ name: 'accounts', level: 'silent' });
  const subjectOf = (_: unknown, __: unknown, { identity }: Context) => identity?.subject ?? null;
  return startSubgraph({
    port: subgraphPort,
    schema: buildSubgraphSchema({
      typeDefs: parse(SDL),
      resolvers: {
        Query: { me: subjectOf, anybody: subjectOf },
        Subscription: { mine: { subscribe: () => changes.listen(), resolve: subjectOf } },
      } as never,
    }),
    context: (identity, { headers }): Context => {
      captured = String(headers[IDENTITY_HEADER]);
      return { identity };
    },
    identity: readIdentityWithKeysAt(`http://127.0.0.1:${adminPort}${ROUTER_KEYS_PATH}`, {
      subgraph: 'accounts',
      log,
    }),
    log,
  });
}

const tokenOf = (sub: string): Promise<string> =>
  tokenBy(issuer, { sub, exp: Math.floor(Date.now() / 1_000) + 60 });

async function ask(at: number, query: string, headers: HeadersInit = {}): Promise<Answer['body']> {
  const response = await fetch(`http://127.0.0.1:${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer['body'];
}

describe('a subgraph that takes the keys which its router publishes', () => {
  it('gets no private part of them', async () => {
    const response = await fetch(`http://127.0.0.1:${adminPort}${ROUTER_KEYS_PATH}`);
    const { kty, crv, x } = signingKey;
    expect(await response.json()).toEqual({
      keys: [{ kty, crv, x, kid: 's', alg: 'EdDSA', use: 'sig' }],
    });
  });

  it('knows for whom it answers private data', async () => {
    for (const subject of ['ann', 'bob']) {
      const { data } = await ask(port, '{ me anybody }', {
        authorization: `Bearer ${await tokenOf(subject)}`,
      });
      expect(data).toEqual({ me: subject, anybody: subject });
    }
  });

  it('is asked for public data as by nobody, whoever asks the router', async () => {
    const authorization = `Bearer ${await tokenOf('ann')}`;
    const { data } = await ask(port, '{ anybody }', { authorization });
    expect(data).toEqual({ anybody: null });
  });

  it('knows for whom each subscription is', async () => {
    const viewers = await Promise.all(
      ['ann', 'bob'].map(async (subject) => {
        const client = createClient({
          url: `ws://127.0.0.1:${port}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: { authorization: `Bearer ${await tokenOf(subject)}` },
        });
        clients.push(client);
        return new Subscriber(client, 'subscription { mine }');
      }),
    );
    await until(() => changes.listening === 2);
    changes.publish('changed');
    for (const viewer of viewers) await viewer.received(1);
    expect(viewers.map(({ data }) => data)).toEqual([[{ mine: 'ann' }], [{ mine: 'bob' }]]);
  });

  it('answers nobody who gets around the router, with what the router was given either', async () => {
    const token = await tokenOf('ann');
    const attempts: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${token}` },
      { 'x-router-identity': token },
    ];
    for (const headers of attempts) {
      const { errors } = await ask(subgraphPort, '{ me }', headers);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });

  it('answers nobody who has caught what the router said of somebody, but to what was asked then', async () => {
    await ask(port, '{ me }', { authorization: `Bearer ${await tokenOf('ann')}` });
    const header = { [IDENTITY_HEADER]: captured };
    for (const query of [
      '{ anybody }',
      '{ me anybody }',
      'query Q { me }',
      '{ _service { sdl } }',
    ]) {
      const { errors } = await ask(subgraphPort, query, header);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
    const url = `ws://127.0.0.1:${subgraphPort}/graphql`;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    clients.push(client);
    const failure = await new Promise((resolve) => {
      const payload = { query: 'subscription { mine }', extensions: header };
      client.subscribe(payload, { next: resolve, error: resolve, complete: () => resolve(null) });
    });
    expect(failure).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
