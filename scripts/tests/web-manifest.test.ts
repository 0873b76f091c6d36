import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { getIntrospectionQuery } from 'graphql';
import type { Answer } from '@spyhop/router/tests/kit';
import { start } from '@spyhop/router/main';
import { persistedQuery } from '@spyhop/router/tests/persisted/asking';

const ROOT = resolve(__dirname, '../..');
const MANIFEST = resolve(ROOT, 'web/src/generated/persisted-operations.json');

interface Listed {
  id: string;
  name: string;
  type: string;
  body: string;
}

/** What becomes of an operation that is let through, by its type. */
const ASKED = ['UPSTREAM_UNAVAILABLE', 'UNAUTHENTICATED', 'BAD_USER_INPUT'];
const TOLD: Readonly<Record<string, readonly string[]>> = {
  query: ASKED,
  mutation: ASKED,
  subscription: ['BAD_REQUEST'],
};

const isBuilt = existsSync(MANIFEST);

(isBuilt ? describe : describe.skip)(
  'the web app’s manifest (skipped where it is not built)',
  () => {
    const operations = isBuilt
      ? (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { operations: Listed[] }).operations
      : [{ id: '', name: 'nothing', type: 'query', body: '' }];
    /** Enough for every operation; none of them takes more. */
    const variables = { symbol: 'BTC', symbols: ['BTC'], query: 'b', interval: 'M1', first: 1 };
    let port: number;
    let stop: Stop;

    beforeAll(async () => {
      port = await freePort();
      const [adminPort, nobody] = await Promise.all([freePort(), freePort()]);
      const away = `http://127.0.0.1:${nobody}/graphql`;
      stop = await start({
        ROUTER_SUPERGRAPH_FILE: resolve(ROOT, 'supergraph.graphql'),
        ROUTER_SUPERGRAPH_URLS: `market=${away},analytics=${away},users=${away},whales=${away}`,
        ROUTER_PERSISTED_MANIFEST: MANIFEST,
        ROUTER_PERSISTED_SAFELIST: 'enforce',
        PORT: String(port),
        ROUTER_ADMIN_PORT: String(adminPort),
        LOG_LEVEL: 'silent',
      });
    });
    afterAll(() => stop());

    async function codesOf(request: object): Promise<unknown[]> {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      const { errors = [] } = (await response.json()) as Answer['body'];
      return errors.map(({ extensions }) => extensions['code']);
    }

    it.each(operations)(
      'lets $type $name through, by text and by hash',
      async ({ id, type, body }) => {
        // No subgraph runs here, nobody is signed in, and variables are missing: each is told only of what is served.
        const served = TOLD[type] ?? [];
        for (const request of [{ query: body }, persistedQuery(id)]) {
          const codes = await codesOf({ ...request, variables });
          expect(codes).not.toHaveLength(0);
          expect(served).toEqual(expect.arrayContaining(codes));
        }
      },
    );

    it('lets nothing else through', async () => {
      for (const query of [getIntrospectionQuery(), '{ __typename }', '{ feedStatus { state } }']) {
        expect(await codesOf({ query })).toEqual(['QUERY_NOT_IN_SAFELIST']);
      }
    });
  },
);
