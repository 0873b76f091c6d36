import { scopesOfRoles } from './roles';

export const TOKEN_ISSUER = 'spyhop:users';
export const TOKEN_AUDIENCE = 'spyhop:api';
export const ACCESS_TOKEN_MS = 15 * 60_000;
/** Clocks differ, and whoever checks tokens forgives some of it. */
const SKEW_MS = 60_000;

/** When every token that was issued by then has ended, whatever the clock of who checks it. Epoch ms. */
export const tokensEndBy = (issuedBy: number): number => issuedBy + ACCESS_TOKEN_MS + SKEW_MS;

/**
 * How somebody proved who they are (RFC 8176, section 2): `hwk` by a key that stays in one device, `swk` by one that
 * does not; `mfa` says that it was in two ways.
 */
export type AuthenticationMethod = 'pwd' | 'otp' | 'hwk' | 'swk' | 'mfa';

/** What access tokens state of somebody, besides who issued them for whom and until when. */
export interface TokenStatement {
  userId: string;
  sessionId: string;
  roles: readonly string[];
  amr: readonly string[];
  /** When they last proved who they are, epoch ms. */
  authTime: number;
}

/** Claims of an access token (RFC 7519, RFC 9068, section 2.2). */
export const claimsOf = (statement: TokenStatement, now: number): Record<string, unknown> => ({
  iss: TOKEN_ISSUER,
  aud: TOKEN_AUDIENCE,
  sub: statement.userId,
  sid: statement.sessionId,
  scope: scopesOfRoles(statement.roles).join(' '),
  roles: statement.roles,
  amr: statement.amr,
  auth_time: Math.floor(statement.authTime / 1_000),
  // To the millisecond, so that a token is later than a revocation in the same second.
  iat: now / 1_000,
  nbf: Math.floor(now / 1_000),
  exp: Math.floor((now + ACCESS_TOKEN_MS) / 1_000),
});
