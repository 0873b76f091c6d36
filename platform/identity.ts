/** Who asks, after whatever proves it was verified. */
export interface Identity {
  subject: string;
  scopes: ReadonlySet<string>;
  roles: ReadonlySet<string>;
  /** All that the token or the key's issuer says. */
  claims: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds at which it is no longer accepted; null where it has no end. */
  expiresAt: number | null;
  /** Epoch milliseconds at which it was issued, or a key's owner asked for; unknown counts as long ago. */
  issuedAt?: number;
  /** What has signed its token, by its `kid`; empty where it does not say so. Left out without a token. */
  signedBy?: string;
}

/**
 * Scopes of a token: `scope`, separated by spaces (RFC 8693, section 4.2; RFC 9068, section 2.2.3),
 * or `scp`, text or a list, as Microsoft and Okta write it.
 */
export const scopesOf = (claims: Readonly<Record<string, unknown>>): ReadonlySet<string> => {
  const stated = claims['scope'] ?? claims['scp'];
  return new Set(
    textsOf(stated).flatMap((text) => text.split(' ').filter((scope) => scope !== '')),
  );
};

/** Roles of a token: `roles`, a list or one role (RFC 9068, section 2.2.3.1). */
export const rolesOf = (claims: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(textsOf(claims['roles']));

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
