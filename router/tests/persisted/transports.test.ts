import { once } from 'node:events';
import { ApolloClient, ApolloLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient as createSseClient } from 'graphql-sse';
import WebSocket from 'ws';
import { Rig } from '../kit';
import { byHash, codeOf, hashOf, persistedQuery, post, register } from './asking';

const QUERY = 'query Lamp { product(id: "1") { name } }';
const LAMP = { data: { product: { name: 'Lamp' } } };
const MUTATION = 'mutation Same($name: String!) { rename(id: "2", name: $name) { name } }';
const COUNTED = 'subscription Counted { counted(to: 2) }';
const UNKNOWN = '{ products { id } } # never sent';
const NOT_FOUND = [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }];

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
  await register(rig, QUERY);
  await register(rig, MUTATION, { variables: { name: 'Chair' } });
  // Registered although this transport cannot answer it.
  await register(rig, COUNTED);
});
afterAll(() => rig.stop());

/** A GET request for a hash alone. */
const get = (text: string, headers: HeadersInit = {}): Promise<Response> => {
  const { extensions } = persistedQuery(hashOf(text));
  const parameters = new URLSearchParams({ extensions: JSON.stringify(extensions) });
  return fetch(`${rig.url}?${parameters.toString()}`, {
    headers: { 'apollo-require-preflight': '1', ...headers },
  });
};

/** A response that is a stream, until it ends. */
async function streamed(text: string, accept: string): Promise<string> {
  const response = await fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(persistedQuery(hashOf(text))),
  });
  return response.text();
}

describe('a hash alone', () => {
  it('asks by GET', async () => {
    const response = await get(QUERY);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(LAMP);
    expect(await (await get(UNKNOWN)).json()).toMatchObject({ errors: NOT_FOUND });
  });

  it('by GET is no page to try the API with, whatever is accepted', async () => {
    const response = await get(QUERY, { accept: 'text/html,*/*' });
    expect(await response.json()).toEqual(LAMP);
  });

  it('changes something by POST, and nothing by GET', async () => {
    const { body } = await byHash(rig, MUTATION, { variables: { name: 'Stool' } });
    expect(body).toEqual({ data: { rename: { name: 'Stool' } } });
    expect((await get(MUTATION)).status).toBe(405);
  });

  it('stands in a batch beside texts, each with errors of its own', async () => {
    const all = [persistedQuery(hashOf(QUERY)), persistedQuery(hashOf(UNKNOWN)), { query: QUERY }];
    const { body } = await post(rig, all);
    expect(body).toMatchObject([LAMP, { errors: NOT_FOUND }, LAMP]);
  });

  it('subscribes over Server-Sent Events', async () => {
    const events = await streamed(COUNTED, 'text/event-stream');
    expect(events.match(/data: .*/g)).toEqual([
      'data: {"data":{"counted":1}}',
      'data: {"data":{"counted":2}}',
    ]);
    const refused = await streamed(UNKNOWN, 'text/event-stream');
    expect(refused).toContain('PERSISTED_QUERY_NOT_FOUND');
    expect(refused).toContain('event: complete');
  });

  it('subscribes over multipart', async () => {
    const accept = 'multipart/mixed;subscriptionSpec=1.0, application/json';
    const parts = await streamed(COUNTED, accept);
    expect(parts.match(/\{"payload":.*\}/g)).toEqual([
      '{"payload":{"data":{"counted":1}}}',
      '{"payload":{"data":{"counted":2}}}',
    ]);
    expect(JSON.parse(await streamed(QUERY, accept))).toEqual(LAMP);
    expect(JSON.parse(await streamed(UNKNOWN, accept))).toMatchObject({ errors: NOT_FOUND });
  });

  it('asks, changes and subscribes over a WebSocket', async () => {
    const client = rig.client();
    const ask = async (text: string, variables = {}): Promise<unknown[]> => {
      const results: unknown[] = [];
      const payload = { query: '', variables, ...persistedQuery(hashOf(text)) };
      for await (const result of client.iterate(payload)) results.push(result);
      return results;
    };
    expect(await ask(QUERY)).toEqual([LAMP]);
    expect(await ask(MUTATION, { name: 'Chair' })).toEqual([
      { data: { rename: { name: 'Chair' } } },
    ]);
    expect(await ask(COUNTED)).toEqual([{ data: { counted: 1 } }, { data: { counted: 2 } }]);
    await expect(ask(UNKNOWN)).rejects.toMatchObject(NOT_FOUND);
  });

  it('needs no empty text over a WebSocket', async () => {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    const messages: { type: string; payload?: unknown }[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as { type: string }));
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    const payload = persistedQuery(hashOf(COUNTED));
    socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload }));
    await until(() => messages.at(-1)?.type === 'complete');
    expect(messages.map(({ payload }) => payload)).toEqual([
      undefined,
      { data: { counted: 1 } },
      { data: { counted: 2 } },
      undefined,
    ]);
    socket.send(JSON.stringify({ id: 'b', type: 'subscribe', payload: {} }));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4400);
  });
});

describe('a text with its hash', () => {
  it('is registered over a WebSocket, where Apollo Client sends both', async () => {
    const query = gql('subscription Twice { counted(to: 1) }');
    const link = ApolloLink.from([
      new PersistedQueryLink({ sha256: hashOf }),
      new GraphQLWsLink(rig.client()),
    ]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const seen: unknown[] = [];
    const ended = new Promise<void>((resolve) => {
      client.subscribe({ query }).subscribe({
        next: ({ data }) => seen.push(data),
        complete: resolve,
      });
    });
    await ended;
    expect(seen).toEqual([{ counted: 1 }]);
    const text = 'subscription Twice {\n  counted(to: 1)\n}';
    expect(codeOf(await byHash(rig, text))).toBe('BAD_REQUEST');
  });

  it('is refused over every transport where the hash is another one’s', async () => {
    const payload = { query: COUNTED, ...persistedQuery(hashOf(QUERY)) };
    const mismatch = { extensions: { code: 'PERSISTED_QUERY_HASH_MISMATCH' } };
    const socket = rig.client().iterate(payload);
    await expect(socket.next()).rejects.toMatchObject([mismatch]);
    const events = createSseClient({ url: rig.url, retryAttempts: 0 }).iterate(payload);
    expect((await events.next()).value).toMatchObject({ errors: [mismatch] });
    const { body } = await post(rig, [payload]);
    expect(body).toMatchObject([{ errors: [mismatch] }]);
  });
});
