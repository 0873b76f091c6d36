import { createHmac } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { Browser } from './browser';
import { PASSWORD, type SignedUp, type UsersRig } from './kit';

/** Somebody whose app shows codes. */
export interface WithTotp extends SignedUp {
  email: string;
  /** base32 */
  manualKey: string;
  recoveryCodes: string[];
}

/** What signing in came to. */
export interface SignInAnswer {
  signIn: {
    __typename: 'SignedIn' | 'SecondFactorRequired';
    accessToken?: string;
    refreshToken?: string | null;
    challenge?: string;
    methods?: string[];
    passkeyOptions?: { challenge: string } | null;
  };
}

/** A new account whose app shows codes; its clock stands at the first code that is not used up. */
export async function signUpWithTotp(rig: UsersRig, email: string): Promise<WithTotp> {
  const someone = await rig.signUp(email);
  const { manualKey, recoveryCodes } = await setUpTotp(rig, someone.browser);
  return { ...someone, email, manualKey, recoveryCodes };
}

export async function setUpTotp(
  rig: UsersRig,
  browser: Browser,
): Promise<{ manualKey: string; recoveryCodes: string[] }> {
  const { setUpTotp: made } = await browser.data<{ setUpTotp: { manualKey: string } }>(SET_UP_TOTP);
  const code = totpCode(made.manualKey, rig.now);
  const { confirmTotp } = await browser.data<{ confirmTotp: string[] }>(CONFIRM_TOTP, { code });
  rig.now += 30_000;
  return { manualKey: made.manualKey, recoveryCodes: confirmTotp };
}

/** Signs in with the password only, from a browser of its own. */
export async function startSignIn(
  rig: UsersRig,
  email: string,
  delivery: 'COOKIE' | 'BODY' = 'BODY',
): Promise<SignInAnswer['signIn'] & { browser: Browser; challenge: string }> {
  const browser = rig.browser();
  const input = { email, password: PASSWORD, delivery };
  const { signIn } = await browser.data<SignInAnswer>(START_SIGN_IN, { input });
  return { ...signIn, browser, challenge: signIn.challenge ?? '' };
}

/** Asks with a new token from now on. */
export const actWith = (browser: Browser, accessToken: string): void =>
  browser.actAs(decodeJwt(accessToken));

/** A code of RFC 6238 with SHA-1 and six digits. */
export function totpCode(base32: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', fromBase32(base32)).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** One that the app does not show within an hour of then. */
export function wrongCode(base32: string, at: number): string {
  const right = new Set(
    Array.from({ length: 240 }, (_, step) => (step - 120) * 30_000 + at).map((time) =>
      totpCode(base32, time),
    ),
  );
  for (let code = 0; ; code += 1) {
    const text = String(code).padStart(6, '0');
    if (!right.has(text)) return text;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6. */
function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((each) => ALPHABET.indexOf(each).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

export const SET_UP_TOTP = `mutation { setUpTotp { uri manualKey } }`;
export const CONFIRM_TOTP = `mutation ($code: String!) { confirmTotp(code: $code) }`;
export const REMOVE_TOTP = `mutation { removeTotp }`;
export const RENEW_CODES = `mutation { renewRecoveryCodes }`;
export const START_SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignedIn { accessToken refreshToken }
    ... on SecondFactorRequired { challenge methods passkeyOptions }
  }
}`;
export const CONFIRM = `mutation ($input: SecondFactorInput!) {
  confirmSecondFactor(input: $input) { accessToken expiresAt refreshToken user { id email } }
}`;
export const SECOND_FACTOR = `{
  me { secondFactor { totp passkeys { id name createdAt lastUsedAt } recoveryCodesLeft } }
}`;
export const REAUTHENTICATE = `mutation ($input: ReauthenticateInput!) {
  reauthenticate(input: $input) { accessToken expiresAt }
}`;
