import { type Server, createServer } from 'node:http';
import { freePort } from '@spyhop/platform/testkit/ports';
import {
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  exportJWK,
  generateKeyPair,
} from 'jose';

/** A pair of keys under an id. */
export interface TestKey {
  privateKey: CryptoKey;
  publicJwk: JWK;
  alg: string;
}

export const NOW = Date.parse('2026-05-01T12:00:00Z');
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://graph.example';

export async function newKey(kid: string, alg: string): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, alg };
}

/** A token that is good at NOW but for what is changed. */
export function tokenBy(
  key: TestKey,
  changed: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const seconds = NOW / 1_000;
  return new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ann',
    iat: seconds - 10,
    exp: seconds + 900,
    ...changed,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.publicJwk.kid, ...header })
    .sign(key.privateKey);
}

/** Serves public keys, or fails to, as a test wants it. */
export class KeyServer {
  keys: JWK[] = [];
  state: 'up' | 'down' | 'html' = 'up';
  fetches = 0;

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<KeyServer> {
    const port = await freePort();
    const server = createServer((_request, response) => {
      keyServer.fetches += 1;
      if (keyServer.state === 'down') response.writeHead(503).end('down');
      else if (keyServer.state === 'html') response.end('<html>Welcome</html>');
      else response.end(JSON.stringify({ keys: keyServer.keys }));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const keyServer = new KeyServer(`http://127.0.0.1:${port}/keys`, server);
    return keyServer;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
