import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { inFile } from './config-file';
import { Health } from './hostile';
import { Rig } from './kit';

const MB = 1024 * 1024;
const EVENT = 'event: next\ndata: {"data":{"faulty":{"id":"7","price":7}}}';

/** Stands where the router expects the products, and speaks graphql-sse as far as a test lets it. */
let rogue: Server;
let rig: Rig;
let health: Health;
/** What it answers to each subscription in turn. */
let answers: ((response: ServerResponse) => Promise<void> | void)[] = [];

beforeAll(async () => {
  rogue = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    void answers.shift()?.(response);
  });
  await new Promise<void>((resolve) => rogue.listen(0, '127.0.0.1', resolve));
  const { port } = rogue.address() as AddressInfo;
  rig = await Rig.start({
    ...(await inFile('subgraphs: { serverSentEvents: [products] }')),
    ROUTER_SUPERGRAPH_URLS: `products=http://127.0.0.1:${port}/graphql`,
  });
  await rig.ask('{ me { name } }');
  health = new Health(rig, null);
});
afterAll(async () => {
  await rig.stop();
  rogue.closeAllConnections();
  await new Promise((resolve) => rogue.close(resolve));
});
afterEach(async () => {
  await rig.quiet();
  await health.check();
});

/** Writes the same again and again until the other side hangs up; returns how many bytes it could write. */
async function writeOn(response: ServerResponse, part: string): Promise<number> {
  let written = 0;
  const parts = function* (): Generator<string> {
    for (; written < 64 * MB; written += part.length) yield part;
  };
  await pipeline(parts, response).catch(() => undefined);
  return written;
}

it.each([
  ['in one line', ' '.repeat(MB)],
  ['in many lines', `data: ${' '.repeat(MB)}\n`],
])('hangs up on an event that has no end, %s, and asks again', async (_, part) => {
  let written: number | undefined;
  answers = [
    async (response) => {
      response.write('event: next\ndata: ');
      written = await writeOn(response, part);
    },
    (response) => void response.write(`${EVENT}\n\n`),
  ];
  const client = rig.subscribe('subscription { faulty { id price } }');
  expect(await client.received(1)).toEqual([{ data: { faulty: { id: '7', price: 7 } } }]);
  // More was on its way than the router took.
  expect(await until(() => written)).toBeLessThan(32 * MB);
  client.leave();
});

it.each([
  ['by \\n', '\n'],
  ['by \\r\\n', '\r\n'],
])('takes as many events as come, ended %s, in parts of any size', async (_, line) => {
  const event = `${EVENT.replace('}}}', `,"name":"${'x'.repeat(MB)}"}}}`).replace('\n', line)}${line}${line}`;
  answers = [
    (response) =>
      pipeline(
        Array(20)
          .fill([event.slice(0, -1), event.slice(-1)])
          .flat(),
        response,
      ),
  ];
  const client = rig.subscribe('subscription { faulty { id price } }');
  await client.received(20);
  expect(client.failure).toBeUndefined();
  client.leave();
});
