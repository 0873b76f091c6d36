import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';

/** Longer than any that authenticators make, attestation included. */
const LONGEST_TEXT = 16_384;
/** Web Authentication Level 3, section 4: credential ids have at most 1,023 bytes. */
const LONGEST_ID = 1_364;
const LONGEST_TRANSPORT = 32;
const MOST_TRANSPORTS = 10;

const base64url = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\w-]+$/);
const text = base64url(LONGEST_TEXT);
const id = base64url(LONGEST_ID);

const Credential = z.object({ id, rawId: id, type: z.literal('public-key') });

const Registration = Credential.extend({
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: z.array(z.string().max(LONGEST_TRANSPORT)).max(MOST_TRANSPORTS).default([]),
  }),
});

const Assertion = Credential.extend({
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: base64url(128).nullish(),
  }),
});

const ClientData = z.object({ challenge: id, crossOrigin: z.boolean().default(false) });

/** `RegistrationResponseJSON` of Web Authentication Level 3, section 5.1, as far as it is looked at. */
export type PasskeyRegistration = z.output<typeof Registration>;

/** `AuthenticationResponseJSON` of Web Authentication Level 3, section 5.1, as far as it is looked at. */
export type PasskeyAssertion = z.output<typeof Assertion>;

/** Throws INVALID_INPUT. */
export const readRegistration = (json: unknown): PasskeyRegistration => read(Registration, json);

/** Throws INVALID_INPUT. */
export const readAssertion = (json: unknown): PasskeyAssertion => read(Assertion, json);

/** The challenge that a browser says it was given, and whether it was asked from within another site's page. */
export function readClientData(clientDataJSON: string): {
  challenge: string;
  crossOrigin: boolean;
} {
  try {
    return ClientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()));
  } catch {
    throw malformed();
  }
}

function read<Shape>(schema: z.ZodType<Shape>, json: unknown): Shape {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw malformed();
}

const malformed = () =>
  invalidInput(
    "A passkey's response must be what the browser's `PublicKeyCredential.toJSON()` says.",
  );
