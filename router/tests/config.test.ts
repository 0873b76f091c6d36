import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import Ajv from 'ajv/dist/2020';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '@spyhop/platform/config';
import { freePort } from '@spyhop/platform/testkit/ports';
import { parse } from 'graphql';
import type { RouterConfig } from '../config/options';
import { readRouterConfig } from '../config/read';
import { start } from '../main';
import { withoutMandatoryFeatures } from '../supergraph/load';
import { cachingHead } from './cache/graph';
import { Shop } from './shop';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Why the router does not start with that supergraph. */
async function failure(sdl: string, settings: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, sdl);
  const [port, admin] = await Promise.all([freePort(), freePort()]);
  return start({
    ROUTER_SUPERGRAPH_FILE: file,
    PORT: String(port),
    ROUTER_ADMIN_PORT: String(admin),
    LOG_LEVEL: 'silent',
    ...settings,
  }).then(
    async (stop) => stop(),
    (err: unknown) => err,
  );
}

/** Points at files with a fault each. */
async function faultyFiles(): Promise<NodeJS.ProcessEnv> {
  const list = join(folder, 'list.json');
  await writeFile(list, '{"operations":');
  return {
    ROUTER_HTTP_TLS_CERT_FILE: '/no/such.crt',
    ROUTER_HTTP_TLS_KEY_FILE: '/no/such.key',
    ROUTER_PERSISTED_MANIFEST: list,
    ROUTER_WEB_FOLDER: tmpdir(),
  };
}

type Described = Readonly<Record<string, { description?: string }>>;

const undescribed = (keys: Described): string[] =>
  Object.keys(keys).filter((name) => !keys[name]?.description);

