import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Answer } from './kit';
import { Office } from './office';

const REVIEW = '{ staff { name review } }';
const TTL_MS = 2_000;

type Behaviour = (response: ServerResponse) => void;

const grant =
  (...granted: string[]): Behaviour =>
  (response) =>
    void response.end(JSON.stringify({ granted }));

let office: Office;
let port: number;
let server: Server;
let behave: Behaviour = grant();
let questions: Record<string, unknown>[] = [];

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response) => {
    questions.push(JSON.parse(await text(request)) as Record<string, unknown>);
    behave(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  office = await Office.open();
  port = await office.route({
    ROUTER_AUTHORISATION_POLICIES_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ROUTER_AUTHORISATION_POLICIES_TTL_MS: String(TTL_MS),
  });
});
afterAll(async () => {
  await office.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  questions = [];
  office.heard = [];
});

const as = async (...token: Parameters<Office['token']>) => ({
  authorization: `Bearer ${await office.token(...token)}`,
});

async function ask(query: string, headers: HeadersInit = {}): Promise<Answer['body']> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer['body'];
}

describe('a field with a policy', () => {
  it('is given to whom the endpoint grants it, which is told who asks', async () => {
    behave = grant('is_manager');
    const token = { scope: 'a b', roles: ['lead'], team: 'blue' };
    const { data, errors } = await ask(REVIEW, await as('granted', token));
    expect(errors).toBeUndefined();
    expect(data).toEqual({ staff: [{ name: 'Ann', review: 'good' }] });
    expect(questions).toEqual([
      {
        policies: ['is_manager'],
        subject: 'granted',
        scopes: ['a', 'b'],
        roles: ['lead'],
        claims: expect.objectContaining({ sub: 'granted', team: 'blue' }),
      },
    ]);
  });

  it('is cut out for whom the endpoint grants something else, or nothing', async () => {
    for (const [subject, granted] of [
      ['other', 'is_owner'],
      ['none', ''],
    ]) {
      behave = grant(granted ?? '');
      const { data, errors } = await ask(REVIEW, await as(subject ?? ''));
      expect(data).toEqual({ staff: [{ name: 'Ann', review: null }] });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it('may be granted to nobody in particular', async () => {
    behave = grant('is_manager');
    const { data } = await ask(REVIEW);
    expect(data).toEqual({ staff: [{ name: 'Ann', review: 'good' }] });
    expect(questions).toMatchObject([{ subject: null, claims: {} }]);
  });

  it('is asked about once in a while for the same identity, and again afterwards', async () => {
    behave = grant('is_manager');
    const token = await as('often');
    await Promise.all([ask(REVIEW, token), ask(REVIEW, token)]);
    expect(questions).toHaveLength(1);
    behave = grant();
    await until(async () => (await ask(REVIEW, token)).errors !== undefined);
    expect(questions).toHaveLength(2);
  });

  it.each<[string, Behaviour]>([
    ['fails', (response) => void response.writeHead(500).end('{"granted":["is_manager"]}')],
    ['answers with something else', (response) => void response.end('{"granted":"is_manager"}')],
    ['hangs up', (response) => void response.socket?.destroy()],
  ])('makes the operation fail for now where the endpoint %s', async (how, behaviour) => {
    behave = behaviour;
    const token = await as(how);
    const { data, errors } = await ask(REVIEW, token);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(office.heard).toEqual([]);
    behave = grant('is_manager');
    expect((await ask(REVIEW, token)).errors).toBeUndefined();
  });

  it('costs operations without it nothing', async () => {
    await ask('{ motto }', await as('ann'));
    expect(questions).toEqual([]);
  });
});
