import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import { AccessDenied } from '@spyhop/platform/access-denied';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Subscriber } from './kit';
import { readLog } from './logged';
import { Office } from './office';

const STREAM = 'stream:router.access-denied';
const PER_MINUTE = 20;

let office: Office;
let redis: TestRedis;
let port: number;
let log: ReturnType<typeof readLog>;
beforeAll(async () => {
  log = readLog();
  office = await Office.open();
});
afterAll(async () => {
  await office.close();
  await redis.close();
  log.stop();
});
beforeEach(async () => {
  await redis?.close();
  redis = testRedis();
  port = await office.route({
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    ROUTER_DENIALS_TELL: 'true',
    ROUTER_DENIALS_PER_MINUTE: String(PER_MINUTE),
    ROUTER_IDENTITY_PASSED_CLAIMS: 'sid',
  });
});

async function ask(query: string, headers: Record<string, string>, at = port) {
  const response = await fetch(`http://127.0.0.1:${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await response.json()) as {
    errors?: { extensions: { code: string } }[];
  };
  return errors.map(({ extensions }) => extensions.code);
}

const as = async (...who: Parameters<Office['token']>) => ({
  authorization: `Bearer ${await office.token(...who)}`,
});

async function told(): Promise<AccessDenied[]> {
  const entries = await redis.space.client.xrange(STREAM, '-', '+');
  return entries.map(([, fields]) =>
    AccessDenied.parse(JSON.parse(fields[fields.indexOf('event') + 1] ?? '')),
  );
}

describe('a field that an identity may not use', () => {
  it('is told by its coordinate, with who asked and from where', async () => {
    const ann = await as('ann', { sid: 'a-session' });
    expect(await ask('{ staff { id pay: salary } }', ann)).toContain('FORBIDDEN');
    await until(async () => (await told()).length > 0);
    expect(await told()).toEqual([
      {
        at: expect.any(Number),
        coordinate: 'Person.salary',
        subject: 'ann',
        claims: { sid: 'a-session' },
        address: '127.0.0.1',
      },
    ]);
  });

  it('is told also of subscriptions and of API keys', async () => {
    const url = `ws://127.0.0.1:${port}/graphql`;
    const client = createClient({
      ...{ url, webSocketImpl: WebSocket, connectionParams: await as('bea') },
    });
    const subscriber = new Subscriber(client, 'subscription { called }');
    await until(() => subscriber.failure !== undefined);
    await client.dispose();
    await ask('mutation { hire(name: "Cay") { id } }', { 'x-api-key': 'clerk' });
    await until(async () => (await told()).length === 2);
    expect((await told()).map(({ coordinate, subject }) => [coordinate, subject])).toEqual([
      ['Subscription.called', 'bea'],
      ['Mutation.hire', 'robot'],
    ]);
  });

  it('is told once, however often it is asked for', async () => {
    const ann = await as('ann');
    for (let time = 0; time < 5; time += 1) await ask('{ staff { salary } }', ann);
    await ask('{ staff { review } }', ann);
    await until(async () => (await told()).length >= 2);
    const coordinates = (await told()).map(({ coordinate }) => coordinate);
    expect(coordinates).toEqual(['Person.salary', 'Person.review']);
  });

  it('is not told of somebody who has yet to sign in', async () => {
    expect(await ask('{ phone }', {})).toEqual(['UNAUTHENTICATED']);
    await ask('{ staff { salary } }', await as('ann'));
    await until(async () => (await told()).length > 0);
    expect((await told()).map(({ subject }) => subject)).toEqual(['ann']);
  });

  it('is told in part of a flood, and every request is answered', async () => {
    const many = Array.from({ length: 3 * PER_MINUTE }, async (_, nth) =>
      ask('{ staff { salary } }', await as(`flood-${nth}`)),
    );
    for (const codes of await Promise.all(many)) expect(codes).toContain('FORBIDDEN');
    await until(async () => (await told()).length >= PER_MINUTE);
    expect(await told()).toHaveLength(PER_MINUTE);
  });

  it('is logged where Redis is away, and the answer does not wait for it', async () => {
    const alone = await office.route({
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      ROUTER_DENIALS_TELL: 'true',
      ROUTER_CACHE_ENABLED: 'false',
      LOG_LEVEL: 'warn',
    });
    const ann = await as('ann');
    const query = '{ staff { salary } }';
    expect(await ask(query, ann, alone)).toContain('FORBIDDEN');
    const isLogged = () => log.lines.some(({ msg }) => msg === 'a denial is only in this log');
    await until(async () => isLogged());
    expect(await ask(query, ann, alone)).toContain('FORBIDDEN');
  });
});
