import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { systemClock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import { createLog } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { createSignedIdentityReader, operationText } from '@spyhop/platform/signed-identity';
import { freePort } from '@spyhop/platform/testkit/ports';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { type JWK, type JWTPayload, SignJWT, exportJWK } from 'jose';
import { WebSocketServer } from 'ws';
import { createIdentitySigner } from '../guard/signed-identity';
import { start } from '../main';
import { Bus } from './bus';
import { AUDIENCE, ISSUER, KeyServer, type TestKey, newKey } from './guard/issuer';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@policy"])`;

const SDL = {
  people: `${LINK}
    type Query { motto: String staff: [Person!]! phone: String @authenticated }
    type Person @key(fields: "id") { id: ID! name: String! email: String @authenticated }
    type Mutation { hire(name: String!): Person @requiresScopes(scopes: [["staff:write"]]) }
    type Subscription {
      arrived: Person
      called: String @requiresScopes(scopes: [["calls:read"]])
    }`,
  payroll: `${LINK}
    type Query { payday: String }
    type Person @key(fields: "id") {
      id: ID!
      salary: Int @requiresScopes(scopes: [["payroll:read"]])
      review: String @policy(policies: [["is_manager"]])
    }`,
} as const;

type Name = keyof typeof SDL;

/** One operation as a subgraph received it. */
export interface Heard {
  subgraph: Name;
  query: string;
  /** As the router's signature says, null for nobody; undefined where there is no such signature. */
  identity: Identity | null | undefined;
}

const PERSON = { id: '1', name: 'Ann', email: 'ann@example.org', salary: 4_200, review: 'good' };
/** Scopes of those who have one. */
const API_KEYS = new Map([
  ['clerk', ['payroll:read']],
  ['caller', ['calls:read']],
]);
const log = createLog({ name: 'test', level: 'silent' });

/** How a token is made. */
interface TokenMaking {
  seconds?: number;
  by?: TestKey;
  /** What it says that has signed it; undefined for nothing. */
  kid?: string | undefined;
}

/** Two subgraphs that check who asks, who issues tokens and API keys, and routers in front as a test sets them. */
export class Office {
  readonly calls = new Bus<string>();
  readonly arrivals = new Bus<object>();
  /** What subgraphs were asked, in the order in which they were. */
  heard: Heard[] = [];
  /** Sessions in whose name subgraphs no longer answer. */
  readonly revokedSessions = new Set<unknown>();
  /** Held by a test to keep subgraphs from answering requests. */
  gate: Promise<void> = Promise.resolve();
  /** Where subgraphs answer. */
  readonly urls = new Map<Name, string>();
  private readonly stops: Stop[] = [];
  private supergraphFile = '';

  private constructor(
    private readonly issuer: TestKey,
    private readonly signing: { jwk: JWK; publicJwk: JWK },
    /** API keys that are nobody's any more, whatever routers remember. */
    readonly revokedKeys: Set<string>,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open(): Promise<Office> {
    const [issuer, signing] = await Promise.all([newKey('i', 'EdDSA'), newKey('s', 'EdDSA')]);
    const jwk = { ...(await exportJWK(signing.privateKey)), kid: 's' };
    const keys = await KeyServer.start();
    keys.keys = [issuer.publicJwk];
    const revokedKeys = new Set<string>();
    const apiKeys = createServer(async (request, response) => {
      const { key } = JSON.parse(await text(request)) as { key: string };
      const scopes = revokedKeys.has(key) ? undefined : API_KEYS.get(key);
      if (!scopes) response.writeHead(404).end();
      else response.end(JSON.stringify({ subject: 'robot', scopes, claims: { key_id: key } }));
    });
    const office = new Office(issuer, { jwk, publicJwk: signing.publicJwk }, revokedKeys, {
      ROUTER_IDENTITY_JWKS_URL: keys.url,
      ROUTER_IDENTITY_JWT_ISSUERS: ISSUER,
      ROUTER_IDENTITY_JWT_AUDIENCES: AUDIENCE,
      ROUTER_IDENTITY_JWT_SKEW_MS: '1',
      ROUTER_IDENTITY_API_KEYS_URL: await listen(apiKeys),
      ROUTER_IDENTITY_SIGNING_KEY: JSON.stringify(jwk),
      ROUTER_LIVE_LINGER_MS: '50',
      // Answers are compared as a whole.
      ROUTER_DEMAND_REPORT: 'false',
      LOG_LEVEL: 'silent',
    });
    office.stops.push(
      () => keys.stop(),
      () => shut(apiKeys),
    );
    await office.compose();
    return office;
  }

  async close(): Promise<void> {
    await stopAll(this.stops);
  }

  /** A router before the subgraphs. Returns its port. */
  async route(settings: NodeJS.ProcessEnv = {}): Promise<number> {
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    const stop = await start({
      ...this.environment,
      ROUTER_SUPERGRAPH_FILE: this.supergraphFile,
      PORT: String(port),
      ROUTER_ADMIN_PORT: String(adminPort),
      ...settings,
    });
    this.stops.push(stop);
    return port;
  }

  /** A token of that subject that holds so many seconds; like all tokens it ends at a whole second. */
  token(
    subject: string,
    claims: JWTPayload = {},
    { seconds = 600, by = this.issuer, ...named }: TokenMaking = {},
  ) {
    return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: subject, ...claims })
      .setProtectedHeader({ alg: by.alg, kid: by.publicJwk.kid, ...named })
      .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
      .sign(by.privateKey);
  }

  /** What only the router can sign, for `people` and what is asked there. */
  async signed(identity: Identity, asked = ''): Promise<string> {
    const signer = await createIdentitySigner({ key: this.signing.jwk, clock: systemClock });
    return signer.sign(identity, 'people', asked);
  }

  private async compose(): Promise<void> {
    const served = await Promise.all(
      (['people', 'payroll'] as const).map(async (name) => ({
        name,
        url: await this.serve(name),
        typeDefs: parse(SDL[name]),
      })),
    );
    const { supergraphSdl, errors } = composeServices(served);
    if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
    const folder = await mkdtemp(join(tmpdir(), 'router-office-'));
    this.supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(this.supergraphFile, supergraphSdl);
    this.stops.push(() => rm(folder, { recursive: true }));
  }

  private async serve(name: Name): Promise<string> {
    const schema = buildSubgraphSchema({
      typeDefs: parse(SDL[name]),
      resolvers: this.resolvers() as never,
    });
    const read = createSignedIdentityReader({
      keys: { keys: [this.signing.publicJwk] },
      subgraph: name,
      clock: systemClock,
      log,
    });
    const whoIn = (source: Readonly<Record<string, unknown>>, asked: string) =>
      read(source, () => asked).catch(() => undefined);
    const hear = async (...[query, ...said]: [string, ...Parameters<typeof whoIn>]) => {
      this.heard.push({ subgraph: name, query, identity: await whoIn(...said) });
    };
    const bodies = new WeakMap<IncomingMessage, Buffer[]>();
    const handle = createHandler({
      schema,
      onSubscribe: async ({ headers, raw }, { query }) => {
        const asked = Buffer.concat(bodies.get(raw) ?? []).toString();
        await hear(query, headers as Readonly<Record<string, unknown>>, asked);
        await this.gate;
      },
    });
    const server = createServer((request, response) => {
      const body: Buffer[] = [];
      bodies.set(request, body);
      request.on('data', (chunk: Buffer | string) => body.push(Buffer.from(chunk)));
      void handle(request, response);
    });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    const live = useServer(
      {
        schema,
        context: async (_, __, payload) => ({
          who: await whoIn(payload.extensions ?? {}, operationText(payload)),
        }),
        onSubscribe: (_, __, payload) =>
          hear(payload.query, payload.extensions ?? {}, operationText(payload)),
      },
      sockets,
    );
    const url = await listen(server);
    this.urls.set(name, url);
    this.stops.push(
      () => shut(server),
      async () => live.dispose(),
    );
    return url;
  }

  private resolvers(): object {
    return {
      Query: {
        motto: () => 'Onwards',
        payday: () => 'Friday',
        phone: () => '0123',
        staff: () => [PERSON],
      },
      Mutation: { hire: () => PERSON },
      Person: { __resolveReference: () => PERSON },
      Subscription: {
        arrived: { subscribe: () => this.arrivals.listen(), resolve: () => PERSON },
        called: {
          subscribe: () => this.calls.listen(),
          resolve: (call: string, _: unknown, { who }: { who?: Identity | null }) =>
            this.revokedSessions.has(who?.claims['sid']) ? null : call,
        },
      },
    };
  }
}

/** Returns the server's address. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
