import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Rig } from './kit';

interface Product {
  id: string;
  name: string;
  text: string | null;
  price: number;
  rating: number | null;
  stock: number;
}

type SubgraphName = 'products' | 'reviews';

const lamp: Product = { id: '1', name: 'Lamp', text: null, price: 9.5, rating: 4.5, stock: 2 };

/** What the subgraphs answer, byte by byte. */
const answers: Record<SubgraphName, string | Buffer> = { products: '', reviews: '' };
const asked: Record<SubgraphName, number> = { products: 0, reviews: 0 };
let servers: Server[];
let rig: Rig;

beforeAll(async () => {
  servers = await Promise.all([serve('products'), serve('reviews')]);
  const [products, reviews] = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
  );
  rig = await Rig.start({ ROUTER_SUPERGRAPH_URLS: `products=${products},reviews=${reviews}` });
});
afterAll(async () => {
  await rig.stop();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
beforeEach(() => {
  answerWith([lamp]);
  Object.assign(asked, { products: 0, reviews: 0 });
});

async function serve(name: SubgraphName): Promise<Server> {
  const server = createServer((request, response) => {
    void readText(request).then(() => {
      asked[name] += 1;
      response.setHeader('content-type', 'application/json').end(answers[name]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const IN_ORDER = '{ products { id name text price rating stock } }';
const KEYS = ['id', 'name', 'text', 'price', 'rating', 'stock'] as const;

/** As a server on graphql-js writes it: keys first, the others as the client asks for them. */
function answerWith(products: readonly Product[], order: readonly (keyof Product)[] = KEYS): void {
  const own = order.filter((key) => key !== 'rating' && key !== 'stock' && key !== 'id');
  const pick = (product: Product, keys: readonly (keyof Product)[]): object =>
    Object.fromEntries(keys.map((key) => [key, product[key]]));
  const entities = new Map(products.map((product) => [product.id, product]));
  answers.products = JSON.stringify({
    data: {
      products: products.map((one) => ({ __typename: 'Product', ...pick(one, ['id', ...own]) })),
    },
  });
  answers.reviews = JSON.stringify({
    data: {
      _entities: [...entities.values()].map((one) =>
        pick(
          one,
          order.filter((key) => key === 'rating' || key === 'stock'),
        ),
      ),
    },
  });
}

async function askText(query: string): Promise<string> {
  const response = await fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

/** Whether any of the subgraphs' texts was made values of. */
async function isParsed(query: string): Promise<boolean> {
  const parse = jest.spyOn(JSON, 'parse');
  await askText(query);
  const parsed = parse.mock.calls.map(([given]) => String(given));
  parse.mockRestore();
  return parsed.some((given) => given === answers.products || given === answers.reviews);
}

/** Random answers; FEDERATION_RUNS asks for more, FEDERATION_SEED for others. */
const RUNS = Number(process.env['FEDERATION_RUNS'] ?? 100);
const SEED = Number(process.env['FEDERATION_SEED'] ?? 2_024);

const text = fc.string({ unit: 'binary', maxLength: 12 });
const aPrice = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const products = fc.uniqueArray(
  fc.record({
    id: text,
    name: text,
    text: fc.option(text),
    price: aPrice,
    rating: fc.option(aPrice),
    stock: fc.integer(),
  }),
  { selector: ({ id }) => id, maxLength: 5 },
);

describe('an answer put together from several subgraphs', () => {
  it.each([
    ['in the order of their fields', KEYS],
    ['in another order', ['text', 'rating', 'stock', 'id', 'price', 'name'] as const],
    ['with what comes later first', ['rating', 'stock', 'id', 'name', 'text', 'price'] as const],
    ['without the keys', ['name', 'rating', 'stock'] as const],
  ])('%s, holds whatever values they have', async (_, order) => {
    const query = `{ products { ${order.join(' ')} } }`;
    await fc.assert(
      fc.asyncProperty(products, async (all) => {
        answerWith(all, order);
        const wanted = all.map((one) => Object.fromEntries(order.map((key) => [key, one[key]])));
        expect(await askText(query)).toBe(JSON.stringify({ data: { products: wanted } }));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  it('asks for an entity once that is in many places', async () => {
    answerWith([lamp, lamp, lamp]);
    const { data } = JSON.parse(await askText(IN_ORDER)) as { data: { products: Product[] } };
    expect(data.products).toEqual([lamp, lamp, lamp]);
  });

  it('has constants and other names where the client wants them', async () => {
    answers.products = '{"data":{"products":[{"__typename":"Product","id":"1","called":"Lamp"}]}}';
    answers.reviews = '{"data":{"_entities":[{"rating":4.5}]}}';
    expect(await askText('{ products { kind: __typename called: name rating } }')).toBe(
      '{"data":{"products":[{"kind":"Product","called":"Lamp","rating":4.5}]}}',
    );
  });
});

describe('a subgraph that writes its answer otherwise', () => {
  const product = (fields: string): string =>
    `{"data":{"products":[{"__typename":"Product",${fields}}]}}`;
  const usual = '"id":"1","name":"Lamp","text":null,"price":9.5';
  const whole = { data: { products: [lamp] } };

  it.each([
    ['with spaces', JSON.stringify(JSON.parse(product(usual)), null, 2)],
    ['in another order', product('"price":9.5,"text":null,"name":"Lamp","id":"1"')],
    ['with more than was asked for', product(`${usual},"secret":"x"`)],
    ['with extensions', `${product(usual).slice(0, -1)},"extensions":{"took":3}}`],
    ['with a line break at its end', `${product(usual)}\n`],
    ['with numbers of another form', product('"id":"1","name":"Lamp","text":null,"price":95e-1')],
    ['with zeros behind', product('"id":"1","name":"Lamp","text":null,"price":9.50')],
    [
      'with escapes that need not be',
      product('"id":"1","name":"L\\u0061mp","text":null,"price":9.5'),
    ],
    ['with a key twice', product(`"id":"0",${usual}`)],
  ])('%s, is understood, and asked once', async (_, written) => {
    answers.products = written;
    expect(await askText(IN_ORDER)).toBe(JSON.stringify(whole));
    expect(asked).toEqual({ products: 1, reviews: 1 });
  });

  it.each([
    ['without something required', product('"id":"1","name":null,"text":null,"price":9.5'), 'name'],
    ['without a field', product('"id":"1","text":null,"price":9.5'), 'name'],
    [
      'with text for a number',
      product('"id":"1","name":"Lamp","text":null,"price":"9.5"'),
      'price',
    ],
  ])('%s, has it reported', async (_, written, field) => {
    answers.products = written;
    const { data, errors } = JSON.parse(await askText(IN_ORDER)) as {
      data: unknown;
      errors: { path: unknown }[];
    };
    expect(data).toBeNull();
    expect(errors.map(({ path }) => path)).toEqual([['products', 0, field]]);
    expect(asked).toEqual({ products: 1, reviews: 1 });
  });

  it('not to its end, has that reported', async () => {
    answers.products = product(usual).slice(0, -1);
    expect(JSON.parse(await askText(IN_ORDER))).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
  });

  it('in bytes that are no UTF-8, never gets them to a client', async () => {
    const [head = '', tail = ''] = product(usual).split('Lamp');
    answers.products = Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)]);
    const { data } = JSON.parse(await askText(IN_ORDER)) as { data: { products: Product[] } };
    expect(data.products[0]?.name).toBe('�');
  });

  it('with a control character in a text, has that reported', async () => {
    answers.products = product('"id":"1","name":"La\u0001mp","text":null,"price":9.5');
    expect(JSON.parse(await askText(IN_ORDER))).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
  });

  it('is made values of, others are not', async () => {
    const query = '{ products { id name text price stock rating } }';
    answerWith([lamp], ['id', 'name', 'text', 'price', 'stock', 'rating']);
    expect(await isParsed(query)).toBe(false);
    answers.products = product('"id":"1","name":"Lamp","text":null,"price":9.50');
    expect(await isParsed(query)).toBe(true);
  });

  it('for a while, is tried again later', async () => {
    const query = '{ products { id rating stock } }';
    answers.products = '{"data":{"products":[{"id":"1","__typename":"Product"}]}}';
    for (let times = 0; times < 20; times += 1) await askText(query);
    answers.products = '{"data":{"products":[{"__typename":"Product","id":"1"}]}}';
    let times = 0;
    while (await isParsed(query)) times += 1;
    expect(times).toBeGreaterThan(1);
  });

  it('all the time, is still understood', async () => {
    answers.products = product('"price":9.5,"text":null,"name":"Lamp","id":"1"');
    for (let times = 0; times < 20; times += 1) {
      expect(await askText(IN_ORDER)).toBe(JSON.stringify(whole));
    }
  });
});
