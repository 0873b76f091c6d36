import { type Server, createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { Bus } from './bus';
import { inFile } from './config-file';
import { Rig } from './kit';

const heard = new Bus<{ text: string }>();
const schema = buildSubgraphSchema({
  typeDefs: parse(`
    type Query { nothing: Int }
    type Subscription { noted: Note! }
    type Note { text: String! }
  `),
  resolvers: {
    Subscription: {
      noted: { subscribe: () => heard.listen(), resolve: (note: object) => note },
    },
  },
});

/** Serves subscriptions of the products, at a path of its own. */
let server: Server;
let port: number;
/** Payloads of connection_init that it got. */
let greetings: unknown[];
let rig: Rig | undefined;

beforeEach(async () => {
  greetings = [];
  port = await freePort();
  const events = createHandler({ schema });
  server = createServer((request, response) => {
    if (request.url !== '/live') return void response.writeHead(404).end();
    events(request, response).catch(() => response.destroy());
  });
  useServer(
    { schema, onConnect: ({ connectionParams }) => void greetings.push(connectionParams) },
    new WebSocketServer({ server, path: '/live' }),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
});
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
  await until(() => heard.listening === 0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a subgraph that serves subscriptions elsewhere', () => {
  it.each([
    ['over WebSockets', '', 'ws', [{ authorization: 'Bearer of-the-router', as: { team: 7 } }]],
    ['over Server-Sent Events', 'serverSentEvents: [products],', 'http', []],
  ])(
    'is followed there %s, told who connects, and asked for the rest where it was',
    async (...told) => {
      const [, transport, scheme, expected] = told;
      const init = '{ authorization: Bearer of-the-router, as: { team: 7 } }';
      const own = `{ subscriptionUrl: '${scheme}://127.0.0.1:${port}/live', connectionInit: ${init} }`;
      rig = await Rig.start(
        await inFile(`subgraphs: { ${transport} named: { products: ${own} } }`),
      );
      const { shop } = rig;
      const subscriber = rig.subscribe('subscription { noted { text } }');
      rig.subscribe('subscription { noted { called: text } }');
      await until(() => heard.listening === 2);
      heard.publish({ text: 'here' });
      expect(await subscriber.received(1)).toEqual([{ data: { noted: { text: 'here' } } }]);
      expect(shop.notes.listening).toBe(0);
      // One connection for both.
      expect(greetings).toEqual(expected);
      const { body } = await rig.ask('{ product(id: "1") { name } }');
      expect(body).toEqual({ data: { product: { name: 'Lamp' } } });
    },
  );

  it('gets no payload unless one is set', async () => {
    const own = `{ subscriptionUrl: 'http://127.0.0.1:${port}/live' }`;
    rig = await Rig.start(await inFile(`subgraphs: { named: { products: ${own} } }`));
    rig.subscribe('subscription { noted { text } }');
    await until(() => heard.listening === 1);
    expect(greetings).toEqual([undefined]);
  });

  it.each([
    ['subscriptionUrl: ftp://a', 'subscriptionUrl: must be an address like ws://host:port/path'],
    ['connectionInit: token', 'connectionInit: must be a payload with keys of its own'],
  ])('is refused where it makes no sense: %s', async (setting, fault) => {
    const starting = Rig.start(await inFile(`subgraphs: { named: { products: { ${setting} } } }`));
    await expect(starting).rejects.toThrow(fault);
  });
});
