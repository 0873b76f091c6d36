import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { briefSeconds } from '../brief';
import { Rig } from '../kit';
import { byHash, codeOf, hashOf, persistedQuery, post, register } from './asking';

const NOT_FOUND = {
  errors: [
    { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
  ],
};

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start({ ROUTER_LIMITS_ALIASES: '3' });
});
afterAll(() => rig.stop());

describe('Apollo Client', () => {
  /** Requests as they are sent, and what is answered. */
  function clientOf(useGETForHashedQueries: boolean) {
    const sent: { method: string; hasText: boolean }[] = [];
    const http = new HttpLink({
      uri: rig.url,
      fetch: (url, init) => {
        const all = `${String(url)} ${String(init?.body)}`;
        sent.push({ method: init?.method ?? 'GET', hasText: /[?&"]query["=]/.test(all) });
        return fetch(url, init);
      },
    });
    const link = new PersistedQueryLink({ sha256: hashOf, useGETForHashedQueries }).concat(http);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    return { client, sent };
  }

  it('sends a text once, and then its hash alone', async () => {
    const query = gql`
      query Names {
        products {
          id
          name
        }
      }
    `;
    const first = clientOf(false);
    const { data } = await first.client.query({ query });
    expect(data).toMatchObject({ products: [{ name: 'Lamp' }, {}, {}] });
    expect(first.sent).toEqual([
      { method: 'POST', hasText: false },
      { method: 'POST', hasText: true },
    ]);
    const second = clientOf(false);
    expect((await second.client.query({ query })).data).toEqual(data);
    expect(second.sent).toEqual([{ method: 'POST', hasText: false }]);
  });

  it('asks by GET, so that what stands between may keep the answers', async () => {
    const query = gql`
      query Priced($id: ID!) {
        product(id: $id) {
          id
          price
        }
      }
    `;
    await clientOf(true).client.query({ query, variables: { id: '1' } });
    const { client, sent } = clientOf(true);
    const { data } = await client.query({ query, variables: { id: '2' } });
    expect(data).toMatchObject({ product: { id: '2' } });
    expect(sent).toEqual([{ method: 'GET', hasText: false }]);
  });
});

describe('a hash that nobody has sent with its text', () => {
  it('is answered as Apollo’s clients expect it, in a way that nothing keeps', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf('{ a }') } };
      const { status, headers, body } = await post(rig, { extensions }, { accept });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toMatchObject(NOT_FOUND);
      expect(body).not.toHaveProperty('data');
    }
  });

  it.each([{ query: '' }, { query: null }])('may come with %j for a text', async (more) => {
    expect((await byHash(rig, '{ nobody }', more)).body).toMatchObject(NOT_FOUND);
  });
});

