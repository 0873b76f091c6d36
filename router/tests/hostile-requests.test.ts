import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import { Health, RawConnection, postHead } from './hostile';
import { Rig } from './kit';

const MB = 1024 * 1024;

/** Of one document of the largest size on a slow machine. */
const MOST_MS = 5_000;

let rig: Rig;
let health: Health;

beforeAll(async () => {
  rig = await Rig.start();
  await rig.ask('{ product(id: "1") { name rating } }');
  health = new Health(rig);
});
afterAll(() => rig.stop());
afterEach(() => health.check());

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_item, index) => part(index)).join(' ');

const post = (body: BodyInit, headers: HeadersInit = {}): Promise<Response> =>
  fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

const codesOf = async (response: Response): Promise<unknown[]> => {
  const { errors = [] } = (await response.json()) as {
    errors?: { extensions?: { code?: unknown } }[];
  };
  return errors.map(({ extensions }) => extensions?.code);
};

describe('a body', () => {
  it('of 10 MB is refused before it is read', async () => {
    const wire = await RawConnection.open(rig.port);
    wire.socket.write(postHead(`content-length: ${10 * MB}`));
    await until(() => wire.answer.includes('"BAD_REQUEST"'));
    expect(wire.answer).toMatch(/^HTTP\/1\.1 413 /);
    wire.socket.destroy();
  });

  it('without end is not read to the end', async () => {
    const wire = await RawConnection.open(rig.port);
    wire.socket.write(postHead('transfer-encoding: chunked'));
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    const pump = (): void => {
      while (!wire.socket.destroyed && sent < 1024 * MB) {
        sent += chunk.length;
        wire.socket.write(`${chunk.length.toString(16)}\r\n`);
        wire.socket.write(chunk);
        if (!wire.socket.write('\r\n')) return void wire.socket.once('drain', pump);
      }
    };
    pump();
    const answer = await wire.hear();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"BAD_REQUEST"');
    expect(sent).toBeLessThan(32 * MB);
  });

  it('that is no UTF-8 is refused', async () => {
    const [head, tail] = ['{"query":"{ me { name } } # ', '"}'].map((text) => Buffer.from(text));
    const bytes = Buffer.from([0xc3, 0x28, 0xff]);
    const response = await post(Buffer.concat([head ?? bytes, bytes, tail ?? bytes]));
    expect(response.status).toBe(400);
    expect(await codesOf(response)).toEqual(['BAD_REQUEST']);
  });

  it.each([
    ['no JSON type', 'application/xml', 415],
    ['text', 'text/plain', 400],
    ['a form', 'application/x-www-form-urlencoded', 415],
    ['a form with parts', 'multipart/form-data; boundary=x', 415],
    ['a charset that is not ours', 'application/json; charset=utf-16', 415],
    ['a type that is none', 'json', 415],
  ])('with %s for a type is refused', async (_, type, status) => {
    const response = await post('{"query":"{ me { name } }"}', { 'content-type': type });
    expect(response.status).toBe(status);
    expect(await codesOf(response)).toEqual(['BAD_REQUEST']);
  });

  it('that nests without measure is refused', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const bare = await post(`{"query":"{ me { name } }","variables":${deep}}`);
    expect(bare.status).toBe(400);
    expect(await codesOf(bare)).toEqual(['BAD_REQUEST']);
    const nested = await post(
      `{"query":"query ($id: ID!) { product(id: $id) { name } }","variables":{"id":${deep}}}`,
    );
    expect(await codesOf(nested)).toEqual(['BAD_USER_INPUT']);
  });

  it('with as many requests as there may be, each as large as it may be, is answered', async () => {
    const query = `{ ${times(100, (n) => `a${n}: product(id: "${n}") { name }`)} }`;
    const response = await post(JSON.stringify(Array(10).fill({ query })));
    const answers = (await response.json()) as { data: object }[];
    expect(answers.map(({ data }) => Object.keys(data).length)).toEqual(Array(10).fill(100));
  });
});

describe('a document', () => {
  it.each([
    ['repeats one field', `{ me { ${'name '.repeat(3_000)} } }`],
    ['repeats fields in fields', `{ ${'me { name } '.repeat(1_500)} }`],
    [
      'spreads fragments that overlap',
      `{ me { ${times(300, (n) => `...F${n}`)} } } ${times(300, (n) => `fragment F${n} on User { name id }`)}`,
    ],
    ['has thousands of variables', `query (${times(1_500, (n) => `$v${n}: Int`)}) { me { name } }`],
    ['has a list in a list in a list', `{ product(id: ${'['.repeat(7_000)}) { name } }`],
    ['has text without an end', `{ product(id: "${'x'.repeat(200_000)}`],
    ['has a block of quotes', `{ product(id: """${'\\"""'.repeat(50_000)}""") { name } }`],
    ['has nothing but spaces', ' '.repeat(250_000)],
    ['has nothing but commas', ','.repeat(250_000)],
  ])('that %s holds nobody up', async (_, query) => {
    const ms = await ownTimeOf(async () => {
      const response = await post(JSON.stringify({ query }));
      expect(await codesOf(response)).not.toContain('INTERNAL');
    });
    expect(ms).toBeLessThan(MOST_MS);
  });
});

describe('names of the prototype', () => {
  it('are aliases like any other', async () => {
    const query = `{
      __proto__: product(id: "1") { __proto__: name constructor: price toString: rating }
      constructor: me { hasOwnProperty: name }
    }`;
    const response = await post(JSON.stringify({ query }));
    expect(await response.text()).toBe(
      '{"data":{"__proto__":{"__proto__":"Lamp","constructor":10,"toString":0.5},"constructor":{"hasOwnProperty":"Ann"}}}',
    );
  });

  it('are variables like any other, except for the one that is refused', async () => {
    const query = 'query ($constructor: ID!) { product(id: $constructor) { name } }';
    expect((await rig.ask(query, { constructor: '2' })).body.data).toEqual({
      product: { name: 'Chair' },
    });
    const { body } = await rig.ask(query, {});
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const response = await post(
      '{"query":"query ($__proto__: ID!) { product(id: $__proto__) { name } }","variables":{"__proto__":"2"}}',
    );
    expect(response.status).toBe(400);
    expect(await codesOf(response)).toEqual(['BAD_REQUEST']);
    expect(({} as Record<string, unknown>)['2']).toBeUndefined();
  });

  it('name no operation and no field', async () => {
    const operation = await post('{"query":"query A { me { name } }","operationName":"__proto__"}');
    expect(await codesOf(operation)).toEqual(['OPERATION_RESOLUTION_FAILURE']);
    const { body } = await rig.ask('{ constructor me { __proto__ toString } }');
    expect(body.errors).toMatchObject(
      Array(3).fill({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    );
  });
});

describe('variables', () => {
  const query = 'query ($id: ID!, $scale: Int) { product(id: $id) { rating(scale: $scale) } }';

  it.each([
    ['a number too large', { id: '1', scale: 2 ** 31 }],
    ['text for a number', { id: '1', scale: '5' }],
    ['a fraction for a whole number', { id: '1', scale: 0.5 }],
    ['an object for a number', { id: '1', scale: { toString: 'x' } }],
    ['a list of two for one', { id: ['1', '2'] }],
    ['nothing for something required', {}],
    ['null for something required', { id: null }],
    ['a truth for an id', { id: true }],
  ])('that have %s are refused', async (_, variables) => {
    const { body } = await rig.ask(query, variables);
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each(['"text"', '[1]', '7', 'true'])('that are %s are refused', async (variables) => {
    const response = await post(`{"query":"{ me { name } }","variables":${variables}}`);
    expect(response.status).toBe(400);
    expect(await codesOf(response)).toEqual(['BAD_REQUEST']);
  });
});
