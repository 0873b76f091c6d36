import { SpyhopError } from '@spyhop/platform/errors';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { CHALLENGES_BY_NETWORK, byNetwork } from '../rules/attempts';
import type { PasskeyAssertion } from '../rules/passkey-json';
import type { Client } from '../rules/session';
import type { Proved } from '../rules/user';
import type { Attempts } from './attempts';
import type { FactorEvents } from './factor-events';
import type { Passkeys } from './passkeys';
import { keyMethodOf } from './second-factor-proof';
import type { UserStore } from './users';

/** What signing in with a passkey alone takes. */
export interface PasskeySignInParts {
  users: UserStore;
  attempts: Attempts;
  passkeyProofs: Passkeys;
  events: FactorEvents;
}

const PURPOSE = { kind: 'SIGN_IN', sessionId: null } as const;
const NOBODY = { userId: null, sessionId: null };

/** Signs in with a passkey and nothing else. Nobody says who they are before the passkey does. */
export class PasskeySignIn {
  constructor(private readonly parts: PasskeySignInParts) {}

  /** The same for everybody: it cannot tell who has an account. Throws RATE_LIMITED. */
  async start({ address }: Client): Promise<PublicKeyCredentialRequestOptionsJSON> {
    await this.parts.attempts.admit(byNetwork(CHALLENGES_BY_NETWORK, address));
    return this.parts.passkeyProofs.startProof(PURPOSE, null);
  }

  /** Throws CHALLENGE_INVALID, and SIGN_IN_FAILED in the same words for all that is wrong. */
  async finish(assertion: PasskeyAssertion, client: Client): Promise<Proved> {
    const { users, passkeyProofs } = this.parts;
    const credential = await passkeyProofs.prove(assertion, PURPOSE, null, client);
    const user = credential && (await users.find(credential.userId));
    if (!user) {
      await this.parts.events.record('SIGN_IN_FAILED', NOBODY, client);
      throw new SpyhopError(
        'SIGN_IN_FAILED',
        'The passkey does not count here; try another one, or sign in with the password.',
      );
    }
    // It has verified its user: something they have, and something they know or are.
    const { passwordAt } = credential;
    return { user, amr: [keyMethodOf(credential), 'mfa'], passwordAt };
  }
}
