import { SpyhopError, invalidInput } from '@spyhop/platform/errors';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { AuthenticationMethod } from '../rules/access-token';
import type { PasskeyAssertion } from '../rules/passkey-json';
import { type SecondProof, methodsOf } from '../rules/second-factor';
import type { Client, InSession } from '../rules/session';
import type { User } from '../rules/user';
import type { AccessToken } from './access-tokens';
import type { FactorEvents } from './factor-events';
import type { Passkeys } from './passkeys';
import type { PasswordProof } from './password-proof';
import { type SecondFactorProof, keyMethodOf } from './second-factor-proof';
import type { SecondFactors } from './second-factors';
import type { SessionGrants } from './session-grants';
import type { UserStore } from './users';

/** What proving again who somebody is takes. */
export interface ReauthenticationParts {
  users: UserStore;
  secondFactors: SecondFactors;
  secondProof: SecondFactorProof;
  passkeyProofs: Passkeys;
  proof: PasswordProof;
  grants: SessionGrants;
  events: FactorEvents;
}

/** Proves again who somebody is that is signed in: with what it takes to sign in, or a passkey alone. */
export class Reauthentication {
  constructor(private readonly parts: ReauthenticationParts) {}

  /** What a browser asks for a passkey with. */
  startPasskey({ userId, sessionId }: InSession): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.parts.passkeyProofs.startProof({ kind: 'REAUTHENTICATE', sessionId }, userId);
  }

  /**
   * Throws SIGN_IN_FAILED for a wrong password, SECOND_FACTOR_FAILED for a wrong or missing second proof,
   * CHALLENGE_INVALID, RATE_LIMITED, SESSION_ENDED, and INVALID_INPUT for nothing.
   */
  async prove(
    session: InSession,
    { password, second }: { password: string | null; second: SecondProof | null },
    client: Client,
  ): Promise<AccessToken> {
    if (second?.kind === 'PASSKEY') return this.byPasskey(session, second.assertion, client);
    if (password === null) throw invalidInput('Give the password of the account, or a passkey.');
    const { userId, sessionId } = session;
    const { user } = await this.parts.proof.ofUser(userId, sessionId, password, client);
    return this.renew(user, session, await this.methodsBeside(session, second, client), client);
  }

  private async byPasskey(
    session: InSession,
    assertion: PasskeyAssertion,
    client: Client,
  ): Promise<AccessToken> {
    const { users, passkeyProofs } = this.parts;
    const { userId, sessionId } = session;
    const purpose = { kind: 'REAUTHENTICATE', sessionId } as const;
    const credential = await passkeyProofs.prove(assertion, purpose, session, client);
    const user = credential && (await users.find(userId));
    if (!user) throw missing();
    return this.renew(user, session, [keyMethodOf(credential), 'mfa'], client);
  }

  private async methodsBeside(
    whose: InSession,
    second: SecondProof | null,
    client: Client,
  ): Promise<AuthenticationMethod[]> {
    const { secondFactors, secondProof } = this.parts;
    if (second) {
      return ['pwd', await secondProof.check(second, { whose, client, challenge: null }), 'mfa'];
    }
    const required = methodsOf(await secondFactors.of(whose.userId));
    if (required.length > 0) throw missing();
    return ['pwd'];
  }

  private renew(
    user: User,
    session: InSession,
    amr: AuthenticationMethod[],
    client: Client,
  ): Promise<AccessToken> {
    const { grants, events } = this.parts;
    return events.recordWith('REAUTHENTICATED', session, client, (also) =>
      grants.proveAgain(user, session.sessionId, amr, also),
    );
  }
}

const missing = (): SpyhopError =>
  new SpyhopError(
    'SECOND_FACTOR_FAILED',
    'Beside the password it takes a code or a recovery code; or a passkey of yours, alone.',
  );
