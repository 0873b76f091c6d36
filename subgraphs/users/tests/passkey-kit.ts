import { type CreationOptions, Authenticator, type RequestOptions } from './authenticator';
import type { Browser } from './browser';
import type { SignedUp, UsersRig } from './kit';

/** Somebody with a passkey. */
export interface WithPasskey extends SignedUp {
  email: string;
  authenticator: Authenticator;
  passkeyId: string;
  /** As the authenticator names it, base64url. */
  credentialId: string;
  recoveryCodes: string[];
}

interface Added {
  finishPasskeyRegistration: { passkey: { id: string }; recoveryCodes: string[] };
}

/** A new account with a passkey. */
export async function signUpWithPasskey(rig: UsersRig, email: string): Promise<WithPasskey> {
  const someone = await rig.signUp(email);
  const authenticator = new Authenticator();
  const { passkey, recoveryCodes } = await addPasskey(someone.browser, authenticator);
  const [credentialId = ''] = authenticator.credentialIds;
  const about = { email, authenticator, passkeyId: passkey.id, credentialId, recoveryCodes };
  return { ...someone, ...about };
}

export async function addPasskey(
  browser: Browser,
  authenticator: Authenticator,
  name = 'Laptop',
): Promise<Added['finishPasskeyRegistration']> {
  const response = authenticator.create(await startRegistration(browser));
  const { finishPasskeyRegistration } = await browser.data<Added>(FINISH_REGISTRATION, {
    response,
    name,
  });
  return finishPasskeyRegistration;
}

export async function startRegistration(browser: Browser): Promise<CreationOptions> {
  const { startPasskeyRegistration } = await browser.data<{
    startPasskeyRegistration: CreationOptions;
  }>(START_REGISTRATION);
  return startPasskeyRegistration;
}

export async function startPasskeySignIn(browser: Browser): Promise<RequestOptions> {
  const { startPasskeySignIn: options } = await browser.data<{
    startPasskeySignIn: RequestOptions;
  }>(START_SIGN_IN_BY_PASSKEY);
  return options;
}

export const START_REGISTRATION = `mutation { startPasskeyRegistration }`;
export const FINISH_REGISTRATION = `mutation ($response: JSON!, $name: String!) {
  finishPasskeyRegistration(response: $response, name: $name) {
    passkey { id name createdAt lastUsedAt }
    recoveryCodes
  }
}`;
export const START_SIGN_IN_BY_PASSKEY = `mutation { startPasskeySignIn }`;
export const FINISH_SIGN_IN_BY_PASSKEY = `mutation ($response: JSON!, $delivery: TokenDelivery) {
  finishPasskeySignIn(response: $response, delivery: $delivery) {
    accessToken expiresAt refreshToken user { id email }
  }
}`;
export const RENAME_PASSKEY = `mutation ($id: ID!, $name: String!) {
  renamePasskey(id: $id, name: $name) { id name }
}`;
export const REMOVE_PASSKEY = `mutation ($id: ID!) { removePasskey(id: $id) }`;
export const START_REAUTHENTICATION = `mutation { startPasskeyReauthentication }`;
