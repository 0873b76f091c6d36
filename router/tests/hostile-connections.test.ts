import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { briefSeconds } from './brief';
import { Health, RawConnection, postHead } from './hostile';
import { Rig } from './kit';

let rig: Rig;
let health: Health;

beforeAll(async () => {
  rig = await Rig.start({ ROUTER_HTTP_REQUEST_TIMEOUT_MS: String(briefSeconds() * 1_000) });
  await rig.ask('{ product(id: "1") { name rating } }');
  health = new Health(rig);
});
afterAll(() => rig.stop());
afterEach(() => health.check());

/** A client that sends a byte now and then, for as long as it is let. */
async function dribble(head: string, drop: string): Promise<string> {
  const wire = await RawConnection.open(rig.port);
  wire.socket.write(head);
  const timer = setInterval(() => wire.socket.write(drop), 100);
  const answer = await wire.hear();
  clearInterval(timer);
  return answer;
}

function expectRefusal(answer: string, status: number): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toContain('"code":"BAD_REQUEST"');
}

describe('a hundred clients', () => {
  it.each<[string, string, string?]>([
    ['heads', 'GET /graphql?query={__typename} HTTP/1.1\r\nhost: x\r\n'],
    ['bodies', postHead('content-length: 9999')],
    ['bodies in chunks', postHead('transfer-encoding: chunked'), '1\r\nx\r\n'],
    ['upgrades', 'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n'],
  ])('that send their %s too slowly delay nobody and are given up', async (_, head, drop = 'x') => {
    let givenUp = 0;
    const slow = Array.from({ length: 100 }, () =>
      dribble(head, drop).finally(() => (givenUp += 1)),
    );
    expect((await rig.ask('{ me { name } }')).status).toBe(200);
    expect(givenUp).toBe(0);
    for (const answer of await Promise.all(slow)) expectRefusal(answer, 408);
  });

  it('that say nothing at all are given up', async () => {
    const silent = await Promise.all(
      Array.from({ length: 100 }, () => RawConnection.open(rig.port)),
    );
    await Promise.all(silent.map(({ closed }) => closed));
  });

  it('that break off leave nothing behind', async () => {
    for (let times = 0; times < 100; times += 1) {
      const wire = await RawConnection.open(rig.port);
      wire.socket.write(`${postHead('content-length: 99')}{"qu`);
      wire.socket.resetAndDestroy();
      await wire.closed;
    }
  });
});

describe('what is no request', () => {
  it.each([
    ['that is no HTTP', 'HELLO\r\n\r\n', 400],
    [
      'with two lengths',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    [
      'with a length and chunks',
      `${postHead('content-length: 4', 'transfer-encoding: chunked')}0\r\n\r\n`,
      400,
    ],
    ['with a length below nothing', postHead('content-length: -1'), 400],
    ['with a chunk of no length', `${postHead('transfer-encoding: chunked')}zz\r\n`, 400],
    ['whose header is on two lines', 'GET /graphql HTTP/1.1\r\nhost: x\r\n y: z\r\n\r\n', 400],
    ['of 20 kB', `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    [
      'with a header of 20 kB',
      `GET /graphql HTTP/1.1\r\nhost: x\r\nx-big: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('%s is refused', async (_, bytes, status) => {
    const wire = await RawConnection.open(rig.port);
    wire.socket.write(bytes);
    expectRefusal(await wire.hear(), status);
  });

  it('and what follows a request in one packet are answered one after the other', async () => {
    const wire = await RawConnection.open(rig.port);
    const body = '{"query":"{ me { name } }"}';
    wire.socket.write(`${postHead(`content-length: ${body.length}`)}${body}`.repeat(20));
    await until(() => wire.answer.split('{"data":{"me":{"name":"Ann"}}}').length === 21);
    wire.socket.destroy();
  });
});

describe('an upgrade', () => {
  it.each([
    ['to another path', 'GET /elsewhere HTTP/1.1', 'upgrade: websocket', 404],
    [
      'of another version',
      'GET /graphql HTTP/1.1',
      'upgrade: websocket\r\nsec-websocket-version: 7',
      400,
    ],
    ['to something else', 'GET /graphql HTTP/1.1', 'upgrade: h2c', 400],
    ['by POST', 'POST /graphql HTTP/1.1', 'upgrade: websocket', 405],
  ])('%s is refused', async (_, line, header, status) => {
    const wire = await RawConnection.open(rig.port);
    const key = `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}`;
    wire.socket.write(`${line}\r\nhost: x\r\nconnection: upgrade\r\n${header}\r\n${key}\r\n\r\n`);
    expect(await wire.hear()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
