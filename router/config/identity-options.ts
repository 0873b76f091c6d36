import type { JWK } from 'jose';
import { z } from 'zod';
import { address, count, section, words } from './fields';

/** Who asks. */
export const identity = section('Who asks.', {
  jwksUrl: address
    .optional()
    .describe('Where the keys of accepted tokens are published; without it no token is read.'),
  jwtIssuers: words('`iss` of accepted tokens.'),
  jwtAudiences: words('`aud` of accepted tokens.'),
  jwtSkewMs: count(5_000, 'Milliseconds that the clock of who issues tokens may differ.'),
  passedClaims: words(
    'Claims of tokens that subgraphs are told besides subject, scopes and roles.',
  ),
  apiKeysUrl: address.optional().describe('Who knows API keys; without it no key is read.'),
  apiKeysSecret: z
    .string()
    .optional()
    .describe('A secret: sent to it as bearer token, to prove that it is a router who asks.'),
  apiKeysTtlMs: count(30_000, "Milliseconds that a key's answer holds."),
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
}).superRefine(({ jwksUrl, jwtIssuers, jwtAudiences }, context) => {
  if (jwksUrl === undefined) return;
  for (const [name, accepted] of Object.entries({ jwtIssuers, jwtAudiences })) {
    if (accepted.length > 0) continue;
    const message = 'must name at least one beside jwksUrl: no token of any other is accepted';
    context.addIssue({ code: 'custom', path: [name], message });
  }
});

function jwk(text: string, context: z.RefinementCtx): JWK {
  try {
    return z.looseObject({ kty: z.string() }).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON Web Key');
    return z.NEVER;
  }
}
