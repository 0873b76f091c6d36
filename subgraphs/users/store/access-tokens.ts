import { compactJws, jwsPart } from '@spyhop/platform/compact-jws';
import type { Clock } from '@spyhop/platform/clock';
import type { JSONWebKeySet } from 'jose';
import { ACCESS_TOKEN_MS, type TokenStatement, claimsOf } from '../rules/access-token';
import { publishedAt, signerAt } from '../rules/signing-keys';
import type { OwnSigningKey, SigningKeyStore } from './signing-keys';

/** A token that the router takes (RFC 6750), and until when, epoch ms. */
export interface AccessToken {
  token: string;
  expiresAt: number;
}

/** Signs access tokens with the keys that were last read. */
export class AccessTokens {
  private keys: readonly OwnSigningKey[] = [];

  constructor(
    private readonly store: SigningKeyStore,
    private readonly clock: Clock,
  ) {}

  /** Makes keys where some are due, and reads them. */
  async refresh(): Promise<void> {
    await this.store.keepRotating(this.clock());
    this.keys = await this.store.load(this.clock());
  }

  /** What tokens are verified with (RFC 7517). */
  publicKeys(): JSONWebKeySet {
    return { keys: publishedAt(this.keys, this.clock()).map(({ publicKey }) => publicKey) };
  }

  issue(statement: TokenStatement): AccessToken {
    const now = this.clock();
    const key = signerAt(this.keys, now);
    if (!key) throw new Error('there is no key to sign access tokens with');
    const header = jwsPart(JSON.stringify({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' }));
    const token = compactJws(header, JSON.stringify(claimsOf(statement, now)), key.privateKey);
    return { token, expiresAt: now + ACCESS_TOKEN_MS };
  }
}
