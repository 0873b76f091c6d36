import type { Clock } from '@spyhop/platform/clock';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { FactorServices } from './graphql/context';
import { relyingPartyOf } from './rules/relying-party';
import type { Attempts } from './store/attempts';
import type { DeviceStore } from './store/devices';
import { FactorEvents } from './store/factor-events';
import type { OutgoingMail } from './store/outgoing-mail';
import { PasskeyChallenges } from './store/passkey-challenges';
import { PasskeySignIn } from './store/passkey-sign-in';
import { PasskeyStore } from './store/passkey-store';
import { Passkeys } from './store/passkeys';
import type { PasswordProof } from './store/password-proof';
import { Reauthentication } from './store/reauthentication';
import { SecondFactorProof } from './store/second-factor-proof';
import { SecondFactors } from './store/second-factors';
import { SecondSignIn } from './store/second-sign-in';
import type { SecurityLedger } from './store/security-ledger';
import type { SessionGrants } from './store/session-grants';
import { TotpEnrolment } from './store/totp-enrolment';
import { TotpStore } from './store/totp-store';
import type { UserStore } from './store/users';

/** What second factors are made of. */
export interface FactorParts {
  prisma: PrismaClient;
  system: PrismaClient;
  redis: RedisSpace;
  box: SecretBox;
  /** Passkeys are for its pages, and mails lead there. */
  publicUrl: string;
  newTotpSeed: () => Uint8Array;
  users: UserStore;
  attempts: Attempts;
  devices: DeviceStore;
  proof: PasswordProof;
  grants: SessionGrants;
  outgoing: OutgoingMail;
  ledger: SecurityLedger;
  clock: Clock;
}

/** Part of the composition root: second factors, and what they take part in. */
export function createFactorServices(given: FactorParts): FactorServices {
  const { prisma, system, redis, box, clock } = given;
  const parts = { ...given, events: new FactorEvents(given) };
  const totp = new TotpStore(prisma, system, box);
  const passkeys = new PasskeyStore(prisma, system);
  const secondFactors = new SecondFactors(parts);
  const challenges = new PasskeyChallenges(redis, clock);
  const relyingParty = relyingPartyOf(parts.publicUrl);
  const passkeyProofs = new Passkeys({ ...parts, passkeys, challenges, relyingParty });
  const secondProof = new SecondFactorProof({ ...parts, totp, passkeyProofs });
  const proofs = { ...parts, secondFactors, secondProof, passkeyProofs };
  return {
    ...{ secondFactors, passkeys, passkeyProofs },
    totpEnrolment: new TotpEnrolment({ ...parts, totp }),
    secondSignIn: new SecondSignIn(proofs),
    passkeySignIn: new PasskeySignIn(proofs),
    reauthentication: new Reauthentication(proofs),
  };
}
