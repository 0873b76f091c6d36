import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { AuthenticationMethod } from '../rules/access-token';
import {
  type Attempt,
  CODES_BY_ACCOUNT,
  CODES_BY_DEVICE,
  CODES_BY_NETWORK,
  UNGUESSABLE_PROOFS,
} from '../rules/attempts';
import { networkOf } from '../rules/networks';
import type { SecondProof } from '../rules/second-factor';
import type { Client } from '../rules/session';
import type { Attempts } from './attempts';
import type { DeviceStore } from './devices';
import type { FactorEvents, Whose } from './factor-events';
import type { Passkeys } from './passkeys';
import { useRecoveryCode } from './recovery-codes';
import type { TotpStore } from './totp-store';

/** What checking a second proof takes. */
export interface SecondFactorProofParts {
  totp: TotpStore;
  passkeyProofs: Passkeys;
  system: PrismaClient;
  attempts: Attempts;
  devices: DeviceStore;
  events: FactorEvents;
  clock: Clock;
}

/** Who gives a second proof, and from where. */
export interface Prover {
  whose: Whose;
  client: Client;
  /** That a passkey must have signed, base64url; null where none was asked for. */
  challenge: string | null;
}

/** Checks what proves a second time who somebody is; each proof counts once. */
export class SecondFactorProof {
  constructor(private readonly parts: SecondFactorProofParts) {}

  /** How it was proved. Throws SECOND_FACTOR_FAILED, and RATE_LIMITED after too many of them. */
  async check(proof: SecondProof, prover: Prover): Promise<AuthenticationMethod> {
    const method = await this.methodOf(proof, prover);
    if (method) return method;
    const { whose, client } = prover;
    await this.parts.events.record('SECOND_FACTOR_FAILED', whose, client);
    throw new SpyhopError(
      'SECOND_FACTOR_FAILED',
      'The code or the passkey is wrong, or was used; try the next code, or another way.',
    );
  }

  private async methodOf(proof: SecondProof, prover: Prover): Promise<AuthenticationMethod | null> {
    const { attempts, events } = this.parts;
    const { whose, client } = prover;
    const counted = await this.attemptsOf(proof.kind, prover);
    await attempts.admit(counted, () => events.record('SECOND_FACTOR_LIMITED', whose, client));
    const method = await this.tryOf(proof, prover);
    if (method) await attempts.forgive(counted);
    return method;
  }

  private tryOf(proof: SecondProof, prover: Prover): Promise<AuthenticationMethod | null> {
    switch (proof.kind) {
      case 'TOTP':
        return this.takeCode(proof.code, prover);
      case 'RECOVERY_CODE':
        return this.useRecoveryCode(proof.code, prover);
      case 'PASSKEY':
        return this.checkPasskey(proof, prover);
    }
  }

  /** The narrowest first. */
  private async attemptsOf(
    kind: SecondProof['kind'],
    { whose, client }: Prover,
  ): Promise<Attempt[]> {
    const own = await this.ownKeyOf(whose, client);
    const key = own ?? `${whose.userId}:${networkOf(client.address)}`;
    if (kind !== 'TOTP') return [{ limit: UNGUESSABLE_PROOFS, key: `${kind}:${key}` }];
    if (own !== null) return [{ limit: CODES_BY_DEVICE, key }];
    return [
      { limit: CODES_BY_NETWORK, key },
      { limit: CODES_BY_ACCOUNT, key: whose.userId },
    ];
  }

  /** Of a session, or a device that has signed in before; null of a stranger. */
  private async ownKeyOf({ userId, sessionId }: Whose, { device }: Client): Promise<string | null> {
    if (sessionId !== null) return sessionId;
    if (device === null) return null;
    const standing = await this.parts.devices.standingOf(userId, device);
    return standing === 'new' ? null : `${userId}:${device.toString('base64url')}`;
  }

  private async takeCode(code: string, { whose }: Prover): Promise<'otp' | null> {
    const { totp, clock } = this.parts;
    return (await totp.take(whose.userId, code, clock())) ? 'otp' : null;
  }

  private async useRecoveryCode(code: string, { whose, client }: Prover): Promise<'otp' | null> {
    const { system, events } = this.parts;
    const isUsed = await events.recordWith('RECOVERY_CODE_USED', whose, client, (also) =>
      useRecoveryCode(system, whose.userId, code, also),
    );
    return isUsed ? 'otp' : null;
  }

  private async checkPasskey(
    { assertion }: Extract<SecondProof, { kind: 'PASSKEY' }>,
    { whose, client, challenge }: Prover,
  ): Promise<'hwk' | 'swk' | null> {
    if (challenge === null) return null;
    const about = { challenge, verifiesUser: false, whose, client };
    const credential = await this.parts.passkeyProofs.check(assertion, about);
    return credential && keyMethodOf(credential);
  }
}

/** Whether a key stays in one device. */
export const keyMethodOf = ({ synced }: { synced: boolean }): 'hwk' | 'swk' =>
  synced ? 'swk' : 'hwk';
