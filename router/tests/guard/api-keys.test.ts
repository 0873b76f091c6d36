import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { freePort } from '@spyhop/platform/testkit/ports';
import { askForApiKeys, rememberApiKeys } from '../../guard/api-keys';
import { type Identify, createIdentities } from '../../guard/identity';
import { NOW } from './issuer';

const log = createLog({ name: 'test', level: 'silent' });
const TTL_MS = 60_000;
const OWNER = {
  subject: 'robot',
  scopes: ['prices:read'],
  roles: ['integrator'],
  claims: { plan: 'free' },
  expiresAt: '2026-05-01T12:00:30Z',
};

/** What the service that knows the keys answers, and what it was asked. */
let answer: (key: string) => { status: number; body: string };
let asked: { key: string; headers: IncomingHttpHeaders }[];
let server: Server;
let now: number;
let identify: Identify;

beforeEach(async () => {
  now = NOW;
  asked = [];
  answer = (key) =>
    key === 'good' ? { status: 200, body: JSON.stringify(OWNER) } : { status: 404, body: '' };
  const port = await freePort();
  server = createServer(async (request, response) => {
    const { key } = JSON.parse(await text(request)) as { key: string };
    asked.push({ key, headers: request.headers });
    const { status, body } = answer(key);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const endpoint = {
    url: `http://127.0.0.1:${port}/keys`,
    headers: { authorization: 'Bearer router' },
    timeoutMs: 60_000,
    log,
  };
  const clock = () => now;
  const apiKeys = rememberApiKeys(askForApiKeys(endpoint), { ttlMs: TTL_MS, max: 2, clock });
  identify = createIdentities({
    tokens: null,
    apiKeys,
    isRevoked: () => false,
    clock,
    log,
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('an API key', () => {
  it.each([
    { 'x-api-key': 'good' },
    { authorization: 'ApiKey good' },
    { apiKey: 'good' },
    { APIKEY: 'good' },
  ])('says who asks, as %j', async (source) => {
    expect(await identify(source)).toEqual({
      subject: 'robot',
      scopes: new Set(['prices:read']),
      roles: new Set(['integrator']),
      claims: { plan: 'free' },
      expiresAt: Date.parse(OWNER.expiresAt),
      issuedAt: NOW,
    });
    expect(asked).toMatchObject([{ key: 'good', headers: { authorization: 'Bearer router' } }]);
  });

  it("that is nobody's is refused", async () => {
    await expect(identify({ apiKey: 'bad' })).rejects.toMatchObject({
      message: 'The key is not accepted, or no longer; send a valid one.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('is asked for once while the answer holds, also when many come at a time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => identify({ apiKey: 'good' })));
    now += 29_000;
    await identify({ apiKey: 'good' });
    expect(asked).toHaveLength(1);
  });

  it('is refused when it has ended, though it is remembered', async () => {
    await identify({ apiKey: 'good' });
    now = Date.parse(OWNER.expiresAt);
    await expect(identify({ apiKey: 'good' })).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('that is revoked works no longer than answers hold', async () => {
    answer = () => ({ status: 200, body: '{"subject":"robot"}' });
    await identify({ apiKey: 'good' });
    answer = () => ({ status: 401, body: '' });
    now += TTL_MS;
    expect(await identify({ apiKey: 'good' })).toMatchObject({ subject: 'robot' });
    now += 1;
    await expect(identify({ apiKey: 'good' })).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('is forgotten when too many others have come since', async () => {
    answer = (key) => ({ status: 200, body: JSON.stringify({ subject: key }) });
    for (const apiKey of ['a', 'b', 'c', 'a']) await identify({ apiKey });
    expect(asked.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'a']);
  });

  it.each<[string, { status: number; body: string }]>([
    ['fails', { status: 500, body: 'oops' }],
    ['answers HTML', { status: 200, body: '<html>' }],
    ['names nobody', { status: 200, body: '{"scopes":["admin"]}' }],
    ['answers a megabyte', { status: 200, body: `{"subject":"${'x'.repeat(1_000_000)}"}` }],
  ])('cannot be verified while the service %s, and can when that is over', async (_, fault) => {
    answer = () => fault;
    await expect(identify({ apiKey: 'good' })).rejects.toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    answer = () => ({ status: 200, body: '{"subject":"robot"}' });
    expect(await identify({ apiKey: 'good' })).toMatchObject({ subject: 'robot' });
  });
});