describe('a text with its hash', () => {
  it('is answered, and its hash stands for it from then on', async () => {
    const query = 'query ByHash($id: ID!) { product(id: $id) { name } }';
    const variables = { id: '3' };
    const expected = { data: { product: { name: 'Table' } } };
    expect((await register(rig, query, { variables })).body).toEqual(expected);
    expect((await byHash(rig, query, { variables })).body).toEqual(expected);
    const other = await byHash(rig, query, { variables: { id: '1' } });
    expect(other.body).toEqual({ data: { product: { name: 'Lamp' } } });
  });

  it('may be one operation of several', async () => {
    const query = 'query A { me { name } } query B { me { id } }';
    await register(rig, query, { operationName: 'A' });
    const { body } = await byHash(rig, query, { operationName: 'B' });
    expect(body.data).toEqual({ me: { id: expect.any(String) } });
  });

  it('is refused where the hash is another text’s, and neither is known then', async () => {
    const [sent, meant] = ['{ me { name } } # sent', '{ me { name } } # meant'];
    const answer = await post(rig, { query: sent, ...persistedQuery(hashOf(meant)) });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('PERSISTED_QUERY_HASH_MISMATCH');
    expect(codeOf(await byHash(rig, meant))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(codeOf(await byHash(rig, sent))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    { what: 'does not parse', query: '{ me {', code: 'GRAPHQL_PARSE_FAILED' },
    { what: 'asks for what there is not', query: '{ nothing }', code: 'GRAPHQL_VALIDATION_FAILED' },
    {
      what: 'is over a limit',
      query: '{ me { a: id b: id c: id d: id } }',
      code: 'OPERATION_TOO_LARGE',
    },
    {
      what: 'has too many tokens',
      query: `{ ${'__typename '.repeat(9_000)} }`,
      code: 'OPERATION_TOO_LARGE',
    },
  ])('that $what is refused and not kept', async ({ query, code }) => {
    expect(codeOf(await register(rig, query))).toBe(code);
    expect(codeOf(await byHash(rig, query))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('that is very long is answered, but not kept', async () => {
    const query = `{ me { name } } #${'x'.repeat(40_000)}`;
    expect((await register(rig, query)).body.data).toEqual({ me: { name: 'Ann' } });
    expect(codeOf(await byHash(rig, query))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

describe('an extension that is none', () => {
  it.each([
    { persistedQuery: { version: 2, sha256Hash: 'a'.repeat(64) } },
    { persistedQuery: { version: 1 } },
    { persistedQuery: { version: 1, sha256Hash: '' } },
    { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(300) } },
    { persistedQuery: 'hash' },
    { persistedQuery: [] },
  ])('is refused: %j', async (extensions) => {
    const answer = await post(rig, { query: '{ me { id } }', extensions });
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe('BAD_REQUEST');
    expect(codeOf(await post(rig, { extensions }))).toBe('BAD_REQUEST');
  });

  it.each(['../../etc/passwd', '__proto__', 'a'.repeat(63), 'A'.repeat(64), '\r\nFLUSHALL\r\n'])(
    'by a hash like %j is nothing that is known',
    async (sha256Hash) => {
      const answer = await post(rig, persistedQuery(sha256Hash));
      expect(codeOf(answer)).toBe('PERSISTED_QUERY_NOT_FOUND');
    },
  );

  it('that is another one leaves a request without a text what it is', async () => {
    expect((await post(rig, { extensions: { other: true } })).status).toBe(400);
    expect((await post(rig, {})).status).toBe(400);
  });
});

describe('memory', () => {
  it('holds no more than it may, and lets go of what is not used', async () => {
    const small = await Rig.start({ ROUTER_PERSISTED_AUTOMATIC_BYTES: '20000' });
    const texts = Array.from({ length: 30 }, (_, at) => `{ me { id } } # ${at} ${'x'.repeat(900)}`);
    for (const text of texts) {
      await register(small, text);
      await byHash(small, texts[0] ?? '');
    }
    const answers = await Promise.all(texts.map((text) => byHash(small, text)));
    const kept = answers.map((answer) => codeOf(answer) === undefined);
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual(10);
    expect(kept.filter(Boolean).length).toBeGreaterThan(5);
    expect([kept[0], kept[1], kept[29]]).toEqual([true, false, true]);
    await small.stop();
  });

  it('forgets in time', async () => {
    const seconds = briefSeconds();
    const brief = await Rig.start({ ROUTER_PERSISTED_TTL_SECONDS: String(seconds) });
    await register(brief, '{ me { id } }');
    expect(codeOf(await byHash(brief, '{ me { id } }'))).toBeUndefined();
    const registeredAt = Date.now();
    await until(() => Date.now() - registeredAt > seconds * 1_000 + 100);
    expect(codeOf(await byHash(brief, '{ me { id } }'))).toBe('PERSISTED_QUERY_NOT_FOUND');
    await brief.stop();
  });
});

describe('switched off', () => {
  let off: Rig;
  beforeAll(async () => {
    off = await Rig.start({ ROUTER_PERSISTED_AUTOMATIC: 'false' });
  });
  afterAll(() => off.stop());

  it('a hash alone is answered so that Apollo’s clients send texts from then on', async () => {
    const { status, body } = await byHash(off, '{ me { name } }');
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      {
        message: 'PersistedQueryNotSupported',
        extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
      },
    ]);
    const sent: string[] = [];
    const http = new HttpLink({
      uri: off.url,
      fetch: (url, init) => {
        sent.push(String(init?.body));
        return fetch(url, init);
      },
    });
    const link = new PersistedQueryLink({ sha256: hashOf }).concat(http);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    for (const query of [gql('{ me { name } }'), gql('{ me { id } }')])
      await client.query({ query });
    const hasText = sent.map((body) => 'query' in (JSON.parse(body) as object));
    expect(hasText).toEqual([false, true, true]);
  });

  it('a text with its hash is answered, and not kept', async () => {
    expect((await register(off, '{ me { name } }')).body.data).toEqual({ me: { name: 'Ann' } });
    expect(codeOf(await byHash(off, '{ me { name } }'))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });
});
