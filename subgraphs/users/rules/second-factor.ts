import { invalidInput } from '@spyhop/platform/errors';
import { type PasskeyAssertion, readAssertion } from './passkey-json';

/** What may prove a second time who somebody is. */
export type SecondFactorMethod = 'TOTP' | 'PASSKEY' | 'RECOVERY_CODE';

/** What somebody has set up. */
export interface FactorState {
  totp: boolean;
  passkeys: number;
  recoveryCodes: number;
}

/** A second proof as it was given. */
export type SecondProof =
  | { kind: 'TOTP'; code: string }
  | { kind: 'RECOVERY_CODE'; code: string }
  | { kind: 'PASSKEY'; assertion: PasskeyAssertion };

/** How a client gets the token with which it renews its session. */
export type Delivery = 'COOKIE' | 'BODY';

/** What will do beside the password, each by itself; nothing where no second factor is set up. */
export function methodsOf({ totp, passkeys, recoveryCodes }: FactorState): SecondFactorMethod[] {
  if (!totp && passkeys === 0) return [];
  const methods: [SecondFactorMethod, boolean][] = [
    ['TOTP', totp],
    ['PASSKEY', passkeys > 0],
    ['RECOVERY_CODE', recoveryCodes > 0],
  ];
  return methods.filter(([, isThere]) => isThere).map(([method]) => method);
}

/** What may be given as a second proof. */
export interface ProofInput {
  code?: string | null;
  recoveryCode?: string | null;
  passkey?: unknown;
}

/** The longest that somebody types, with all spaces and dashes. */
const LONGEST_CODE = 64;

/** Null for none. Throws INVALID_INPUT for several, and for what no authenticator makes. */
export function readProof({ code, recoveryCode, passkey }: ProofInput): SecondProof | null {
  const given = [code, recoveryCode, passkey].filter((each) => each != null);
  if (given.length === 0) return null;
  if (given.length > 1) throw onlyOne();
  if (code != null) return { kind: 'TOTP', code: readCode(code) };
  if (recoveryCode != null) return { kind: 'RECOVERY_CODE', code: readCode(recoveryCode) };
  return { kind: 'PASSKEY', assertion: readAssertion(passkey) };
}

function readCode(text: string): string {
  if (text.length <= LONGEST_CODE) return text;
  throw invalidInput(`A code has at most ${LONGEST_CODE} characters.`, { maximum: LONGEST_CODE });
}

const onlyOne = () =>
  invalidInput('Give one proof: `code`, `recoveryCode` or `passkey`, not several.');
