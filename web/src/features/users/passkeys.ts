import {
  WebAuthnAbortService,
  browserSupportsWebAuthnAutofill,
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

/** Whether this browser offers passkeys where it fills in names and passwords (conditional mediation). */
export const offersPasskeys = async (): Promise<boolean> =>
  hasPasskeys() && browserSupportsWebAuthnAutofill();

/** Has the browser offer passkeys in a field marked `webauthn` until one is picked; rejects once another is asked for. */
export const awaitPickedPasskey = (options: unknown): Promise<unknown> =>
  startAuthentication({
    optionsJSON: options as PublicKeyCredentialRequestOptionsJSON,
    useBrowserAutofill: true,
  });

/** Ends what waits for a passkey. */
export const stopAwaitingPasskey = (): void => WebAuthnAbortService.cancelCeremony();

/** Makes a passkey. `options` are PublicKeyCredentialCreationOptionsJSON of the server; rejects with a DOMException. */
export const makePasskey = (options: unknown): Promise<unknown> =>
  startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON });
