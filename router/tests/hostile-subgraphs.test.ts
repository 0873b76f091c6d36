import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Health } from './hostile';
import { Rig } from './kit';
import { readLog } from './logged';

const MB = 1024 * 1024;
/** Within it others are answered also on a machine that is busy. */
const SUBGRAPH_TIMEOUT_MS = 8_000;

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

const entities = (list: readonly unknown[]): string =>
  JSON.stringify({ data: { _entities: list } });

const healthy: Behaviour = (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(entities([{ rating: 4.5 }]));
};

/** Stands where the router expects the reviews. */
let behave: Behaviour = healthy;
let rogue: Server;
let rig: Rig;
let health: Health;
let log: ReturnType<typeof readLog>;

beforeAll(async () => {
  log = readLog();
  rogue = createServer((incoming, response) => {
    incoming.resume();
    incoming.once('end', () => behave(incoming, response));
  });
  await new Promise<void>((resolve) => rogue.listen(0, '127.0.0.1', resolve));
  const { port } = rogue.address() as AddressInfo;
  rig = await Rig.start({
    ROUTER_SUPERGRAPH_URLS: `reviews=http://127.0.0.1:${port}/graphql`,
    ROUTER_SUBGRAPHS_TIMEOUT_MS: String(SUBGRAPH_TIMEOUT_MS),
    LOG_LEVEL: 'warn',
  });
  await rig.ask('{ product(id: "1") { name rating } }');
  health = new Health(rig, { product: { name: 'Lamp', rating: 4.5 } });
});
afterAll(async () => {
  await rig.stop();
  log.stop();
  rogue.closeAllConnections();
  await new Promise((resolve) => rogue.close(resolve));
});
beforeEach(() => {
  behave = healthy;
});
afterEach(async () => {
  behave = healthy;
  await health.check();
});

describe('a subgraph that answers', () => {
  const json =
    (text: string): Behaviour =>
    (_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(text);
    };
  const html: Behaviour = (_, response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<html><h1>Bad gateway at db-7.internal</h1></html>');
  };
  const half: Behaviour = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    response.write(entities([{ rating: 4.5 }]).slice(0, 20));
    setImmediate(() => response.socket?.resetAndDestroy());
  };
  const elsewhere: Behaviour = (_, response) => {
    response.writeHead(302, { location: rig.url });
    response.end();
  };

  it.each<[string, Behaviour]>([
    ['garbage', json('\u0000\u0001}{"data"')],
    ['nothing', json('')],
    ['HTML', html],
    ['half a body', half],
    ['that it is elsewhere', elsewhere],
    ['a list', json('[]')],
    ['a number', json('7')],
    ['no data', json('{}')],
    ['data that is text', json('{"data":"x"}')],
    ['errors that are text', json('{"data":null,"errors":"x"}')],
    ['no entities', json('{"data":{}}')],
    ['more entities than it was asked for', json(entities([{ rating: 1 }, { rating: 2 }]))],
    ['never', () => undefined],
  ])('%s leaves a gap with a code', async (_, behaviour) => {
    behave = behaviour;
    const { status, body } = await rig.ask('{ product(id: "1") { name rating } me { name } }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null }, me: { name: 'Ann' } });
    expect(body.errors).toMatchObject([
      { path: ['product'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/db-7|127\.0\.0\.1|reviews|JSON/);
  });

  it.each([
    ['text for a number', [{ rating: 'x' }]],
    ['an object for a number', [{ rating: { toString: 1 } }]],
    ['a list for a number', [{ rating: [4.5] }]],
  ])('%s has no value, and the client is told', async (_, answer) => {
    behave = json(entities(answer));
    const { body } = await rig.ask('{ product(id: "1") { name rating } }');
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null } });
    expect(body.errors).toMatchObject([
      { path: ['product', 'rating'], extensions: { code: 'INTERNAL' } },
    ]);
  });

  it.each([
    ['text for an entity', ['x']],
    ['null for an entity', [null]],
  ])('%s leaves a gap', async (_, answer) => {
    behave = json(entities(answer));
    const { body } = await rig.ask('{ product(id: "1") { name rating } }');
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null } });
  });

  it('with errors without a code has them masked, and told in the log', async () => {
    behave = json(
      '{"data":{"_entities":[null]},"errors":[{"message":"no host db-7 on redis://:pw@db-7"}]}',
    );
    const { body } = await rig.ask('{ product(id: "1") { name rating } }');
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(body)).not.toContain('db-7');
    const told = { subgraph: 'reviews', messages: ['no host db-7 on redis://***@db-7'] };
    const requestId = body.extensions?.['requestId'];
    await until(() => log.lines.some((line) => line['requestId'] === requestId));
    expect(log.lines).toContainEqual(expect.objectContaining({ ...told, requestId }));
  });

  it('with the prototype changes nothing of it', async () => {
    behave = json(
      '{"data":{"_entities":[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"rating":4.5}]}}',
    );
    const { body } = await rig.ask('{ product(id: "1") { rating } }');
    expect(body.data).toEqual({ product: { rating: 4.5 } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('without end is not read to the end', async () => {
    const chunk = Buffer.alloc(MB, ' ');
    let sent = 0;
    behave = (_, response) => {
      response.setHeader('content-type', 'application/json');
      const pump = (): void => {
        while (sent < 1024 * MB && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
      };
      pump();
    };
    const { body } = await rig.ask('{ product(id: "1") { name rating } }');
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(sent).toBeLessThan(256 * MB);
  });

  it('never holds up nobody else', async () => {
    behave = () => undefined;
    const stuck = Array.from({ length: 10 }, (_, n) =>
      rig.ask(`{ product(id: "${n}") { rating } }`),
    );
    let given = 0;
    for (const each of stuck) void each.then(() => (given += 1));
    const { body } = await rig.ask('{ products { name } }');
    expect(body.errors).toBeUndefined();
    expect(given).toBe(0);
    for (const { body: late } of await Promise.all(stuck)) {
      expect(late.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
  });
});
