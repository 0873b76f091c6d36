import { createHash } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from 'jose';
import WebSocket from 'ws';
import type { Identity } from '../identity';
import { createLog } from '../log';
import type { Stop } from '../shutdown';
import { readIdentityWithKeysAt } from '../signed-identity';
import { startSubgraph } from '../subgraph-server';
import { freePort } from '../testkit/ports';

const HEADER = 'x-router-identity';
const log = createLog({ name: 'test', level: 'silent' });

const schema = buildSubgraphSchema({
  typeDefs: parse(`
    type Query { me: String roles: [String!] }
    type Subscription { mine: String }
  `),
  resolvers: {
    Query: {
      me: (_: unknown, __: unknown, { identity }: Context) => identity?.subject ?? null,
      roles: (_: unknown, __: unknown, { identity }: Context) => [...(identity?.roles ?? [])],
    },
    Subscription: {
      mine: {
        subscribe: async function* (_: unknown, __: unknown, { identity }: Context) {
          yield `asked by ${identity?.subject ?? 'nobody'}`;
          yield 'again';
        },
        resolve: (event: string, __: unknown, { identity }: Context) =>
          `${event}: ${identity?.subject ?? 'nobody'}`,
      },
    },
  } as never,
});

interface Context {
  identity: Identity | null;
}

const BODY = '{"query":"{ me roles }"}';
const QUERY = 'subscription { mine }';
/** RFC 8785 of the subscription: members sorted, no space. */
const OPERATION = `{"operationName":null,"query":"${QUERY}","variables":{}}`;

let router: { privateKey: CryptoKey; publicJwk: JWK };
let forger: CryptoKey;
let keys: Server;
let published: JWK[] = [];
let keysPort: number;
const stops: Stop[] = [];
const clients: Client[] = [];

async function startWith(keysUrl: string | undefined): Promise<number> {
  const port = await freePort();
  const identity = readIdentityWithKeysAt(keysUrl, { subgraph: 'accounts', log });
  const context = (who: Identity | null): Context => ({ identity: who });
  stops.push(await startSubgraph({ port, schema, context, identity, log }));
  return port;
}

let guarded: number;
let open: number;

beforeAll(async () => {
  const [{ privateKey, publicKey }, other] = await Promise.all([
    generateKeyPair('EdDSA', { extractable: true }),
    generateKeyPair('EdDSA'),
  ]);
  router = { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: 'r', alg: 'EdDSA' } };
  forger = other.privateKey;
  keysPort = await freePort();
  keys = createServer((_, response) => void response.end(JSON.stringify({ keys: published })));
  await new Promise<void>((resolve) => keys.listen(keysPort, '127.0.0.1', resolve));
  guarded = await startWith(`http://127.0.0.1:${keysPort}/keys`);
  open = await startWith(undefined);
});
afterAll(async () => {
  for (const client of clients) client.terminate();
  for (const stop of stops) await stop();
  keys.closeAllConnections();
  await new Promise((resolve) => keys.close(resolve));
});
beforeEach(() => {
  published = [router.publicJwk];
});

/** What the router signs, but for what is changed. */
function signed({
  by = router.privateKey,
  typ = 'router-identity+jwt',
  aud = 'accounts',
  seconds = 30,
  sub = 'ann' as string | null,
  asked = BODY,
} = {}): Promise<string> {
  const req_sha256 = createHash('sha256').update(asked).digest('base64url');
  return new SignJWT({ ...(sub !== null && { sub, roles: ['trader'], req_sha256 }) })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'r', typ })
    .setIssuer('router')
    .setAudience(aud)
    .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
    .sign(by);
}

async function ask(port: number, identity?: string, body = BODY) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(identity && { [HEADER]: identity }) },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The events of a subscription, or why there are none. */
function subscribe(port: number, identity?: string): Promise<unknown> {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  clients.push(client);
  const events: unknown[] = [];
  const extensions = identity === undefined ? undefined : { [HEADER]: identity };
  return new Promise((resolve) =>
    client.subscribe(
      { query: QUERY, extensions },
      {
        next: ({ data }) => events.push(data?.['mine']),
        error: resolve,
        complete: () => resolve(events),
      },
    ),
  );
}

describe("a subgraph with its router's keys", () => {
  it('knows who asks, over HTTP and with every event over a WebSocket', async () => {
    const { body } = await ask(guarded, await signed());
    expect(body).toEqual({ data: { me: 'ann', roles: ['trader'] } });
    const forSubscription = await signed({ asked: OPERATION });
    expect(await subscribe(guarded, forSubscription)).toEqual(['asked by ann: ann', 'again: ann']);
  });

  it('knows that nobody is signed in where the router says so', async () => {
    const nobody = await signed({ sub: null });
    expect((await ask(guarded, nobody)).body).toEqual({ data: { me: null, roles: [] } });
    expect(await subscribe(guarded, nobody)).toEqual(['asked by nobody: nobody', 'again: nobody']);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['without a signature', async () => undefined],
    ['with nonsense', async () => 'ann'],
    ['with a forged signature', () => signed({ by: forger })],
    ['with one that is over', () => signed({ seconds: -10 })],
    ['with one for another subgraph', () => signed({ aud: 'market' })],
    ['with a token that is no identity', () => signed({ typ: 'JWT' })],
    ['with one for another operation', () => signed({ asked: '{"query":"{ me }"}' })],
  ])('refuses what comes %s', async (_, sign) => {
    const identity = await sign();
    const refusal = expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } });
    const { status, body } = await ask(guarded, identity);
    expect(status).toBe(401);
    expect(body).toEqual({ errors: [refusal] });
    expect(await subscribe(guarded, identity)).toEqual([refusal]);
  });

  it('takes what somebody was signed for to the letter', async () => {
    const identity = await signed();
    for (const body of [`${BODY} `, '{"query":"{ roles me }"}', '[]']) {
      const { status } = await ask(guarded, identity, body);
      expect(status).toBe(401);
    }
    const url = `http://127.0.0.1:${guarded}/graphql?query=%7Bme%7D`;
    const headers = { [HEADER]: identity, 'apollo-require-preflight': '1' };
    expect((await fetch(url, { headers })).status).toBe(401);
  });

  it('answers nobody while it cannot have the keys', async () => {
    const dark = await startWith(`http://127.0.0.1:${await freePort()}/keys`);
    const refusal = expect.objectContaining({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    const { status, body } = await ask(dark, await signed());
    expect(status).toBe(503);
    expect(body).toEqual({ errors: [refusal] });
    expect(await subscribe(dark, await signed())).toEqual([refusal]);
  });
});

describe('a subgraph without keys', () => {
  it('answers everybody as nobody, whatever they claim', async () => {
    for (const identity of [undefined, await signed()]) {
      expect((await ask(open, identity)).body).toEqual({ data: { me: null, roles: [] } });
      expect(await subscribe(open, identity)).toEqual(['asked by nobody: nobody', 'again: nobody']);
    }
  });
});
