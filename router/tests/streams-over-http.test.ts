import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { Rig } from './kit';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

const COUNT = 'subscription { counted(to: 3) }';
const post = (accept: string, query: string): Promise<Response> =>
  fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });

describe('a subscription over HTTP', () => {
  it('reaches a client of Server-Sent Events event by event', async () => {
    const client = createClient({ url: rig.url, singleConnection: false });
    const counted: unknown[] = [];
    for await (const { data } of client.iterate({ query: COUNT })) counted.push(data?.['counted']);
    expect(counted).toEqual([1, 2, 3]);
    client.dispose();
  });

  it('reaches a client that takes it in parts', async () => {
    const response = await post('multipart/mixed;subscriptionSpec=1.0, application/json', COUNT);
    expect(response.headers.get('content-type')).toContain('subscriptionSpec=1.0');
    const payloads = (await response.text())
      .split('--graphql')
      .flatMap((part) => /\{"payload":(.*)\}\s*$/.exec(part)?.[1] ?? [])
      .map((payload) => JSON.parse(payload) as unknown);
    expect(payloads).toEqual([1, 2, 3].map((counted) => ({ data: { counted } })));
  });

  it('is refused to a client that takes neither, with what it can do', async () => {
    const response = await post('application/json', COUNT);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('text/event-stream') }],
    });
  });

  it('leaves queries as they are, in a stream or not', async () => {
    const plain = await post(
      'multipart/mixed;subscriptionSpec=1.0, application/json',
      '{ me { name } }',
    );
    expect(await plain.json()).toEqual({ data: { me: { name: 'Ann' } } });
    const streamed = await post('text/event-stream', '{ me { name } }');
    expect(await streamed.text()).toContain(
      'event: next\ndata: {"data":{"me":{"name":"Ann"}}}\n\n',
    );
  });
});
