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
/** Of a router with the same key, whose requests share signatures. */
let togetherPort: number;

beforeAll(async () => {
  const [keys, signing, ports] = await Promise.all([
    KeyServer.start(),
    newKey('s', 'EdDSA'),
    Promise.all([freePort(), freePort(), freePort(), freePort()]),
  ]);
  [port, adminPort, subgraphPort, togetherPort] = ports;
  issuer = await newKey('i', 'EdDSA');
  keys.keys = [issuer.publicJwk];
  signingKey = { ...(await exportJWK(signing.privateKey)), kid: 's' };
  const folder = await mkdtemp(join(tmpdir(), 'router-signed-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, compose(`http://127.0.0.1:${subgraphPort}/graphql`));
  const options = {
    ROUTER_SUPERGRAPH_FILE: file,
    ROUTER_IDENTITY_JWKS_URL: keys.url,
    ROUTER_IDENTITY_JWT_ISSUERS: ISSUER,
    ROUTER_IDENTITY_JWT_AUDIENCES: AUDIENCE,
    ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(signingKey),
    LOG_LEVEL: 'silent',
    ROUTER_DEMAND_REPORT: 'false',
  };
  stops.push(
    () => keys.stop(),
    () => rm(folder, { recursive: true }),
    await serveAccounts(),
    await start({ ...options, PORT: String(port), ROUTER_ADMIN_PORT: String(adminPort) }),
    await start({
      ...options,
      PORT: String(togetherPort),
      ROUTER_ADMIN_PORT: String(await freePort()),
      ROUTER_IDENTITY_SIGN_TOGETHER: 'true',
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

/** What ann and bob hear of a change that each hears in their own name. */
async function heardAt(at: number): Promise<unknown[]> {
  const viewers = await Promise.all(
    ['ann', 'bob'].map(async (subject) => {
      const client = createClient({
        url: `ws://127.0.0.1:${at}/graphql`,
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
  for (const client of clients.splice(0)) client.terminate();
  await until(() => changes.listening === 0);
  return viewers.map(({ data }) => data);
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
    expect(await heardAt(port)).toEqual([[{ mine: 'ann' }], [{ mine: 'bob' }]]);
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

describe('a router whose requests share signatures', () => {
  it('says for whom each of many is that come at the same time', async () => {
    const people = Array.from({ length: 40 }, (_, n) => `person ${n}`);
    const tokens = await Promise.all(people.map(tokenOf));
    const answers = await Promise.all(
      tokens.map((token) => ask(togetherPort, '{ me }', { authorization: `Bearer ${token}` })),
    );
    expect(answers.map(({ data }) => data)).toEqual(people.map((me) => ({ me })));
    expect((await ask(togetherPort, '{ anybody }')).data).toEqual({ anybody: null });
  });

  it('says for whom each subscription is', async () => {
    expect(await heardAt(togetherPort)).toEqual([[{ mine: 'ann' }], [{ mine: 'bob' }]]);
  });

  it('gives away nothing that opens more than what was asked', async () => {
    await ask(togetherPort, '{ me }', { authorization: `Bearer ${await tokenOf('ann')}` });
    const [jwt = ''] = captured.split('~');
    expect(captured.length).toBeGreaterThan(jwt.length);
    for (const header of [captured, jwt, `${jwt}~`]) {
      const { errors } = await ask(subgraphPort, '{ anybody }', { [IDENTITY_HEADER]: header });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });
});
