import { SpyhopError } from '@spyhop/platform/errors';
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG, decodeAttestationObject } from '@simplewebauthn/server/helpers';
import {
  type PasskeyAssertion,
  type PasskeyRegistration,
  readClientData,
} from '../rules/passkey-json';
import { type Credential, userHandleOf } from '../rules/passkey';
import type { RelyingParty } from '../rules/relying-party';

/** What every authenticator can do one of; those that are to come need no experiments. */
export const SUPPORTED_ALGORITHMS = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

/** What a new passkey's authenticator says of it. */
export interface AttestedPasskey {
  credentialId: Uint8Array<ArrayBuffer>;
  publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  synced: boolean;
}

/** Throws CHALLENGE_INVALID where the browser was given another challenge, and PASSKEY_REFUSED. */
export async function checkRegistration(
  registration: PasskeyRegistration,
  challenge: string,
  relyingParty: RelyingParty,
): Promise<AttestedPasskey> {
  const { response } = registration;
  refuseFrames(response.clientDataJSON, relyingParty);
  try {
    refuseCertificates(response.attestationObject);
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...registration, clientExtensionResults: {} } as RegistrationResponseJSON,
      ...expected(challenge, relyingParty),
      requireUserVerification: false,
      supportedAlgorithmIDs: SUPPORTED_ALGORITHMS,
    });
    if (!registrationInfo) throw passkeyRefused(relyingParty);
    const { credential, credentialDeviceType } = registrationInfo;
    return {
      credentialId: new Uint8Array(Buffer.from(credential.id, 'base64url')),
      publicKey: new Uint8Array(credential.publicKey),
      counter: credential.counter,
      synced: credentialDeviceType === 'multiDevice',
    };
  } catch {
    // What the library says holds what the client has sent.
    throw passkeyRefused(relyingParty);
  }
}

/**
 * How often the authenticator has counted; whether that is more than before is for who keeps it to say.
 * Null where the signature, or what it signs, is not what it must be.
 */
export async function checkAssertion(
  assertion: PasskeyAssertion,
  credential: Credential,
  {
    challenge,
    relyingParty,
    verifiesUser,
  }: { challenge: string; relyingParty: RelyingParty; verifiesUser: boolean },
): Promise<number | null> {
  const { response } = assertion;
  if (readClientData(response.clientDataJSON).crossOrigin) return null;
  if (response.userHandle != null && !isHandleOf(credential.userId, response.userHandle)) {
    return null;
  }
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...assertion, clientExtensionResults: {} } as AuthenticationResponseJSON,
      ...expected(challenge, relyingParty),
      requireUserVerification: verifiesUser,
      // Compared after the signature has proved it, and in the store, so that of two at once one counts.
      credential: { id: assertion.id, publicKey: credential.publicKey, counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

const expected = (challenge: string, { id, origin }: RelyingParty) => ({
  expectedChallenge: challenge,
  expectedOrigin: origin,
  expectedRPID: id,
});

/** Another site that shows our page in a frame must not ask for passkeys. */
function refuseFrames(clientDataJSON: string, relyingParty: RelyingParty): void {
  if (readClientData(clientDataJSON).crossOrigin) throw passkeyRefused(relyingParty);
}

/** None were asked for, and following what theirs say would ask servers of the client's choice. */
function refuseCertificates(attestationObject: string): void {
  const bytes = new Uint8Array(Buffer.from(attestationObject, 'base64url'));
  const attestation = decodeAttestationObject(bytes);
  const format = attestation.get('fmt');
  const isSelfMade = format === 'packed' && !attestation.get('attStmt').get('x5c');
  if (format !== 'none' && !isSelfMade) throw new Error('an attestation that was not asked for');
}

const isHandleOf = (userId: string, handle: string): boolean =>
  Buffer.from(handle, 'base64url').equals(userHandleOf(userId));

export const passkeyRefused = ({ origin }: RelyingParty): SpyhopError =>
  new SpyhopError(
    'PASSKEY_REFUSED',
    `The passkey was refused: it must be made, anew and for this account, on a page of ${origin}.`,
  );
