import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DIGEST_CLAIM, IDENTITY_HEADER, digestOf } from '../signed-identity';
import {
  type CryptoKey,
  type JWK,
  type JWTPayload,
  SignJWT,
  exportJWK,
  generateKeyPair,
} from 'jose';

/** Says who asks as a router does, and publishes the key that it says it with. */
export class RouterSigner {
  private constructor(
    readonly keysUrl: string,
    private readonly server: Server,
    private readonly privateKey: CryptoKey,
    private readonly subgraph: string,
  ) {}

  /** For requests to a subgraph, by its name in the supergraph. */
  static async start(subgraph: string): Promise<RouterSigner> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'router', alg: 'EdDSA', use: 'sig' };
    const server = createServer((_request, response) => {
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new RouterSigner(`http://127.0.0.1:${port}/jwks.json`, server, privateKey, subgraph);
  }

  /** Headers of a request by somebody, good for that body only; null asks as nobody. */
  async headersFor(claims: JWTPayload | null, body: string): Promise<Record<string, string>> {
    const { sub, sid, scope, roles, amr, auth_time } = claims ?? {};
    const told = { sid, scope, roles, amr, auth_time, [DIGEST_CLAIM]: digestOf(body) };
    const token = new SignJWT(claims ? told : {})
      .setProtectedHeader({ alg: 'EdDSA', kid: 'router', typ: 'router-identity+jwt' })
      .setIssuer('router')
      .setAudience(this.subgraph)
      .setIssuedAt()
      .setExpirationTime('30s');
    if (sub !== undefined) token.setSubject(sub);
    const signed = await token.sign(this.privateKey);
    return { [IDENTITY_HEADER]: signed };
  }

  /** The private key, as JWK, for a router in its place. */
  async key(): Promise<string> {
    return JSON.stringify({ ...(await exportJWK(this.privateKey)), kid: 'router' });
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
