import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TLSSocket, connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Rig, Subscriber } from './kit';
import { readLog } from './logged';

let folder: string;
let rig: Rig;
let log: ReturnType<typeof readLog>;
const file = (name: string): string => join(folder, name);

/** A certificate that signs itself, by openssl. */
function makeCertificate(name: string): void {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const out = ['-nodes', '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  execFileSync('openssl', [...args, ...subject, ...out], { stdio: 'pipe' });
}

async function use(name: string): Promise<void> {
  await cp(file(`${name}.key`), file('used.key'));
  await cp(file(`${name}.crt`), file('used.crt'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-tls-'));
  for (const name of ['first', 'second']) makeCertificate(name);
  await use('first');
  log = readLog();
  rig = await Rig.start({
    ROUTER_HTTP_TLS_CERT_FILE: file('used.crt'),
    ROUTER_HTTP_TLS_KEY_FILE: file('used.key'),
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  await rig.stop();
  log.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  log.lines.length = 0;
});

/** Asks as whoever trusts that certificate alone; the connection is its own. */
function ask(trusted: string, query = '{ product(id: "1") { name } }') {
  const ca = readFileSync(file(`${trusted}.crt`));
  return new Promise<{ body: unknown; headers: Record<string, unknown> }>((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', servername: 'localhost', port: rig.port, path: '/graphql' },
        ...{ ca, agent: false, method: 'POST', headers: { 'content-type': 'application/json' } },
      },
      (response) =>
        void text(response).then(
          (body) => resolve({ body: JSON.parse(body), headers: response.headers }),
          reject,
        ),
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ query }));
  });
}

describe('a router with a certificate', () => {
  it('answers over HTTPS, and tells browsers to come back so only', async () => {
    const { body, headers } = await ask('first');
    expect(body).toEqual({ data: { product: { name: 'Lamp' } } });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('serves WebSockets over TLS', async () => {
    const ca = readFileSync(file('first.crt'));
    class Trusting extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { ca, checkServerIdentity: () => undefined } as never);
      }
    }
    const url = `wss://127.0.0.1:${rig.port}/graphql`;
    const client = createClient({ url, webSocketImpl: Trusting, retryAttempts: 0 });
    const counted = new Subscriber(client, 'subscription { counted(to: 2) }');
    await until(() => counted.completed);
    expect(counted.data).toEqual([{ counted: 1 }, { counted: 2 }]);
    await client.dispose();
  });

  it('speaks TLS 1.2 and later, and no plain HTTP', async () => {
    await expect(fetch(rig.url)).rejects.toThrow();
    const old = connect({
      port: rig.port,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    const refused = new Promise((resolve) => old.once('error', resolve));
    expect(String(await refused)).toMatch(/protocol/i);
  });

  it('serves a new certificate when the files change, and the old connections as before', async () => {
    const kept = await connected('first');
    await use('second');
    await until(async () => (await ask('second').catch(() => null)) !== null);
    await expect(ask('first')).rejects.toThrow(/self-signed|certificate/);
    kept.write(
      'GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: a\r\napollo-require-preflight: 1\r\n\r\n',
    );
    const answer = await new Promise<Buffer>((resolve) => kept.once('data', resolve));
    expect(String(answer)).toContain('200 OK');
    kept.destroy();
  });

  it('keeps its certificate when the new one cannot be used', async () => {
    const good = readFileSync(file('used.crt'));
    await writeFile(file('used.crt'), 'nonsense');
    await until(() => log.lines.some(({ msg }) => msg === 'a new certificate cannot be used'));
    await ask('second');
    await writeFile(file('used.crt'), good);
    await until(() => log.lines.some(({ msg }) => msg === 'the router serves a new certificate'));
  });
});

describe('a router that is to have a certificate', () => {
  it.each<[string, string, string, RegExp]>([
    ['of which there is no key', 'second.crt', '', /must name both/],
    ['that is not there', 'none.crt', 'second.key', /http\.tlsCertFile: .*ENOENT/],
    ['with the key of another', 'second.crt', 'first.key', /http\.tlsCertFile: .*key/],
  ])('%s does not start', async (_, cert, key, fault) => {
    const settings = {
      ROUTER_HTTP_TLS_CERT_FILE: file(cert),
      ROUTER_HTTP_TLS_KEY_FILE: key && file(key),
    };
    await expect(Rig.start(settings)).rejects.toThrow(fault);
  });
});

async function connected(trusted: string): Promise<TLSSocket> {
  const ca = readFileSync(file(`${trusted}.crt`));
  const socket = connect({ port: rig.port, host: '127.0.0.1', servername: 'localhost', ca });
  await new Promise((resolve, reject) =>
    socket.once('secureConnect', resolve).once('error', reject),
  );
  return socket;
}
