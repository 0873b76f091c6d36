import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
} from '@simplewebauthn/server';
import {
  type PasskeyAssertion,
  type PasskeyRegistration,
  readClientData,
} from '../rules/passkey-json';
import { PASSKEY_REGISTRATIONS_BY_USER } from '../rules/attempts';
import { type Credential, type Passkey, userHandleOf } from '../rules/passkey';
import type { RelyingParty } from '../rules/relying-party';
import type { Client, InSession } from '../rules/session';
import type { User } from '../rules/user';
import type { Attempts } from './attempts';
import type { FactorEvents, Whose } from './factor-events';
import { CHALLENGE_MS, type ChallengePurpose, type PasskeyChallenges } from './passkey-challenges';
import {
  SUPPORTED_ALGORITHMS,
  checkAssertion,
  checkRegistration,
  passkeyRefused,
} from './passkey-checks';
import type { PasskeyStore } from './passkey-store';

/** What passkeys take. */
export interface PasskeyParts {
  passkeys: PasskeyStore;
  challenges: PasskeyChallenges;
  relyingParty: RelyingParty;
  attempts: Attempts;
  events: FactorEvents;
  clock: Clock;
}

/** Makes passkeys and checks what they sign (Web Authentication Level 3, section 7). */
export class Passkeys {
  constructor(private readonly parts: PasskeyParts) {}

  /** What a browser makes one with, of the kind that can be found without knowing who asks. Throws RATE_LIMITED. */
  async startRegistration(
    { id: userId, email, displayName }: User,
    sessionId: string,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { passkeys, challenges, relyingParty, attempts } = this.parts;
    await attempts.admit([{ limit: PASSKEY_REGISTRATIONS_BY_USER, key: userId }]);
    return generateRegistrationOptions({
      rpName: relyingParty.name,
      rpID: relyingParty.id,
      userID: userHandleOf(userId),
      userName: email,
      userDisplayName: displayName,
      challenge: await challenges.give({ kind: 'REGISTER', sessionId }),
      timeout: CHALLENGE_MS,
      supportedAlgorithmIDs: SUPPORTED_ALGORITHMS,
      excludeCredentials: await passkeys.descriptorsOf(userId),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
  }

  /** Throws CHALLENGE_INVALID, PASSKEY_REFUSED, SESSION_ENDED, and INVALID_INPUT where there are too many. */
  async finishRegistration(
    owner: InSession,
    registration: PasskeyRegistration,
    name: string,
    client: Client,
  ): Promise<{ passkey: Passkey; recoveryCodes: string[] }> {
    const { passkeys, relyingParty, events, clock } = this.parts;
    const { clientDataJSON, transports } = registration.response;
    const { userId, sessionId } = owner;
    const challenge = await this.takeChallenge(clientDataJSON, { kind: 'REGISTER', sessionId });
    const attested = await checkRegistration(registration, challenge, relyingParty);
    const made = { userId, ...attested, transports, name };
    const added = await events.recordWith('PASSKEY_ADDED', owner, client, (also) =>
      passkeys.add(owner, made, clock(), also),
    );
    if (!added) throw passkeyRefused(relyingParty);
    return added;
  }

  /** False where there is none with that id, or somebody else's. Throws SESSION_ENDED. */
  remove(whose: InSession, id: string, client: Client): Promise<boolean> {
    const { passkeys, events } = this.parts;
    return events.recordWith('PASSKEY_REMOVED', whose, client, (also) =>
      passkeys.remove(whose, id, also),
    );
  }

  /** What a browser asks with for one that is the whole proof: it must verify its user. */
  async startProof(
    purpose: ChallengePurpose,
    userId: string | null,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { passkeys, challenges } = this.parts;
    const allowed = userId === null ? [] : await passkeys.descriptorsOf(userId);
    return this.optionsFor(await challenges.give(purpose), allowed, 'required');
  }

  /** What a browser asks with for one beside a password. */
  async optionsBesidePassword(
    challenge: Uint8Array<ArrayBuffer>,
    userId: string,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const allowed = await this.parts.passkeys.descriptorsOf(userId);
    return this.optionsFor(challenge, allowed, 'preferred');
  }

  /** The passkey that is the whole proof, null where it proves nothing. Throws CHALLENGE_INVALID. */
  async prove(
    assertion: PasskeyAssertion,
    purpose: ChallengePurpose,
    whose: Whose | null,
    client: Client,
  ): Promise<Credential | null> {
    const { clientDataJSON, userHandle } = assertion.response;
    const challenge = await this.takeChallenge(clientDataJSON, purpose);
    // Who is not known before must be named by the authenticator (section 7.2, step 6).
    if (!whose && userHandle == null) return null;
    return this.check(assertion, { challenge, verifiesUser: true, whose, client });
  }

  /** Null where the assertion is not of that challenge, or by none of the user's passkeys. */
  async check(
    assertion: PasskeyAssertion,
    {
      challenge,
      verifiesUser,
      whose,
      client,
    }: { challenge: string; verifiesUser: boolean; whose: Whose | null; client: Client },
  ): Promise<Credential | null> {
    const { passkeys, relyingParty, clock } = this.parts;
    const credential = await passkeys.find(assertion.id, whose?.userId ?? null);
    if (!credential) return null;
    const about = { challenge, relyingParty, verifiesUser };
    const counter = await checkAssertion(assertion, credential, about);
    if (counter === null) return null;
    if (await passkeys.use(credential.id, counter, clock())) return credential;
    const owner = { userId: credential.userId, sessionId: whose?.sessionId ?? null };
    await this.parts.events.record('PASSKEY_COPIED', owner, client);
    return null;
  }

  private optionsFor(
    challenge: Uint8Array<ArrayBuffer>,
    allowCredentials: { id: string; transports: string[] }[],
    userVerification: 'required' | 'preferred',
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.parts.relyingParty.id,
      ...{ challenge, allowCredentials, userVerification, timeout: CHALLENGE_MS },
    });
  }

  private async takeChallenge(clientDataJSON: string, purpose: ChallengePurpose): Promise<string> {
    const { challenge } = readClientData(clientDataJSON);
    if (await this.parts.challenges.take(challenge, purpose)) return challenge;
    throw new SpyhopError(
      'CHALLENGE_INVALID',
      'The challenge was used, is too old or was given for something else; begin again.',
    );
  }
}