describe("the router's configuration", () => {
  it('names all faults at once', () => {
    const read = (): unknown =>
      readRouterConfig({
        PORT: 'many',
        ROUTER_SUPERGRAPH_URLS: 'market',
        ROUTER_WEB_ORIGINS: 'https://a.example/path',
        ROUTER_LIMITS_DEPTH: '0',
      });
    expect(read).toThrow(ConfigError);
    for (const name of ['SUPERGRAPH_FILE', 'SUPERGRAPH_URLS', 'WEB_ORIGINS', 'LIMITS_DEPTH']) {
      expect(read).toThrow(`ROUTER_${name}`);
    }
    expect(read).toThrow('PORT');
  });

  describe('in a file', () => {
    const inFile = async (yaml: string, env: NodeJS.ProcessEnv = {}): Promise<RouterConfig> => {
      const file = join(folder, 'router.yaml');
      await writeFile(file, yaml);
      return readRouterConfig({ ROUTER_CONFIG: file, ROUTER_SUPERGRAPH_FILE: 'a.graphql', ...env });
    };

    it('is read, and the environment stands above it', async () => {
      const yaml =
        'port: 5000\nlimits: { depth: 3, tokens: 4 }\nweb: { origins: [https://a.example] }';
      const config = await inFile(yaml, { ROUTER_LIMITS_DEPTH: '7', ROUTER_LIMITS_TOKENS: '' });
      expect(config).toMatchObject({
        port: 5000,
        adminPort: 5010,
        limits: { depth: 7, tokens: 4 },
      });
      expect(config.web.origins).toContain('https://a.example');
    });

    it.each([
      [
        'a time that is longer than clocks run',
        'subgraphs: { timeoutMs: 3000000000 }',
        'subgraphs.timeoutMs (or ROUTER_SUBGRAPHS_TIMEOUT_MS): must be at most 2147483647',
      ],
      [
        'what is missing beside another fault',
        'identity: { jwksUrl: "https://a.example/jwks", jwtSkewMs: abc, jwtAudiences: [api] }',
        'identity.jwtIssuers (or ROUTER_IDENTITY_JWT_ISSUERS): must name at least one',
      ],
      ['a key that does not exist', 'limits: { dept: 3 }', 'limits.dept: there is no such key'],
      [
        'a wrong value',
        'limits: { depth: deep }',
        'limits.depth (or ROUTER_LIMITS_DEPTH): must be',
      ],
      ['a value for a section', 'limits: 3', 'limits: must be a section'],
      [
        'a wrong element',
        'web: { origins: [a] }',
        'web.origins.0 (or ROUTER_WEB_ORIGINS): must be',
      ],
      ['a list in place of keys', '- 1', 'must have keys'],
      [
        'a port that leaves none for the admin port',
        'port: 65530',
        'adminPort (or ROUTER_ADMIN_PORT): must be set where',
      ],
      [
        'one port for both',
        'port: 5000\nadminPort: 5000',
        'adminPort (or ROUTER_ADMIN_PORT): must be another than port',
      ],
      [
        'a safelist without a list, and another fault besides',
        'persisted: { safelist: enforce, automatic: maybe }',
        'persisted.manifest (or ROUTER_PERSISTED_MANIFEST): must name the list',
      ],
      [
        'a certificate without its key, and another fault besides',
        'http: { tlsCertFile: a.crt, batch: 0 }',
        'http: must name both',
      ],
      [
        'both a number of proxies and their addresses',
        "http: { trustProxy: ['1', 10.0.0.0/8] }",
        'http.trustProxy (or TRUST_PROXY): must be either',
      ],
      [
        'a header for the address that clients can write',
        'headers: { forward: [X-Client], named: { a: { clientAddress: x-client } } }',
        'headers.clientAddress (or ROUTER_HEADERS_CLIENT_ADDRESS): must be a header of its own',
      ],
      [
        'nobody whose tokens are accepted',
        'identity: { jwksUrl: "https://a.example/jwks", jwtAudiences: [api] }',
        'identity.jwtIssuers (or ROUTER_IDENTITY_JWT_ISSUERS): must name at least one',
      ],
      [
        'nothing that accepted tokens are for',
        'identity: { jwksUrl: "https://a.example/jwks", jwtIssuers: [a] }',
        'identity.jwtAudiences (or ROUTER_IDENTITY_JWT_AUDIENCES): must name at least one',
      ],
      ['what is no YAML', 'a: [', 'router.yaml: Flow sequence'],
    ])('says where there is %s', async (_, yaml, fault) => {
      const err: unknown = await inFile(yaml).catch((thrown: unknown) => thrown);
      expect(err).toBeInstanceOf(ConfigError);
      expect((err as ConfigError).message).toContain(fault);
    });

    it('says that it cannot be read, and what else is wrong', () => {
      const read = (): unknown => readRouterConfig({ ROUTER_CONFIG: '/no/such.yaml', PORT: 'x' });
      expect(read).toThrow(/such\.yaml: cannot be read: .*ENOENT[^]*PORT: must/);
    });

    it('is what it is without one where it says every default', async () => {
      const reference = await readFile(join(__dirname, '../router.yaml'), 'utf8');
      const plain = readRouterConfig({ ROUTER_SUPERGRAPH_FILE: 'a.graphql' });
      expect(await inFile(reference)).toEqual(plain);
    });

    it('has a description of every key in its JSON schema', async () => {
      const schema = await readFile(join(__dirname, '../router.schema.json'), 'utf8');
      const missing: string[] = [];
      JSON.parse(schema, (name: string, value: unknown) => {
        if (name === 'properties') missing.push(...undescribed(value as Described));
        return value;
      });
      expect(missing).toEqual([]);
    });

    it('satisfies its JSON schema exactly if it is accepted', async () => {
      const schema = await readFile(join(__dirname, '../router.schema.json'), 'utf8');
      const validate = new Ajv({ strict: false, validateFormats: false }).compile(
        JSON.parse(schema),
      );
      expect(validate({ supergraph: { file: 'a' }, limits: { depth: 3 } })).toBe(true);
      expect(validate({ supergraph: { file: 'a' }, limits: { dept: 3 } })).toBe(false);
      expect(validate({ supergraph: { file: 'a' }, limits: { depth: 0 } })).toBe(false);
    });
  });

  it('says that a variable is misspelt', () => {
    const read = (): unknown =>
      readRouterConfig({ ROUTER_SUPERGRAPH_FILE: 'a', ROUTER_LIMITS_DEPHT: '3' });
    expect(read).toThrow('ROUTER_LIMITS_DEPHT: there is no such key');
  });

  it('takes addresses of subgraphs by name', () => {
    const { supergraph, adminPort } = readRouterConfig({
      PORT: '5000',
      ROUTER_SUPERGRAPH_FILE: 'a.graphql',
      ROUTER_SUPERGRAPH_URLS: 'a=http://a:1/graphql, b=https://b/q?x=1',
    });
    expect([...supergraph.urls]).toEqual([
      ['a', 'http://a:1/graphql'],
      ['b', 'https://b/q?x=1'],
    ]);
    expect(adminPort).toBe(5010);
  });

  it.each<[string, string, NodeJS.ProcessEnv, RegExp]>([
    [
      'a file that is missing',
      '',
      { ROUTER_SUPERGRAPH_FILE: '/no/such.graphql' },
      /cannot read .*ENOENT/,
    ],
    ['what is no supergraph', 'type Query { a: Int }', {}, /not a composed supergraph/],
    ['what is no GraphQL', 'type {', {}, /not a composed supergraph/],
    [
      'addresses of unknown subgraphs',
      Shop.compose({}),
      { ROUTER_SUPERGRAPH_URLS: 'nobody=http://127.0.0.1:1' },
      /no subgraph "nobody"; there are products, reviews, users/,
    ],
    [
      'a folder without an app',
      Shop.compose({}),
      { ROUTER_WEB_FOLDER: tmpdir() },
      /no index\.html/,
    ],
  ])('does not start with %s, and says why', async (_, sdl, settings, reason) => {
    const err = await failure(sdl, settings);
    expect(err).toBeInstanceOf(ConfigError);
    expect((err as Error).message).toMatch(reason);
  });

  it('names the faults of all files that it points at at once, those of the supergraph too', async () => {
    const nonsense = Shop.compose({}).replaceAll(
      '@splitBy(argument: "ids"',
      '@splitBy(argument: "nothing"',
    );
    const err = await failure(nonsense, {
      ROUTER_SUBGRAPHS_SERVER_SENT_EVENTS: 'offers',
      ROUTER_IDENTITY_SIGNING_KEY: '{"kty":"oct","k":"AA"}',
      ...(await faultyFiles()),
    });
    expect(err).toBeInstanceOf(ConfigError);
    const { message } = err as Error;
    for (const fault of [
      /identity\.signingKey: must be a private Ed25519 key/,
      /http\.tlsCertFile: \/no\/such\.crt and .* cannot be used: .*ENOENT/,
      /persisted\.manifest: .*list\.json cannot be used/,
      /ROUTER_WEB_FOLDER: .* has no index\.html/,
      /subgraphs\.serverSentEvents: no subgraph "offers"/,
      /splitBy/,
    ]) {
      expect(message).toMatch(fault);
    }
  });

  it('names the faults of files together with those of keys', async () => {
    const err = await failure('type Query { a: Int }', {
      ROUTER_LIMITS_DEPTH: 'deep',
      ROUTER_LIMITS_DEPHT: '3',
      ROUTER_WEB_ORIGINS: 'a',
      ROUTER_HTTP_BATCH: '0',
      ...(await faultyFiles()),
    });
    expect(err).toBeInstanceOf(ConfigError);
    const { message } = err as Error;
    for (const fault of [
      /ROUTER_LIMITS_DEPTH: must be a number/,
      /ROUTER_LIMITS_DEPHT: there is no such key/,
      /ROUTER_WEB_ORIGINS: must be an origin/,
      /ROUTER_HTTP_BATCH: must be at least 1/,
      /http\.tlsCertFile: \/no\/such\.crt .* cannot be used/,
      /persisted\.manifest: .*list\.json cannot be used/,
      /ROUTER_WEB_FOLDER: .* has no index\.html/,
      /not a composed supergraph/,
    ]) {
      expect(message).toMatch(fault);
    }
    expect(message).toMatch(/^The configuration has 8 fault/);
  });

  it('names the faults of files where no supergraph is named', async () => {
    const err = await failure('', { ROUTER_SUPERGRAPH_FILE: '', ROUTER_WEB_FOLDER: tmpdir() });
    expect((err as Error).message).toMatch(
      /has 2 fault[^]*supergraph\.file .*must name the composed[^]*no index\.html/,
    );
  });

  it("names faults of a supergraph's cache tags together with others", async () => {
    const typeDefs = parse(`${cachingHead()} type Query { a: Int @cacheTag(format: "a}") }`);
    const url = 'http://127.0.0.1:1/graphql';
    const { supergraphSdl = '' } = composeServices([{ name: 'tagged', url, typeDefs }]);
    const err = await failure(supergraphSdl, { ROUTER_SUBGRAPHS_SERVER_SENT_EVENTS: 'offers' });
    expect(err).toBeInstanceOf(ConfigError);
    expect((err as Error).message).toMatch(/no subgraph "offers"/);
    expect((err as Error).message).toMatch(/@cacheTag\(format: "a}"\) on Query\.a/);
  });

  it('lets the gateway load supergraphs whose directives something before it enforces', () => {
    const link = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)';
    expect(withoutMandatoryFeatures(`schema ${link} {}`)).toBe(
      'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1") {}',
    );
  });
});
