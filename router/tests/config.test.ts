import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '@spyhop/platform/config';
import { freePort } from '@spyhop/platform/testkit/ports';
import { readRouterConfig } from '../config';
import { start } from '../main';
import { withoutMandatoryFeatures } from '../supergraph/load';
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
    ROUTER_SUPERGRAPH: file,
    PORT: String(port),
    ROUTER_ADMIN_PORT: String(admin),
    LOG_LEVEL: 'silent',
    ...settings,
  }).then(
    async (stop) => stop(),
    (err: unknown) => err,
  );
}

describe("the router's configuration", () => {
  it('names all faults at once', () => {
    const read = (): unknown =>
      readRouterConfig({
        PORT: 'many',
        ROUTER_SUBGRAPH_URLS: 'market',
        ROUTER_CORS_ORIGINS: 'https://a.example/path',
        ROUTER_MAX_DEPTH: '0',
      });
    expect(read).toThrow(ConfigError);
    for (const name of ['SUPERGRAPH', 'SUBGRAPH_URLS', 'CORS_ORIGINS', 'MAX_DEPTH']) {
      expect(read).toThrow(`ROUTER_${name}`);
    }
    expect(read).toThrow('PORT');
  });

  it('takes addresses of subgraphs by name', () => {
    const { supergraph, adminPort } = readRouterConfig({
      PORT: '5000',
      ROUTER_SUPERGRAPH: 'a.graphql',
      ROUTER_SUBGRAPH_URLS: 'a=http://a:1/graphql, b=https://b/q?x=1',
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
      { ROUTER_SUPERGRAPH: '/no/such.graphql' },
      /cannot read .*ENOENT/,
    ],
    ['what is no supergraph', 'type Query { a: Int }', {}, /not a composed supergraph/],
    ['what is no GraphQL', 'type {', {}, /not a composed supergraph/],
    [
      'addresses of unknown subgraphs',
      Shop.compose({}),
      { ROUTER_SUBGRAPH_URLS: 'nobody=http://127.0.0.1:1' },
      /no subgraph "nobody"; there are products, reviews, users/,
    ],
    ['a folder without an app', Shop.compose({}), { ROUTER_STATIC: tmpdir() }, /no index\.html/],
  ])('does not start with %s, and says why', async (_, sdl, settings, reason) => {
    const err = await failure(sdl, settings);
    expect(err).toBeInstanceOf(ConfigError);
    expect((err as Error).message).toMatch(reason);
  });

  it('lets the gateway load supergraphs whose directives something before it enforces', () => {
    const link = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)';
    expect(withoutMandatoryFeatures(`schema ${link} {}`)).toBe(
      'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1") {}',
    );
  });
});
