import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Sink } from '../live/sink';
import { streamOverMultipart } from '../transport/multipart';
import { streamOverSse } from '../transport/sse';

const HEARTBEAT_MS = 10;

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

it.each([
  ['Server-Sent Events', streamOverSse, /^:\n\n(:\n\n){3}/],
  [
    'multipart',
    streamOverMultipart,
    /^\r\n--graphql(\r\ncontent-type: application\/json\r\n\r\n\{\}\r\n--graphql){3}/,
  ],
])('a stream over %s that has nothing to say shows that it is there', async (_, over, expected) => {
  let sink: Sink | undefined;
  let hasLeft = false;
  server = createServer((_request, response) =>
    over(
      response,
      {},
      (given) => {
        sink = given;
        return () => (hasLeft = true);
      },
      HEARTBEAT_MS,
    ),
  );
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`);
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })();
  await until(() => expected.test(text));
  sink?.complete();
  await reading;
  const whole = text;
  // Nothing is written behind the end: that would be an error of the response.
  await new Promise((resolve) => setTimeout(resolve, 3 * HEARTBEAT_MS));
  expect(text).toBe(whole);
  expect(hasLeft).toBe(true);
});
