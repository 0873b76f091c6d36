import type { JWK } from 'jose';
import { z } from 'zod';
import { address, always, milliseconds, section, words } from './fields';

/** Who asks. */
export const identity = section('Who asks.', {
  jwksUrl: address
    .optional()
    .describe('Where the keys of accepted tokens are published; without it no token is read.'),
  jwtIssuers: words('`iss` of accepted tokens.'),
  jwtAudiences: words('`aud` of accepted tokens.'),
  jwtSkewMs: milliseconds(5_000, 'Milliseconds that the clock of who issues tokens may differ.'),
  passedClaims: words(
    'Claims of tokens that subgraphs are told besides subject, scopes and roles.',
  ),
  apiKeysUrl: address.optional().describe('Who knows API keys; without it no key is read.'),
  apiKeysSecret: z
    .string()
    .optional()
    .describe('A secret: sent to it as bearer token, to prove that it is a router who asks.'),
  apiKeysTtlMs: milliseconds(30_000, "Milliseconds that a key's answer holds."),
  unheardMs: milliseconds(
    60_000,
    'Milliseconds for which a router that hears nothing of revocations takes tokens all the same; after that those that were issued within so long.',
  ),
  signingKey: z
    .string()
    .transform(jwk)
    .optional()
    .describe(
      'A secret: the private Ed25519 key, as JWK, with which subgraphs are told who asks; without it they are not told.',
    ),
  signTogether: z
    .boolean()
    .default(false)
    .describe(
      'Whether what is told with requests that are sent at the same time shares a signature, as SD-JWT; costs less, and subgraphs must read it.',
    ),
})
  .refine(...namedBesideKeys('jwtIssuers'))
  .refine(...namedBesideKeys('jwtAudiences'));

function namedBesideKeys(name: 'jwtIssuers' | 'jwtAudiences') {
  const isSound = (given: {
    jwksUrl?: unknown;
    jwtIssuers: unknown;
    jwtAudiences: unknown;
  }): boolean =>
    given.jwksUrl === undefined || !Array.isArray(given[name]) || given[name].length > 0;
  const error = 'must name at least one beside jwksUrl: no token of any other is accepted';
  const told = { ...always, error, path: [name] };
  return [isSound, told] as const;
}

function jwk(text: string, context: z.RefinementCtx): JWK {
  try {
    return z.looseObject({ kty: z.string() }).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON Web Key');
    return z.NEVER;
  }
}
