import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** Whether this browser can use passkeys here: it needs TLS, or this machine. */
export const hasPasskeys = (): boolean =>
  window.isSecureContext && typeof window.PublicKeyCredential === 'function';

/** Asks for a passkey. `options` are PublicKeyCredentialRequestOptionsJSON of the server; rejects with a DOMException. */
export const askForPasskey = (options: unknown): Promise<unknown> =>
  startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON });

/** Makes a passkey. `options` are PublicKeyCredentialCreationOptionsJSON of the server; rejects with a DOMException. */
export const makePasskey = (options: unknown): Promise<unknown> =>
  startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON });
