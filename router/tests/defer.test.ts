import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { Rig } from './kit';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

const PARTS = 'multipart/mixed;deferSpec=20220824, application/json';

async function partsOf(query: string, variables: object = {}): Promise<unknown[]> {
  const response = await fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: PARTS },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed;boundary="-";deferSpec=20220824',
  );
  const text = await response.text();
  expect(text.endsWith('\r\n-----\r\n')).toBe(true);
  return text
    .split('\r\n---')
    .slice(1, -1)
    .map((part) => JSON.parse(part.split('\r\n\r\n')[1] ?? '') as unknown);
}

describe('deferred parts', () => {
  it('follow what comes at once, each at its place', async () => {
    const query = `{ product(id: "2") { name ... @defer(label: "slow") { rating maker { title } } } }`;
    expect(await partsOf(query)).toEqual([
      { data: { product: { name: 'Chair' } }, hasNext: true },
      {
        incremental: [
          { data: { rating: 1, maker: { title: 'NL-2' } }, path: ['product'], label: 'slow' },
        ],
        hasNext: false,
      },
    ]);
  });

  it('come for every item of a list, and one within the other', async () => {
    const query = `query ($later: Boolean!) { products { id ...Later @defer(if: $later) } }
      fragment Later on Product { called: name ... @defer(label: "inner") { rating } }`;
    const names = ['Lamp', 'Chair', 'Table'];
    expect(await partsOf(query, { later: true })).toEqual([
      { data: { products: [{ id: '1' }, { id: '2' }, { id: '3' }] }, hasNext: true },
      {
        incremental: names.map((called, at) => ({ data: { called }, path: ['products', at] })),
        hasNext: true,
      },
      {
        incremental: [0.5, 1, 1.5].map((rating, at) => ({
          data: { rating },
          path: ['products', at],
          label: 'inner',
        })),
        hasNext: false,
      },
    ]);
  });

  it('tell of their own failures', async () => {
    await rig.shop.stop('reviews');
    const [, later] = await partsOf('{ product(id: "1") { name ... @defer { rating } } }');
    await rig.shop.start('reviews');
    expect(later).toEqual({
      incremental: [
        {
          data: { rating: null },
          path: ['product'],
          errors: [
            expect.objectContaining({
              path: ['product'],
              extensions: { code: 'UPSTREAM_UNAVAILABLE' },
            }),
          ],
        },
      ],
      hasNext: false,
    });
  });

  it('are not deferred for a client that takes an answer as a whole', async () => {
    const { body } = await rig.ask('{ product(id: "2") { name ... @defer { rating } } }');
    expect(body).toEqual({ data: { product: { name: 'Chair', rating: 1 } } });
  });

  it('reach an Apollo Client as they come', async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: rig.url, fetch }),
      cache: new InMemoryCache(),
      incrementalHandler: new Defer20220824Handler(),
    });
    const seen: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      client
        .watchQuery({
          query: gql`
            query {
              product(id: "3") {
                id
                name
                ... @defer {
                  rating
                }
              }
            }
          `,
        })
        .subscribe({
          next: ({ data, dataState }) => {
            if (data) seen.push(data);
            if (dataState === 'complete') resolve();
          },
          error: reject,
        });
    });
    client.stop();
    expect(seen).toMatchObject([
      { product: { name: 'Table' } },
      { product: { name: 'Table', rating: 1.5 } },
    ]);
    expect(seen[0]).not.toHaveProperty('product.rating');
  });
});
